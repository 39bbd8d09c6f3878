/**
 * `blit-daemon`: serves trees to other machines. Parses, dispatches, exits.
 *
 * @module
 */
import { exactArguments } from "../cli/arguments/exact.ts";
import { parse } from "../cli/arguments/parse.ts";
import { BLIT_DAEMON } from "../cli/table/mod.ts";
import type { StartServer } from "../core/remote/server.ts";

/** Runs `blit-daemon` with these arguments and gives its exit code. */
export async function main(
  texts: readonly string[],
  start: StartServer = startSessions,
): Promise<number> {
  try {
    const invocation = parse(BLIT_DAEMON, texts, await exactArguments(texts));
    if (invocation.has("help")) return (await import("../cli/verbs/help.ts")).help(BLIT_DAEMON);
    if (invocation.has("version")) {
      return (await import("../cli/verbs/version.ts")).run(BLIT_DAEMON.name);
    }
    return await (await import("./serve.ts")).serve(invocation, start);
  } catch (error) {
    return (await import("./report.ts")).report(error);
  }
}

/** Loaded only now: help and --check do without gRPC. */
const startSessions: StartServer = async (settings, log) => {
  const { startControlPlane } = await import("./control_plane.ts");
  return await startControlPlane(settings, log);
};

// Not by running out of work: idle movers would keep the process alive.
if (import.meta.main) Deno.exit(await main(Deno.args));
