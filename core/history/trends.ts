import type { RunRecord } from "./record.ts";
import { signatureOf, type Speed, speedOf } from "./workload.ts";

/** How runs of one class have gone lately, against how they went before. */
export interface Trend {
  /** The class; see {@linkcode signatureOf}. */
  readonly workload: string;
  /** The runs of the class, the oldest first. */
  readonly runs: readonly RunRecord[];
  /** What its speed counts; of the newest run. */
  readonly unit: Speed["unit"];
  /** Median speed of the newest runs, five at most. */
  readonly recent: number;
  /** Median speed of those before, twenty at most; undefined where there are none. */
  readonly earlier: number | undefined;
  /** `recent` against `earlier`: 0.1 is a tenth faster; undefined while there are too few runs. */
  readonly change: number | undefined;
  readonly direction: "faster" | "slower" | "steady" | "unknown";
  /** Median of the newest runs; undefined where they wrote nothing. */
  readonly firstPayloadMs: number | undefined;
  /** When the newest ended: milliseconds since 1970. */
  readonly lastMs: number;
}

/** Runs that count as recent. */
export const RECENT = 5;
/** Runs before those that they are compared with. */
export const EARLIER = 20;
/** With fewer of either, what looks like a trend is chance. */
export const LEAST = 3;
/** A change by less is none: two runs of the same job differ by as much. */
export const STEADY = 0.1;

/** Trends of all classes of runs, the class with the newest run first. */
export function trendsOf(runs: readonly RunRecord[]): Trend[] {
  return [...Map.groupBy(runs, signatureOf)].flatMap(([workload, runs]) => trendOf(workload, runs))
    .sort((left, right) => right.lastMs - left.lastMs);
}

function trendOf(workload: string, given: readonly RunRecord[]): Trend[] {
  // By when they ended: lines of several blits may stand in another order.
  const runs = given.toSorted((left, right) => left.endedMs - right.endedMs);
  const timed = runs.filter((run) => speedOf(run) !== undefined);
  const newest = timed.at(-1);
  const last = runs.at(-1);
  if (newest === undefined || last === undefined) return [];
  // A single file may be small in one run and large in the next.
  const unit = speedOf(newest)?.unit ?? "bytes";
  const speeds = timed.flatMap((run) => {
    const speed = speedOf(run);
    return speed?.unit === unit ? [speed.perSecond] : [];
  });
  const now = speeds.slice(-RECENT);
  const before = speeds.slice(0, -RECENT).slice(-EARLIER);
  const recent = medianOf(now) ?? 0;
  const earlier = medianOf(before);
  const isEnough = now.length >= LEAST && before.length >= LEAST;
  const change = isEnough && earlier !== undefined && earlier > 0
    ? recent / earlier - 1
    : undefined;
  return [{
    workload,
    runs,
    unit,
    recent,
    earlier,
    change,
    direction: wordFor(change),
    firstPayloadMs: medianOf(
      runs.slice(-RECENT).flatMap(({ firstPayloadMs }) => firstPayloadMs ?? []),
    ),
    lastMs: last.endedMs,
  }];
}

function wordFor(change: number | undefined): Trend["direction"] {
  if (change === undefined) return "unknown";
  if (Math.abs(change) <= STEADY) return "steady";
  return change > 0 ? "faster" : "slower";
}

/** The middle value, between the two middle ones of an even number; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}
