/**
 * `blit-utils`: looks into trees and keeps them in order. Parses, dispatches, exits.
 *
 * @module
 */
import { exitAfter } from "../cli/exit_after.ts";
import type { Invocation } from "../cli/arguments/invocation.ts";
import { parse } from "../cli/arguments/parse.ts";
import { exactArguments } from "../cli/arguments/exact.ts";
import { BLIT_UTILS } from "../cli/table/mod.ts";

/** Runs `blit-utils` with these arguments and gives its exit code. */
export async function main(texts: readonly string[]): Promise<number> {
  // The question of a completion script, which has no options and no help.
  if (texts[0] === "__complete") {
    return (await import("../cli/completions/answer.ts")).answer(texts.slice(1));
  }
  try {
    return await dispatch(parse(BLIT_UTILS, texts, await exactArguments(texts)));
  } catch (error) {
    const { reportFatal } = await import("../cli/output/fatal.ts");
    return reportFatal(BLIT_UTILS, error);
  }
}

async function dispatch(invocation: Invocation): Promise<number> {
  const verb = invocation.verb?.name;
  if (invocation.has("help") || verb === "help") {
    return (await import("../cli/verbs/help.ts")).run(invocation);
  }
  if (invocation.has("version") || verb === "version") {
    return (await import("../cli/verbs/version.ts")).run(invocation.program.name);
  }
  // Written out, because a bundler follows only names it can read.
  if (verb === "scan") return await (await import("../cli/verbs/scan.ts")).run(invocation);
  if (verb === "list") return await (await import("../cli/verbs/list.ts")).run(invocation);
  if (verb === "ls") return await (await import("../cli/verbs/ls.ts")).run(invocation);
  if (verb === "find") return await (await import("../cli/verbs/find.ts")).run(invocation);
  if (verb === "du") return await (await import("../cli/verbs/du.ts")).run(invocation);
  if (verb === "df") return await (await import("../cli/verbs/df.ts")).run(invocation);
  if (verb === "rm") return await (await import("../cli/verbs/rm.ts")).run(invocation);
  if (verb === "check") return await (await import("../cli/verbs/check.ts")).run(invocation);
  if (verb === "profile") return await (await import("../cli/verbs/profile.ts")).run(invocation);
  if (verb === "completions") {
    return await (await import("../cli/verbs/completions.ts")).run(invocation);
  }
  return await (await import("../cli/verbs/hash.ts")).run(invocation);
}

if (import.meta.main) exitAfter(main(Deno.args));
