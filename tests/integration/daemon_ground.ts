/** What tests of the daemon's sessions stand on. */
import type { Limits } from "../../core/remote/server.ts";
import {
  type Daemon,
  type DaemonOptions,
  makePlace,
  type Need,
  needing,
  plant,
  startDaemon,
} from "../support/mod.ts";

/** The daemon's program with limits of a test's own. */
export const WITH_LIMITS: string = new URL("./daemon_with_limits.ts", import.meta.url).pathname;

/** Registers a test with a directory of its own. */
export function test(
  name: string,
  needs: readonly Need[],
  fn: (path: string) => Promise<void>,
  /** What else it lacks, if anything. */
  lacks?: string,
): void {
  const named = needing(name, "remote", ...needs);
  Deno.test({
    name: lacks === undefined ? named.name : `${named.name} (needs ${lacks})`,
    ignore: named.ignore || lacks !== undefined,
    // Some tests act a daemon in this process, which may be in the midst of a pause at their end.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using place = await makePlace();
      await plant(`${place.path}/served`, { "source/a": "a", "source/sub/b": "bb" });
      await fn(place.path);
    },
  });
}

/** A daemon over `served` with limits of its own. */
export function startWith(
  path: string,
  limits: Partial<Limits>,
  options: DaemonOptions = {},
): Promise<Daemon> {
  return startDaemon({
    root: `${path}/served`,
    command: [Deno.execPath(), "run", "--quiet", "-A", WITH_LIMITS],
    env: { BLIT_TEST_LIMITS: JSON.stringify(limits) },
    ...options,
  });
}

/** Waits until something holds; then, or when it is late, the assertion tells. */
export async function until(holds: () => boolean, timeoutMs = 60_000): Promise<void> {
  for (const end = performance.now() + timeoutMs; !holds() && performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
