import type { Tolerance } from "./compare.ts";
import { type Need, unmet } from "./host.ts";
import type { OddFeature } from "./odd_tree.ts";

/** A floor that blit can stand on, and what the tests may ask of it. */
export interface Backend {
  readonly name: "linux" | "portable";
  /** The environment that chooses it. */
  readonly env: Readonly<Record<string, string>>;
  /** Options that keep all it can keep. */
  readonly archive: readonly string[];
  /** What it cannot keep, as `core/sys/portable.ts` says of itself. */
  readonly tolerance: Tolerance;
  /** Oddities that it can keep. */
  readonly features: readonly OddFeature[];
}

/** What root may put into a tree; containers leave it more or less of that. */
export const ROOT_FEATURES: readonly OddFeature[] = (["root", "trusted", "devices"] as const)
  .filter((feature) => unmet([feature]) === undefined);

const LINUX: Backend = {
  name: "linux",
  env: { BLIT_SYS: "" },
  archive: ["-a"],
  tolerance: {},
  features: [
    "bytes",
    "xattrs",
    "acls",
    "sparse",
    "socket",
    "early-links",
    "fifo",
    ...ROOT_FEATURES,
  ],
};

const PORTABLE: Backend = {
  name: "portable",
  env: { BLIT_SYS: "portable" },
  archive: [],
  tolerance: {
    timeStepNs: 1_000_000,
    linkTimeStepNs: 1_000_000_000,
    xattrs: false,
    acls: false,
  },
  features: ["sparse", ...(unmet(["root"]) ? [] : ["root"] as const)],
};

/** The floors on this system. */
export const BACKENDS: readonly Backend[] = Deno.build.os === "linux"
  ? [LINUX, PORTABLE]
  : [PORTABLE];

/** The floor that this process and the programs it starts use: `BLIT_SYS` chooses it. */
export const OWN_BACKEND: Backend =
  Deno.build.os === "linux" && Deno.env.get("BLIT_SYS") !== "portable" ? LINUX : PORTABLE;

/** What a test needs besides its function. */
export interface TestOptions {
  /** Ignored, and marked with the reason, where the machine does not meet these. */
  readonly needs?: readonly Need[];
  /** Only this floor, with the reason in the test's body. */
  readonly only?: Backend["name"];
}

/** Registers a test once for each backend; one that cannot run here is shown as ignored. */
export function eachBackend(
  name: string,
  fn: (backend: Backend) => Promise<void>,
  options: TestOptions = {},
): void {
  const missing = unmet(options.needs ?? []);
  for (const backend of BACKENDS) {
    if (options.only !== undefined && options.only !== backend.name) continue;
    Deno.test({
      name: `${name} (${backend.name}${missing === undefined ? "" : `; needs ${missing}`})`,
      ignore: missing !== undefined,
      fn: () => fn(backend),
    });
  }
}

/**
 * Chooses the backend for calls of the library in this process until disposed of; `openSys` looks
 * at the environment each time a run begins.
 */
export function useBackend(backend: Backend): Disposable {
  const before = Deno.env.get("BLIT_SYS");
  Deno.env.set("BLIT_SYS", backend.env.BLIT_SYS ?? "");
  return {
    [Symbol.dispose]() {
      if (before === undefined) Deno.env.delete("BLIT_SYS");
      else Deno.env.set("BLIT_SYS", before);
    },
  };
}
