/**
 * `blit-daemon`: serves trees to other machines. Parses, dispatches, exits.
 *
 * @module
 */
import { run } from "./run.ts";

/** Runs `blit-daemon` with these arguments and gives its exit code. */
export function main(texts: readonly string[]): Promise<number> {
  return run(texts, async (settings, log) => {
    // Loaded only now: help and --check do without gRPC.
    const { startSessions } = await import("../core/remote/serve.ts");
    return await startSessions(settings, log);
  });
}

// Not by running out of work: idle movers would keep the process alive. Without await: where the
// bundler puts what a chunk needs into this file, that chunk would wait for it for ever.
if (import.meta.main) void main(Deno.args).then(Deno.exit);
