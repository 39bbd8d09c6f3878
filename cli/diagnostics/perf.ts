import {
  boundBy,
  bytesPerSecond,
  daemonHistoryFile,
  filesystemsOf,
  type ProbeRecord,
  readDaemonHistory,
  readHistory,
  type RunRecord,
  shapeOf,
  signatureOf,
  type Trend,
  trendsOf,
} from "../../core/history/mod.ts";
import type { KindPrediction } from "../../core/predict/mod.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import type { LookingRun } from "../listing/run.ts";
import { tableLines } from "../listing/table.ts";
import { bytes, count, counted, duration } from "../output/numbers.ts";
import { momentText } from "./moment.ts";
import {
  exactPrediction,
  knownPredictions,
  predictionForPeople,
  predictionJson,
  PREDICTIONS,
} from "./predictions.ts";
import { printProbes } from "./probes.ts";
import { changeText, speedText } from "./speed.ts";

const RUNS = [
  ...["ENDED", "VERB", "OVER", "WORKLOAD", "FILE SYSTEMS", "STREAMS", "FILES", "SIZE", "SPEED"],
  ...["FIRST BYTE", "TOTAL", "BOUND BY"],
];
const TRENDS = ["KIND OF RUN", "RUNS", "LAST 5", "BEFORE", "CHANGE"];

/** What is known of runs, and which of it is shown. */
export interface Performance {
  /** The latest, the newest first. */
  readonly latest: readonly RunRecord[];
  /** All of them, the oldest first. */
  readonly runs: readonly RunRecord[];
  /** The class with the newest run first. */
  readonly trends: readonly Trend[];
  /** What is expected of the next runs of each class that has been learnt. */
  readonly predictions: readonly KindPrediction[];
  /** What a daemon measured while it was idle, the newest first. */
  readonly probes: readonly ProbeRecord[];
}

/** Whose history is read: this user's, or that of the daemon of this machine. */
export type Whose = "own" | "daemon";

/**
 * Reads a history; undefined, and a sentence is told, where none is kept.
 *
 * @throws {TransferError} where something else is in its place
 */
export function readPerformance(
  run: LookingRun,
  limit: number,
  whose: Whose,
): Performance | undefined {
  const { file, runs, unread, problem, probes } = whose === "own"
    ? { ...readHistory(), probes: [] }
    : readDaemonHistory(daemonHistoryFile());
  if (file === undefined) {
    run.tell("No history is kept: it is turned off, or there is no home directory to keep it in.");
    return undefined;
  }
  const shown = JSON.stringify(file);
  if (problem !== undefined) {
    throw new TransferError("history", `Cannot read the history ${shown}: ${problem}.`);
  }
  if (unread > 0) {
    run.tell(`${counted(unread, "line")} of ${shown} cannot be read, and count for nothing.`);
  }
  if (runs.length === 0) {
    const what = whose === "own" ? "run" : "session of a daemon";
    run.tell(`No ${what} has been recorded yet in ${shown}.`);
  }
  const byTime = runs.toSorted((left, right) => left.endedMs - right.endedMs);
  return {
    latest: byTime.slice(-limit).toReversed(),
    runs: byTime,
    trends: trendsOf(runs),
    predictions: whose === "own" ? knownPredictions(runs) : [],
    probes: probes.slice(-limit).toReversed(),
  };
}

/**
 * Prints the latest runs, how each kind of them goes, what is expected of the next, and what was
 * measured in between.
 */
export function printPerf(run: LookingRun, performance: Performance): void {
  printRuns(run, performance);
  printProbes(run, performance.probes);
}

function printRuns(run: LookingRun, { latest, trends, predictions }: Performance): void {
  run.entries += latest.length + trends.length + predictions.length;
  if (run.json) {
    for (const record of latest) run.printJson(runJson(record));
    for (const trend of trends) run.printJson(trendJson(trend));
    for (const prediction of predictions) run.printJson(predictionJson(prediction));
  } else if (run.terminal) {
    if (latest.length === 0) return;
    const right = [5, 6, 7, 8, 9, 10];
    print(run, tableLines(latest.map(runForPeople), { terminal: true, heading: RUNS, right }));
    run.out.text("\n");
    const form = { terminal: true, heading: TRENDS, right: [1, 2, 3, 4] };
    print(run, tableLines(trends.map(trendForPeople), form));
    if (predictions.length === 0) return;
    run.out.text("\n");
    const heading = { terminal: true, heading: PREDICTIONS, right: [1, 2, 3, 4, 5, 6] };
    print(run, tableLines(predictions.map(predictionForPeople), heading));
  } else {
    const form = { terminal: false, heading: [] };
    print(run, tableLines(latest.map((record) => ["run", ...exactRun(record)]), form));
    print(run, tableLines(trends.map((trend) => ["trend", ...exactTrend(trend)]), form));
    const expected = predictions.map((one) => ["prediction", ...exactPrediction(one)]);
    print(run, tableLines(expected, form));
  }
}

function print(run: LookingRun, lines: readonly string[]): void {
  for (const line of lines) run.out.text(`${line}\n`);
}

/** The cells of a run for people, in the order of the table. */
export function runForPeople(record: RunRecord): string[] {
  const { endedMs, verb, streams, files, firstPayloadMs, elapsedMs } = record;
  const speed = bytesPerSecond(record);
  return [
    momentText(endedMs),
    verb,
    wayOf(record),
    shapeOf(record),
    filesystemsOf(record),
    streams === 0 ? "-" : count(streams),
    count(files),
    bytes(record.bytes),
    speed === undefined ? "-" : `${bytes(speed)}/s`,
    firstPayloadMs === undefined ? "-" : duration(firstPayloadMs),
    duration(elapsedMs),
    boundBy(record) ?? "-",
  ];
}

/** The cells of a trend for people. */
export function trendForPeople({ workload, runs, unit, recent, earlier, change }: Trend): string[] {
  return [
    workload,
    count(runs.length),
    speedText(unit, recent),
    earlier === undefined ? "-" : speedText(unit, earlier),
    changeText(change),
  ];
}

function exactRun(record: RunRecord): string[] {
  const { endedMs, verb, streams, files, firstPayloadMs, elapsedMs } = record;
  const numbers = [streams, files, record.bytes, rounded(bytesPerSecond(record)), firstPayloadMs];
  return [
    new Date(endedMs).toISOString(),
    verb,
    wayOf(record),
    shapeOf(record),
    filesystemsOf(record),
    ...[...numbers, elapsedMs].map((value) => value === undefined ? "-" : String(value)),
    boundBy(record) ?? "-",
  ];
}

function exactTrend({ workload, runs, unit, recent, earlier, change }: Trend): string[] {
  const numbers = [rounded(recent), rounded(earlier), rounded(change, 1000)];
  const shown = numbers.map((value) => value === undefined ? "-" : String(value));
  return [workload, String(runs.length), unit, ...shown];
}

/** How content went: `local`, `push tcp`. */
function wayOf({ direction, transport }: RunRecord): string {
  return transport === "local" ? direction : `${direction} ${transport}`;
}

function runJson(record: RunRecord): object {
  const { failureCodes, ...fields } = record;
  return {
    type: "run",
    workload: signatureOf(record),
    ...fields,
    bytesPerSecond: rounded(bytesPerSecond(record)),
    boundBy: boundBy(record),
    failureCodes: failureCodes &&
      Object.entries(failureCodes).map(([code, count]) => ({ code, count })),
  };
}

function trendJson({ runs, recent, earlier, change, ...trend }: Trend): object {
  return {
    type: "trend",
    ...trend,
    runs: runs.length,
    recent: rounded(recent),
    earlier: rounded(earlier),
    change: rounded(change, 1000),
  };
}

function rounded(value: number | undefined, steps = 10): number | undefined {
  return value === undefined ? undefined : Math.round(value * steps) / steps;
}
