import { OWN_BACKEND } from "./backend.ts";
import { type BlitOptions, runBlit } from "./blit.ts";
import { type CommandOutput, run } from "./command.ts";
import { compareTrees, type Tolerance } from "./compare.ts";
import {
  type Daemon,
  type DaemonAddress,
  type DaemonOptions,
  type LastingDaemon,
  startDaemon,
  startLastingDaemon,
} from "./daemon.ts";
import { type Need, unmet } from "./host.ts";
import { mountBind } from "./mount.ts";
import { makePlace, type Medium } from "./place.ts";

/** Which end is behind a daemon. */
export type Direction = "push" | "pull" | "relay";

/** How content travels. */
export type Transport = "tcp" | "grpc";

/** One test's ground with daemons between its two ends. */
export interface RemoteGround<D extends DaemonAddress = DaemonAddress> {
  readonly direction: Direction;
  readonly transport: Transport;
  /** The test's directory, blit's working directory, and what each daemon exports. */
  readonly path: string;
  /** `path/source`, not made yet. */
  readonly source: string;
  /** `path/destination`, not made yet. */
  readonly destination: string;
  /** How blit is told of a path below {@linkcode path} as a source: `source/` unless told. */
  from(path?: string): string;
  /** The same for a destination: `destination` unless told. */
  to(path?: string): string;
  /** The daemon at the source's end (pull, relay). */
  readonly sourceDaemon: D | undefined;
  /** The daemon at the destination's end (push, relay). */
  readonly destinationDaemon: D | undefined;
  /** The one daemon of a push or pull, or the destination's of a relay. */
  readonly daemon: D;
  /** Runs the CLI. */
  blit(...args: string[]): Promise<CommandOutput>;
  /** Runs the CLI with options. */
  blitWith(options: BlitOptions, ...args: string[]): Promise<CommandOutput>;
  /** What the CLI is given to choose the transport. */
  readonly carry: readonly string[];
  /** Asserts that destination and source are the same as far as the backend can keep it. */
  compare(tolerance?: Tolerance): Promise<void>;
}

/** Which grounds a test runs on. */
export interface RemoteOptions {
  /** Push and pull unless told. */
  readonly directions?: readonly Direction[];
  /** Only TCP unless told. */
  readonly transports?: readonly Transport[];
  readonly needs?: readonly Need[];
  readonly on?: Medium;
  /** Environment of the CLI. */
  readonly env?: Readonly<Record<string, string>>;
}

/** All directions. */
export const DIRECTIONS: readonly Direction[] = ["push", "pull", "relay"];
/** All transports. */
export const TRANSPORTS: readonly Transport[] = ["tcp", "grpc"];

/** For tests that do something to their daemons. */
export interface OwnDaemonOptions extends RemoteOptions {
  /** How the daemons are started besides their root. */
  readonly daemon?: Omit<DaemonOptions, "root">;
}

/**
 * Registers a test that runs once for each direction and transport, each time afresh. The daemons
 * serve all such tests of a file, as daemons do; a test finds its tree at the path of those before.
 */
export function onRemote(
  name: string,
  fn: (ground: RemoteGround) => Promise<void>,
  options: RemoteOptions = {},
): void {
  register(name, options, async (direction, transport) => {
    const { path } = lasting;
    await using _place = await makePlace(options.on, path);
    const ends = {
      path,
      sourceDaemon: direction === "push" ? undefined : lasting.source,
      destinationDaemon: direction === "pull" ? undefined : lasting.destination,
    };
    await fn(groundOf(ends, direction, transport, options));
  }, (direction) => {
    lasting.begin();
    lasting.needsSource ||= direction !== "push";
    lasting.needsDestination ||= direction !== "pull";
  });
}

/** The same for a test that needs daemons of its own: it signals them, or starts them otherwise. */
export function onOwnDaemons(
  name: string,
  fn: (ground: RemoteGround<Daemon>) => Promise<void>,
  options: OwnDaemonOptions = {},
): void {
  register(name, options, async (direction, transport) => {
    await using place = await makePlace(options.on);
    const { path } = place;
    await using stack = new AsyncDisposableStack();
    const { asNobody } = options.daemon ?? {};
    // Nobody cannot pass through root's home to the packages that Deno keeps there.
    if (asNobody === true) stack.use(await mountBind(await denoDirectory(), `${path}/cache`, "ro"));
    const start = async (): Promise<Daemon> => {
      // Without a file, what is exported is the test's directory.
      const root = options.daemon?.config === undefined ? { root: path } : {};
      const env = asNobody === true ? { DENO_DIR: `${path}/cache` } : {};
      return stack.use(await startDaemon({ ...root, env, ...options.daemon }));
    };
    const [sourceDaemon, destinationDaemon] = await Promise.all([
      direction === "push" ? undefined : start(),
      direction === "pull" ? undefined : start(),
    ]);
    const ends = { path, sourceDaemon, destinationDaemon };
    await fn(groundOf(ends, direction, transport, options));
  });
}

function register(
  name: string,
  options: RemoteOptions,
  fn: (direction: Direction, transport: Transport) => Promise<void>,
  willRun: (direction: Direction) => void = () => {},
): void {
  const missing = unmet(["remote", ...options.needs ?? []]);
  for (const direction of options.directions ?? ["push", "pull"]) {
    for (const transport of options.transports ?? ["tcp"]) {
      const needs = missing === undefined ? "" : `; needs ${missing}`;
      Deno.test({
        name: `${name} (${direction}, ${transport}${needs})`,
        ignore: missing !== undefined,
        fn: () => fn(direction, transport),
      });
    }
    if (missing === undefined) willRun(direction);
  }
}

/** The daemons of a file's tests, and the directory that they serve. */
class LastingDaemons {
  needsSource = false;
  needsDestination = false;
  path = "";
  source: LastingDaemon | undefined;
  destination: LastingDaemon | undefined;
  #hasBegun = false;

  /** Has them started before the first test of the file, and ended after the last. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    Deno.test.beforeAll(async () => {
      this.path = await Deno.makeTempDir({ prefix: "blit-test-" });
      const { path, needsSource, needsDestination } = this;
      // Each is noted by itself: where the other does not start, it is ended all the same.
      await Promise.all([
        needsSource && startLastingDaemon(path).then((daemon) => this.source = daemon),
        needsDestination && startLastingDaemon(path).then((daemon) => this.destination = daemon),
      ]);
    });
    Deno.test.afterAll(async () => {
      for (const daemon of [this.source, this.destination]) await daemon?.[Symbol.asyncDispose]();
      await Deno.remove(this.path, { recursive: true });
    });
  }
}

const lasting = new LastingDaemons();

/** Where a test's ends are. */
interface Ends<D> {
  readonly path: string;
  readonly sourceDaemon: D | undefined;
  readonly destinationDaemon: D | undefined;
}

function groundOf<D extends DaemonAddress>(
  { path, sourceDaemon, destinationDaemon }: Ends<D>,
  direction: Direction,
  transport: Transport,
  options: RemoteOptions,
): RemoteGround<D> {
  const daemon = destinationDaemon ?? sourceDaemon;
  if (daemon === undefined) throw new Error("no end is behind a daemon");
  const carry = transport === "grpc" ? ["--force-grpc-data"] : [];
  const blitWith: RemoteGround["blitWith"] = (given, ...args) =>
    runBlit(args, {
      cwd: path,
      cacheDirectory: `${path}/cache`,
      ...given,
      env: { ...options.env, ...given.env },
    });
  const name = (at: D | undefined, given: string): string =>
    at === undefined ? given : at.endpoint(given);
  return {
    direction,
    transport,
    path,
    source: `${path}/source`,
    destination: `${path}/destination`,
    from: (given = "source/") => name(sourceDaemon, given),
    to: (given = "destination") => name(destinationDaemon, given),
    sourceDaemon,
    destinationDaemon,
    daemon,
    carry,
    blit: (verb = "", ...args) => blitWith({}, verb, ...carry, ...args),
    blitWith: (given, verb = "", ...args) => blitWith(given, verb, ...carry, ...args),
    compare: (tolerance = {}) =>
      compareTrees(`${path}/source`, `${path}/destination`, {
        ...OWN_BACKEND.tolerance,
        ...tolerance,
      }),
  };
}

async function denoDirectory(): Promise<string> {
  return JSON.parse(await run(Deno.execPath(), ["info", "--json"])).denoDir;
}

/** The last line of `--json`, which is the summary. */
export function summaryOf(output: CommandOutput): Record<string, unknown> {
  const line = output.stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`no summary (exit ${output.code}):\n${output.stdout}${output.stderr}`);
  }
}
