/** Carries a plan out: opens the places, writes the trees, runs the rounds, gathers the results. */
import { fileURLToPath } from "node:url";
import {
  blitContender,
  type Contender,
  fixedContender,
  floorContender,
  PEERS,
  versionOf,
  wholeContender,
} from "./contenders.ts";
import { PROGRAMS } from "../build/programs.ts";
import { canDropCaches, machineFacts } from "./harness/machine.ts";
import { exists, remove } from "./harness/paths.ts";
import { openPlace, type Place } from "./harness/places.ts";
import { noEnds } from "./harness/remote.ts";
import { runRounds } from "./harness/rounds.ts";
import { describeShape, shapeBytes, writeTree } from "./harness/trees.ts";
import type { Options } from "./options.ts";
import type { PlannedCase } from "./plan.ts";
import { GATE_SHARE, QUICK_GATE_SHARE } from "./report/gates.ts";
import type { Case, Results } from "./report/results.ts";
import { FIXED_MOVERS } from "./routing_scenarios.ts";
import type { PlaceName } from "./scenarios.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where the JSON of each run goes. */
export const RESULTS_DIRECTORY = `${ROOT}bench/results`;

/** What is the same for all cases of a run. */
interface Session {
  readonly contenders: readonly Contender[];
  readonly idleLimitMs: number;
  readonly signal: AbortSignal;
  readonly onCase: (one: Case) => void;
}

/** The part of a goal that a gate asks for in this run. */
export function gateShareOf(options: Pick<Options, "quick">): number {
  return options.quick ? QUICK_GATE_SHARE : GATE_SHARE;
}

/**
 * Measures `cases`, each handed to `onCase` when it is done; rejects with an AbortError when it is
 * interrupted. Either way nothing is left behind.
 */
export async function measure(
  options: Options,
  cases: readonly PlannedCase[],
  onCase: (one: Case) => void,
): Promise<Results> {
  const { daemon, utils } = options;
  if ([options.blit, daemon, utils].includes(undefined)) await bundle();
  const blit = blitContender(
    options.blit ?? BUNDLED_BLIT,
    daemon ?? BUNDLED_DAEMON,
    utils ?? BUNDLED_UTILS,
  );
  const whole = wholeContender(options.blit ?? BUNDLED_BLIT, daemon ?? BUNDLED_DAEMON);
  const fixed = FIXED_MOVERS.map((movers) =>
    fixedContender(options.blit ?? BUNDLED_BLIT, daemon ?? BUNDLED_DAEMON, movers)
  );
  const floor = floorContender(flooring, [DENO, "--version"]);
  const peers = [...PEERS, floor, whole, ...fixed].filter((peer) =>
    !options.without.includes(peer.name) && (peer.inQuick || !options.quick)
  );
  if (peers.includes(floor)) await bundleFloor();
  const { contenders, versions } = await whoIsHere(blit, peers);
  const { idleLimitMs, rounds, quick } = options;
  const session = { contenders, idleLimitMs, signal: interruption(), onCase };

  const done: Case[] = [];
  for (const name of options.places) {
    const here = cases.filter((one) => one.place === name);
    if (here.length > 0) {
      done.push(...await measurePlace(session, name, options.directory, here));
    }
  }
  const date = new Date().toISOString();
  const machine = machineFacts();
  const gateShare = gateShareOf(options);
  return { version: 1, date, quick, rounds, gateShare, machine, versions, cases: done };
}

async function measurePlace(
  session: Session,
  name: PlaceName,
  directory: string | undefined,
  cases: readonly PlannedCase[],
): Promise<Case[]> {
  const place = await openPlace(name, directory);
  const done: Case[] = [];
  const finish = (one: Case) => {
    session.onCase(one);
    done.push(one);
  };
  if (typeof place === "string") {
    for (const one of cases) finish(skippedCase(one, name, place));
    return done;
  }
  try {
    for (const [index, one] of cases.entries()) {
      session.signal.throwIfAborted();
      const source = `${place.directory}/source-${one.treeKey}`;
      finish(await measureCase(session, one, place, source));
      if (!cases.slice(index + 1).some((later) => later.treeKey === one.treeKey)) remove(source);
    }
  } finally {
    await place.close();
  }
  return done;
}

async function measureCase(
  session: Session,
  one: PlannedCase,
  place: Place,
  source: string,
): Promise<Case> {
  const { scenario, shape, rounds } = one;
  if (scenario.cache === "cold" && !canDropCaches()) {
    return skippedCase(one, place.filesystem, "only root can drop caches, and only on Linux");
  }
  const missing = scenario.remote === undefined ? undefined : noEnds(scenario.remote);
  if (missing !== undefined) return skippedCase(one, place.filesystem, missing);
  if (!exists(source)) writeTree(source, shape);
  const outcome = await runRounds({ ...session, scenario, place, shape, source, rounds });
  return { ...caseHead(one, place.filesystem), ...outcome };
}

function caseHead(one: PlannedCase, filesystem: string): Omit<Case, "series" | "disturbed"> {
  const { scenario, place, shape } = one;
  const title = `${scenario.title} ${describeShape(shape)}`;
  const goals = scenario.goals.filter((goal) => goal.place === place);
  const bytes = shapeBytes(shape);
  return { scenario: scenario.name, title, place, filesystem, goals, bytes };
}

function skippedCase(one: PlannedCase, filesystem: string, reason: string): Case {
  return { ...caseHead(one, filesystem), series: [], disturbed: false, skipped: reason };
}

/** Those of the programs that can be started, with their versions; blit stays whatever it says. */
async function whoIsHere(blit: Contender, peers: readonly Contender[]) {
  const versions: Record<string, string> = {};
  const contenders: Contender[] = [];
  for (const contender of [blit, ...peers]) {
    const version = await versionOf(contender);
    if (version === undefined) console.error(`${contender.name} gives no version.`);
    else versions[contender.name] = version;
    if (version !== undefined || contender === blit) contenders.push(contender);
  }
  return { contenders, versions };
}

const DENO = Deno.execPath(); // the program itself, where `deno` on PATH may be npm's wrapper
const RUN = [DENO, "run", "--no-config"];
const PERMISSIONS = ["read", "write", "net", "ffi", "env", "sys"].map((name) => `--allow-${name}`);
const BUNDLED_BLIT = bundled("blit");
const BUNDLED_DAEMON = bundled("blit-daemon");
const BUNDLED_UTILS = bundled("blit-utils");
const FLOOR_BUNDLES = `${ROOT}dist/floor`;
/** Those in `bench/floor/` that are run. */
const FLOOR_PROGRAMS = ["copy", "mirror", "pull", "push", "serve"];

/** The command that runs a bundle as the compiled program runs. */
function bundled(program: string): string[] {
  const engine = PROGRAMS.find(({ name }) => name === program)?.engine ?? [];
  return [...RUN, ...engine, ...PERMISSIONS, `${ROOT}dist/${program}.js`];
}

/** The command that runs a floor program, as a bundle of blit is run. */
function flooring(name: string): string[] {
  const engine = PROGRAMS.find((program) => program.name === "blit")?.engine ?? [];
  return [...RUN, ...engine, ...PERMISSIONS, `${FLOOR_BUNDLES}/${name}.js`];
}

/** Makes the bundles of the present source. */
async function bundle(): Promise<void> {
  await runDeno(["task", "bundle"], "Cannot bundle blit (name another command with --blit)");
}

/** The same for the floor programs. */
async function bundleFloor(): Promise<void> {
  const mains = FLOOR_PROGRAMS.map((name) => `bench/floor/${name}.ts`);
  const how = ["--quiet", "--platform=deno", "--minify", `--outdir=${FLOOR_BUNDLES}`];
  const failure = "Cannot bundle the floor programs (leave them out with --without floor)";
  await runDeno(["bundle", ...how, ...mains], failure);
}

async function runDeno(args: string[], failure: string): Promise<void> {
  const output = await new Deno.Command(DENO, { args, cwd: ROOT }).output();
  if (output.success) return;
  throw new Error(`${failure}: ${new TextDecoder().decode(output.stderr).trim()}`);
}

/** Aborts at Ctrl-C, so that images are unmounted and trees removed before the end. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new DOMException("Interrupted", "AbortError"));
  Deno.addSignalListener("SIGINT", interrupt);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", interrupt);
  return stop.signal;
}
