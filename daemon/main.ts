/**
 * `blit-daemon`: will serve trees to other machines. In this version it only says so.
 *
 * @module
 */
import { UsageError } from "../cli/arguments/usage_error.ts";
import { BLIT_DAEMON } from "../cli/table/mod.ts";

/** Runs `blit-daemon` with these arguments and gives its exit code. */
export async function main(texts: readonly string[]): Promise<number> {
  if (texts.includes("--help") || texts.includes("-h")) {
    const { help } = await import("../cli/verbs/help.ts");
    return help(BLIT_DAEMON);
  }
  if (texts.includes("--version") || texts.includes("-V")) {
    return (await import("../cli/verbs/version.ts")).run(BLIT_DAEMON.name);
  }
  const { reportFatal } = await import("../cli/output/fatal.ts");
  const sentence = "Serving directory trees to other machines is not part of this version.";
  return reportFatal(BLIT_DAEMON, new UsageError(sentence));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
