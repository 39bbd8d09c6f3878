import type { RunRecord } from "../history/record.ts";
import { amountOf, signatureOf } from "../history/workload.ts";
import { confidenceOf } from "./average.ts";
import { aloneMs, isBestOverOne } from "./experience.ts";
import type { JobName } from "./job_name.ts";
import { keyOf } from "./key.ts";
import { onLine } from "./line.ts";
import type { Predictions } from "./state.ts";

/** A time that is expected. */
export interface Expected {
  readonly ms: number;
  /** From 0, a guess, to 1. */
  readonly confidence: number;
  /** What it rests on: runs of the same job, or of the same kind and another size. */
  readonly by: "job" | "kind";
}

/**
 * How long a run is expected to take: as the same job did, or as runs of its kind did that had as
 * much to do, whichever is the surer. Undefined where neither is known.
 */
export function expected(
  predictions: Predictions,
  { record, job }: { readonly record: RunRecord; readonly job: JobName },
  nowMs: number,
): Expected | undefined {
  const byJob = ofJob(predictions, job, record.direction !== "local", nowMs);
  const byKind = ofKind(predictions, record, nowMs);
  if (byJob === undefined || byKind === undefined) return byJob ?? byKind;
  return byJob.confidence >= byKind.confidence ? byJob : byKind;
}

function ofJob(
  predictions: Predictions,
  job: JobName,
  isRemote: boolean,
  nowMs: number,
): Expected | undefined {
  const experience = predictions.jobs[keyOf(predictions.salt, ...job)];
  const { alone, helped } = experience ?? {};
  const goesAlone = isRemote ? isBestOverOne(experience, nowMs) : aloneMs(experience, nowMs) > 0;
  const average = goesAlone ? alone ?? helped : helped ?? alone;
  if (average === undefined) return undefined;
  return { ms: average.value, confidence: confidenceOf(average, nowMs), by: "job" };
}

function ofKind({ kinds }: Predictions, record: RunRecord, nowMs: number): Expected | undefined {
  const kind = kinds[signatureOf(record)];
  if (kind === undefined) return undefined;
  const { amount } = amountOf(record);
  return { ms: onLine(kind.time, amount), confidence: confidenceOf(kind.time, nowMs), by: "kind" };
}
