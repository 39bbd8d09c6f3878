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
  /** How far runs were from such expectations, as the logarithm of a factor. */
  readonly spread: number;
}

/**
 * How long a run is expected to take: as the same job did, or as runs of its kind did that had as
 * much to do, whichever has been off by less. Undefined where neither is known.
 */
export function expected(
  predictions: Predictions,
  { record, job }: { readonly record: RunRecord; readonly job: JobName },
  nowMs: number,
): Expected | undefined {
  const byJob = ofJob(predictions, job, record.direction !== "local", nowMs);
  const byKind = ofKind(predictions, record, nowMs);
  if (byJob === undefined || byKind === undefined) return byJob ?? byKind;
  return byJob.spread <= byKind.spread ? byJob : byKind;
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
  const { value: ms, spread } = average;
  return { ms, confidence: confidenceOf(average, nowMs), spread };
}

function ofKind({ kinds }: Predictions, record: RunRecord, nowMs: number): Expected | undefined {
  const kind = kinds[signatureOf(record)];
  if (kind === undefined) return undefined;
  const { time } = kind;
  const ms = onLine(time, amountOf(record).amount);
  return { ms, confidence: confidenceOf(time, nowMs), spread: time.spread };
}
