/**
 * `blit-utils`: looks at trees and changes nothing. Parses, dispatches, exits.
 *
 * @module
 */
import type { Invocation } from "../cli/arguments/invocation.ts";
import { parse } from "../cli/arguments/parse.ts";
import { exactArguments } from "../cli/arguments/exact.ts";
import { BLIT_UTILS } from "../cli/table/mod.ts";

/** Runs `blit-utils` with these arguments and gives its exit code. */
export async function main(texts: readonly string[]): Promise<number> {
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
  return await (await import("../cli/verbs/hash.ts")).run(invocation);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
