import { medianOf } from "../history/trends.ts";
import type { RunRecord } from "../history/record.ts";
import { amountOf, signatureOf } from "../history/workload.ts";
import { confidenceOf } from "./average.ts";
import { onLine } from "./line.ts";
import type { Predictions } from "./state.ts";

/** What is expected of the next run of one kind, and how well that was done. */
export interface KindPrediction {
  /** The kind; see `signatureOf`. */
  readonly workload: string;
  /** Runs that it was learnt from. */
  readonly runs: number;
  /** Of a run that has as much to do as the newest one had; absent where that is not known. */
  readonly expectedMs: number | undefined;
  /** Until moving begins, of local runs. */
  readonly planMs: number | undefined;
  /** From 0, a guess, to 1. */
  readonly confidence: number;
  /** Runs in the history that something had been expected of. */
  readonly compared: number;
  /** Median of how far they were from it: 0.1 is a tenth of the time that they took. */
  readonly error: number | undefined;
}

/** Predictions of all kinds, the one with the newest run first; `runs` are those of the history. */
export function kindPredictions(
  { kinds }: Predictions,
  runs: readonly RunRecord[],
  nowMs: number,
): KindPrediction[] {
  const recorded = Map.groupBy(runs, signatureOf);
  return Object.entries(kinds).sort(([, one], [, other]) => other.time.atMs - one.time.atMs)
    .map(([workload, { time, plan }]) => {
      const all = recorded.get(workload) ?? [];
      const newest = all.toSorted((one, other) => one.endedMs - other.endedMs).at(-1);
      const errors = all.flatMap(({ expectedMs, elapsedMs }) =>
        expectedMs === undefined || elapsedMs <= 0 ? [] : [Math.abs(expectedMs / elapsedMs - 1)]
      );
      return {
        workload,
        runs: time.runs,
        expectedMs: newest && onLine(time, amountOf(newest).amount),
        planMs: plan?.value,
        confidence: confidenceOf(time, nowMs),
        compared: errors.length,
        error: medianOf(errors),
      };
    });
}
