/** The three programs of the package, as data for bundling and compiling. */

/** A program: its name, where it begins and what it may do. */
export interface Program {
  readonly name: string;
  /** The entry file, from the root of the repository. */
  readonly main: string;
  /** What it is allowed; anything else is refused without a question. */
  readonly permissions: readonly string[];
  /** Arguments of Deno that say how V8 is to run it. */
  readonly engine: readonly string[];
  /** Whether it moves trees, and so starts Workers. */
  readonly movers: boolean;
}

/** The variables of the environment that every program looks at. */
const VARIABLES = [
  "BLIT_SYS",
  "NO_COLOR",
  "TERM",
  // These lead to its cache and its history; the last turns that off.
  "HOME",
  "LOCALAPPDATA",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "BLIT_DISABLE_LOCAL_TELEMETRY",
  // How long it takes for patience to end.
  "BLIT_STALL_MS",
  "BLIT_STALL_LIMIT_MS",
  // Where a watcher listens.
  "XDG_RUNTIME_DIR",
  // Where a daemon keeps its own, if a service manager says so.
  "STATE_DIRECTORY",
];

/**
 * What a program may do. Names of any bytes are only reached through FFI, and daemons are asked for
 * on every interface.
 */
function allowed(variables: readonly string[], facts: readonly string[]): readonly string[] {
  return [
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    "--allow-net",
    "--allow-ffi",
    `--allow-env=${[...VARIABLES, ...variables]}`,
    `--allow-sys=${["uid", "gid", "loadavg", "networkInterfaces", ...facts]}`,
  ];
}

/** What the clients may do. */
const CLIENT = allowed(["BLIT_COMPLETE_MS", "BLIT_FORCE_GRPC_DATA", "BLIT_LOG"], []);

/** MiB that are filled before anything is collected; V8 begins with one, and starting fills two. */
const YOUNG = "--min-semi-space-size=8";

/**
 * How V8 runs what starts for each run: functions are compiled when their file is, so that Deno's
 * cache of compiled code holds them, and its last compiler is for the functions alone that call C
 * (core/sys/linux/calls.ts), which no others are to swallow (docs/decisions/0024).
 */
const MOVING_ENGINE: readonly string[] = [
  `--v8-flags=${[
    YOUNG,
    "--no-lazy",
    "--turbo-filter=ffi*",
    "--invocation-count-for-turbofan=1000",
    "--invocation-count-for-maglev=2000",
    "--no-maglev-inlining",
  ]}`,
];

/** The same for what walks by one thread, and computes more than it calls: later, and for all. */
const LOOKING_ENGINE: readonly string[] = [
  `--v8-flags=${[YOUNG, "--no-lazy", "--invocation-count-for-turbofan=30000"]}`,
];

/** All programs. */
export const PROGRAMS: readonly Program[] = [
  {
    name: "blit",
    main: "cli/main.ts",
    permissions: CLIENT,
    engine: MOVING_ENGINE,
    movers: true,
  },
  {
    name: "blit-daemon",
    main: "daemon/main.ts",
    permissions: allowed(["BLIT_LOG"], ["hostname"]),
    engine: [],
    movers: true,
  },
  {
    name: "blit-utils",
    main: "utils/main.ts",
    permissions: CLIENT,
    engine: LOOKING_ENGINE,
    movers: false,
  },
];

/**
 * The Worker that a bundled program starts; core/pool/pool.ts looks for `mover_worker.js` beside
 * the program.
 */
export const MOVER_WORKER = "core/pool/mover_worker.ts";

/** The same for remote transfers; core/remote/mover/crew.ts looks for `remote_worker.js`. */
export const REMOTE_WORKER = "core/remote/mover/worker.ts";

/** What answers a daemon's questions; core/remote/admin/answer_thread.ts looks for `answer_worker.js`. */
export const ANSWER_WORKER = "core/remote/admin/answer_worker.ts";

/** What measures for an idle daemon; core/probe/idle_probe.ts looks for `probe_worker.js`. */
export const PROBE_WORKER = "core/probe/worker.ts";

/** The root of the repository. */
export const ROOT: URL = new URL("../", import.meta.url);
