/**
 * `blit-daemon`: serves trees to other machines. Parses, dispatches, exits.
 *
 * @module
 */
import { exitAfter } from "../cli/exit_after.ts";
import { run } from "./run.ts";

/** Runs `blit-daemon` with these arguments and gives its exit code. */
export function main(texts: readonly string[]): Promise<number> {
  return run(texts, async (settings, log) => {
    // Loaded only now: help and --check do without gRPC.
    const { startSessions } = await import("../core/remote/serve.ts");
    return await startSessions(settings, log);
  });
}

if (import.meta.main) exitAfter(main(Deno.args));
