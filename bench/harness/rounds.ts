/**
 * Runs one scenario in one place: every contender in turn (A B C, A B C, ...), so that whatever
 * drifts on the machine drifts for all of them. The first round is not counted: it warms caches
 * and memory, watches blit's memory, and checks that each program leaves the right tree.
 */
import type { Contender } from "../contenders.ts";
import type { Series } from "../report/results.ts";
import type { Goal, Scenario } from "../scenarios.ts";
import { versionOf } from "../contenders.ts";
import { dropCaches, waitUntilIdle, warmMemory } from "./machine.ts";
import { cutOff } from "./cut_off.ts";
import { exists, remove } from "./paths.ts";
import { startWatcher, type Watcher } from "./watcher.ts";
import { type Place, settle } from "./places.ts";
import { run } from "./process.ts";
import { type Ends, openEnds } from "./remote.ts";
import {
  addExtraDirectories,
  addExtras,
  ageTree,
  BIG_FILE,
  type Census,
  censusDifference,
  shapeBytes,
  takeCensus,
  type TreeShape,
  writeTree,
} from "./trees.ts";

/** What a case runs with. */
export interface Rounds {
  readonly scenario: Scenario;
  readonly place: Place;
  readonly shape: TreeShape;
  /** The tree of that shape, written already. */
  readonly source: string;
  readonly contenders: readonly Contender[];
  /** Counted rounds. */
  readonly rounds: number;
  /** How long to wait for an idle machine before each round. */
  readonly idleLimitMs: number;
  readonly signal: AbortSignal;
}

/** What came of a case. */
export interface Outcome {
  readonly series: readonly Series[];
  /** True where the machine never fell idle before one of the rounds. */
  readonly disturbed: boolean;
}

/** Runs the rounds and returns every contender's times. */
export async function runRounds(given: Rounds): Promise<Outcome> {
  const expected = takeCensus(given.source);
  const { scenario, place } = given;
  const contenders = given.contenders.filter((contender) => takesPart(contender, scenario));
  await using ends = scenario.remote === undefined
    ? undefined
    : await openEnds(scenario.remote, contenders, place.directory);
  const racers = contenders.map((contender) => new Racer(contender, given, expected, ends));
  let disturbed = false;
  try {
    for (let round = firstRound(scenario); round <= given.rounds; round++) {
      if (!await waitUntilIdle(given.idleLimitMs, given.signal)) disturbed = true;
      for (const racer of racers) await racer.race(round);
    }
  } finally {
    for (const racer of racers) racer.end();
    remove(sharedDestination(given));
  }
  // While the servers are still there to be asked.
  const series = racers.map((racer) => racer.series());
  return { series, disturbed };
}

/** Counted rounds begin with 1. */
function firstRound({ learningRounds = 1 }: Scenario): number {
  return 1 - learningRounds;
}

function takesPart(contender: Contender, scenario: Scenario): boolean {
  const looksAtRouting = scenario.learningRounds !== undefined;
  if (contender.name !== "blit" && looksAtRouting !== (contender.isFixed ?? false)) return false;
  if (contender.isFloor === true && !scenario.goals.some(asksForFloor)) return false;
  if (scenario.without.includes(contender.name)) return false;
  if (scenario.remote !== undefined && contender.serve === undefined) return false;
  if (contender.wire !== undefined) {
    return scenario.remote !== undefined && scenario.job === "copy-file";
  }
  return contender.commands[scenario.job] !== undefined;
}

function asksForFloor(goal: Goal): boolean {
  return goal.kind === "ratio" && goal.floor === true;
}

/** One contender's way through the rounds of one case. */
class Racer {
  readonly #contender: Contender;
  readonly #given: Rounds;
  readonly #expected: Census;
  readonly #destination: string;
  readonly #timesMs: number[] = [];
  readonly #ends: Ends | undefined;
  #peakMemoryMiB: number | undefined;
  #wireBytes: number | undefined;
  #watcher: Watcher | undefined;
  #failure: string | undefined;

  constructor(contender: Contender, given: Rounds, expected: Census, ends: Ends | undefined) {
    this.#contender = contender;
    this.#ends = ends;
    this.#failure = ends?.failures.get(contender.name);
    this.#given = given;
    this.#expected = expected;
    this.#destination = given.scenario.destination === "identical"
      ? sharedDestination(given)
      : `${given.place.directory}/destination-${contender.name}`;
  }

  /** Prepares the destination, runs the program once and notes its time. */
  async race(round: number): Promise<void> {
    const { scenario, shape, place, signal } = this.#given;
    if (this.#failure !== undefined) return;
    if (round > this.#contender.maxRounds) return;
    const isFirst = round === firstRound(scenario);
    if (scenario.destination === "cut") await this.#cutOff();
    else prepare(this.#destination, scenario, shape);
    await settle(place.directory);
    if (scenario.cache === "cold") {
      dropCaches();
      await versionOf(this.#contender); // the data is cold, not the program
    }
    const isWritten = scenario.destination === "empty" || scenario.destination === "cut";
    await warmMemory(isWritten ? shapeBytes(shape) : 0);
    const watchMemory = isFirst && this.#contender.name === "blit";
    const forced = scenario.remote?.forceGrpcData === true ? { BLIT_FORCE_GRPC_DATA: "1" } : {};
    const env = { ...forced, ...this.#ownHistory(), ...(await this.#watched())?.env };
    const keepOutput = this.#tellsWire();
    const done = await run(this.#command(), { signal, watchMemory, env, keepOutput });

    this.#failure = done.failure;
    if (done.peakMemoryMiB !== undefined) this.#peakMemoryMiB = done.peakMemoryMiB;
    if (done.failure === undefined && round > 0) this.#timesMs.push(done.elapsedMs);
    if (done.failure === undefined && keepOutput) {
      this.#wireBytes = Math.max(this.#wireBytes ?? 0, wireBytesOf(done.output ?? ""));
    }
    const leavesResult = this.#contender.wire === undefined && scenario.destination !== "none";
    if (done.failure === undefined && isFirst && leavesResult) {
      this.#failure = censusDifference(this.#expected, takeCensus(this.#destination));
    }
    // At once, so that the next one is given the same memory and blocks again.
    if (
      scenario.destination === "empty" || scenario.destination === "cut" ||
      this.#failure !== undefined
    ) this.clear();
  }

  /** Whether its bytes on the wire are counted: by itself, in the summary of `--json`. */
  #tellsWire(): boolean {
    const { scenario } = this.#given;
    return this.#contender.name === "blit" && scenario.goals.some(({ kind }) => kind === "wire");
  }

  /** Has blit leave 90 % of the file here, whoever goes on. */
  async #cutOff(): Promise<void> {
    const { contenders, shape, source: tree } = this.#given;
    const blit = contenders.find(({ name }) => name === "blit");
    const source = `${tree}/${BIG_FILE}`;
    const command = blit?.commands["resume-file"]?.(source, this.#destination) ?? [];
    await cutOff(command, source, this.#destination, shapeBytes(shape) * 0.9);
  }

  #command(): readonly string[] {
    const { scenario, shape, source: tree } = this.#given;
    const { commands, name, wire } = this.#contender;
    const isOfFile = scenario.job === "copy-file" || scenario.job === "resume-file";
    const source = isOfFile ? `${tree}/${BIG_FILE}` : tree;
    const commandFor = commands[scenario.job];
    const server = this.#ends?.servers.get(name);
    if (scenario.remote === undefined || server === undefined || this.#ends === undefined) {
      return commandFor?.(source, this.#destination) ?? [];
    }
    const { direction } = scenario.remote;
    if (wire !== undefined) {
      return this.#ends.atClient(wire(server.address(""), shapeBytes(shape), direction));
    }
    const [from, to] = direction === "push"
      ? [source, server.address(this.#destination)]
      : [server.address(source), this.#destination];
    return this.#ends.atClient(commandFor?.(from, to) ?? []);
  }

  /** A history of this case alone, where it is what counts. */
  #ownHistory(): Record<string, string> {
    const { scenario, place } = this.#given;
    if (scenario.learningRounds === undefined) return {};
    const folder = `${place.directory}/history-${scenario.name}-${this.#contender.name}`;
    return { XDG_CONFIG_HOME: folder, BLIT_DISABLE_LOCAL_TELEMETRY: "0" };
  }

  /** Its watcher, where the scenario has one. */
  async #watched(): Promise<Watcher | undefined> {
    const { scenario, source, place } = this.#given;
    const { watch, name } = this.#contender;
    if (scenario.watched !== true || watch === undefined) return undefined;
    const folder = `${place.directory}/run-${name}`;
    return this.#watcher ??= await startWatcher(watch(source, this.#destination), folder);
  }

  clear(): void {
    remove(this.#destination);
  }

  end(): void {
    this.#watcher?.stop();
    this.clear();
  }

  series(): Series {
    const serverMiB = this.#ends?.servers.get(this.#contender.name)?.peakMemoryMiB?.();
    return {
      contender: this.#contender.name,
      timesMs: this.#timesMs.map((time) => Math.round(time * 100) / 100),
      ...(this.#peakMemoryMiB === undefined
        ? {}
        : { peakMemoryMiB: Math.round(this.#peakMemoryMiB * 10) / 10 }),
      ...(this.#wireBytes === undefined ? {} : { wireBytes: this.#wireBytes }),
      ...(serverMiB === undefined ? {} : { serverPeakMemoryMiB: Math.round(serverMiB * 10) / 10 }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }
}

/** What the summary, the last line of what `--json` prints, says of the wire. */
function wireBytesOf(output: string): number {
  const summary = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "");
  return Number(summary.wire_bytes);
}

/** Nothing changes a destination that is identical to its source, so all share one. */
function sharedDestination(given: Rounds): string {
  return `${given.place.directory}/destination`;
}

/** Brings a destination into the state the scenario asks for; the program's last run made it equal. */
function prepare(destination: string, scenario: Scenario, shape: TreeShape): void {
  switch (scenario.destination) {
    case "none":
    case "cut": // by the racer itself
      return;
    case "empty":
      remove(destination);
      if (scenario.job === "copy-file") Deno.mkdirSync(destination);
      return;
    case "identical":
      if (!exists(destination)) writeTree(destination, shape);
      return;
    case "aged":
      if (!exists(destination)) writeTree(destination, shape);
      ageTree(destination, shape);
      return;
    case "extras":
      if (!exists(destination)) writeTree(destination, shape);
      addExtras(destination, shape);
      return;
    case "extra-directories":
      if (!exists(destination)) writeTree(destination, shape);
      addExtraDirectories(destination, shape);
  }
}
