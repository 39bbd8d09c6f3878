/**
 * `blit`: parses, dispatches, exits. Everything a verb needs is loaded when that verb is run, so
 * that a small copy is over in the time Deno takes to start (docs/decisions/0002).
 *
 * @module
 */
import { exitAfter } from "./exit_after.ts";
import { exactArguments } from "./arguments/exact.ts";
import type { Invocation } from "./arguments/invocation.ts";
import { parse } from "./arguments/parse.ts";
import { mayBeWatched } from "../core/watch/asking/folder.ts";
import { BLIT } from "./table/mod.ts";

/** Runs `blit` with these arguments and gives its exit code. */
export async function main(texts: readonly string[]): Promise<number> {
  // The question of a completion script, which has no options and no help.
  if (texts[0] === "__complete") {
    return (await import("./completions/answer.ts")).answer(texts.slice(1));
  }
  try {
    return await dispatch(parse(BLIT, texts, await exactArguments(texts)));
  } catch (error) {
    const { reportFatal } = await import("./output/fatal.ts");
    return reportFatal(BLIT, error);
  }
}

async function dispatch(invocation: Invocation): Promise<number> {
  const verb = invocation.verb?.name;
  if (invocation.has("help") || verb === "help") {
    return (await import("./verbs/help.ts")).run(invocation);
  }
  if (invocation.has("version") || verb === "version") {
    return (await import("./verbs/version.ts")).run(invocation.program.name);
  }
  // Written out, because a bundler follows only names it can read.
  if (verb === "mirror") {
    // Asked before the engine is loaded, which takes longer than the answer.
    const watched = mayBeWatched() && !invocation.has("sweep");
    if (watched) {
      const code = await (await import("./watch/proven.ts")).tellIfProven(invocation);
      if (code !== undefined) return code;
    }
    return await (await import("./verbs/mirror.ts")).run(invocation);
  }
  if (verb === "check") return await (await import("./verbs/check.ts")).run(invocation);
  if (verb === "watch") return await (await import("./verbs/watch.ts")).run(invocation);
  if (verb === "move") return await (await import("./verbs/move.ts")).run(invocation);
  if (verb === "scan") return await (await import("./verbs/scan.ts")).run(invocation);
  if (verb === "list") return await (await import("./verbs/list.ts")).run(invocation);
  if (verb === "ls") return await (await import("./verbs/ls.ts")).run(invocation);
  if (verb === "hash") return await (await import("./verbs/hash.ts")).run(invocation);
  if (verb === "diagnostics") {
    return await (await import("./verbs/diagnostics.ts")).run(invocation);
  }
  if (verb === "completions") {
    return await (await import("./verbs/completions.ts")).run(invocation);
  }
  return await (await import("./verbs/copy.ts")).run(invocation);
}

if (import.meta.main) exitAfter(main(Deno.args));
