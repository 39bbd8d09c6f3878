import { type Backend, eachBackend, type TestOptions } from "./backend.ts";
import { type BlitOptions, runBlit } from "./blit.ts";
import type { CommandOutput } from "./command.ts";
import { compareTrees, type Tolerance } from "./compare.ts";
import { startDaemon } from "./daemon.ts";
import { makePlace, type Medium } from "./place.ts";
import { behindDaemon, type Ends } from "./operands.ts";

/** One test's ground: a directory of its own, a backend, and blit to run on it. */
export interface Ground {
  readonly backend: Backend;
  /** The test's directory; blit's working directory too. */
  readonly path: string;
  /** `path/source`, not made yet. */
  readonly source: string;
  /** `path/destination`, not made yet. */
  readonly destination: string;
  /** Runs the CLI on the backend. */
  blit(...args: string[]): Promise<CommandOutput>;
  /** Runs the CLI on the backend with options. */
  blitWith(options: BlitOptions, ...args: string[]): Promise<CommandOutput>;
  /** Asserts that destination and source are the same as far as the backend can keep it. */
  compare(tolerance?: Tolerance): Promise<void>;
}

/** Where a test's directory is, besides what {@linkcode TestOptions} say. */
export interface GroundOptions extends TestOptions {
  /** `"memory"` unless told. */
  readonly on?: Medium;
  /** What is tested is of local runs alone: ignored where the ends are behind a daemon. */
  readonly onlyLocal?: boolean;
}

/** `push`, `pull` or `relay`: every local test runs with its ends behind a daemon instead. */
const ENDS = Deno.env.get("BLIT_TEST_ENDS") as Ends | undefined;

/** Whether a path of a daemon is among the ends of every run: it leads through no links. */
export const BEHIND_DAEMON: boolean = ENDS !== undefined;

/** Registers a test that runs once for each backend, each time in a fresh directory. */
export function onGround(
  name: string,
  fn: (ground: Ground) => Promise<void>,
  options: GroundOptions = {},
): void {
  if (ENDS !== undefined && options.onlyLocal === true) return;
  eachBackend(name, async (backend) => {
    await using place = await makePlace(options.on);
    const { path } = place;
    const source = `${path}/source`;
    const destination = `${path}/destination`;
    await using daemon = ENDS === undefined
      ? undefined
      : await startDaemon({ root: "/", env: backend.env });
    const words = (args: readonly string[], cwd: string): readonly string[] =>
      daemon === undefined || ENDS === undefined ? args : behindDaemon(args, cwd, daemon, ENDS);
    const blitWith: Ground["blitWith"] = (given, ...args) =>
      runBlit(words(args, given.cwd ?? path), {
        cwd: path,
        ...given,
        env: { ...backend.env, ...given.env },
      });
    await fn({
      backend,
      path,
      source,
      destination,
      blit: (...args) => blitWith({}, ...args),
      blitWith,
      compare: (tolerance = {}) =>
        compareTrees(source, destination, { ...backend.tolerance, ...tolerance }),
    });
  }, options);
}
