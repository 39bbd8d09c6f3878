import type { RunRecord } from "../history/record.ts";
import { amountOf, signatureOf } from "../history/workload.ts";
import { type Average, averaged } from "./average.ts";
import { aloneMs, experienced, type Route } from "./experience.ts";
import type { JobName } from "./job_name.ts";
import { keyOf } from "./key.ts";
import { fitted } from "./line.ts";
import { expected } from "./expected.ts";
import { noPredictions, type Predictions, withJob, withKind, withLink } from "./state.ts";
import { readPredictions, writePredictions } from "./store.ts";

/** What a run that has ended can teach. */
export interface Lesson {
  /** What the history keeps of it. */
  readonly record: RunRecord;
  /** Which job it was. */
  readonly job: JobName;
  /** Gives what is known of the link that was used. */
  readonly link?: (before: Predictions) => readonly [key: string, rate: Average] | undefined;
}

/** Predictions with what a run taught. */
export function taught(before: Predictions, lesson: Lesson, nowMs: number): Predictions {
  return ofPlaces(ofKind(before, lesson.record, nowMs), lesson, nowMs);
}

/** With what it taught of its job and its link. */
function ofPlaces(before: Predictions, lesson: Lesson, nowMs: number): Predictions {
  const { record, link } = lesson;
  let after = before;
  if (record.failures === 0) {
    const key = keyOf(before.salt, ...lesson.job);
    const route = routeOf(lesson, before, nowMs);
    const job = experienced(before.jobs[key], route, record.elapsedMs, nowMs);
    if (job !== undefined) after = withJob(after, key, job);
  }
  const rate = link?.(before);
  return rate === undefined ? after : withLink(after, ...rate);
}

/** How a run went about its work: as it was told to, however that ended. */
function routeOf({ record, job }: Lesson, before: Predictions, nowMs: number): Route {
  const { direction, streams, movers } = record;
  if (direction !== "local") return streams === 1 ? "alone" : "helped";
  const wasTold = aloneMs(before.jobs[keyOf(before.salt, ...job)], nowMs) > 0;
  return wasTold || movers === 1 ? "alone" : "helped";
}

/** What was known when a run ended. */
export interface Known {
  /** Milliseconds that it had been expected to take; undefined where nothing was known. */
  readonly expectedMs: number | undefined;
  /** Keeps what the run taught, once it is in the history. */
  keep(): Promise<void>;
}

/** Looks up what was known of a run that has ended. It never throws. */
export function recall(lesson: Lesson): Known {
  const nowMs = Date.now();
  const known = readPredictions();
  if (known === undefined) return { expectedMs: undefined, keep: () => learnAnew(lesson, nowMs) };
  return {
    expectedMs: expected(known, lesson, nowMs)?.ms,
    keep: () => {
      writePredictions(taught(known, lesson, nowMs));
      return Promise.resolve();
    },
  };
}

/** Only where it can be kept is it worth its time to read all of the history. */
async function learnAnew(lesson: Lesson, nowMs: number): Promise<void> {
  const fresh = noPredictions();
  if (!writePredictions(fresh)) return;
  const { readHistory } = await import("../history/read.ts");
  // The run itself is the last in it.
  writePredictions(ofPlaces(fromHistory(fresh, readHistory().runs, nowMs), lesson, nowMs));
}

/** What runs in the history teach, the oldest first: all but which jobs they were. */
export function fromHistory(
  fresh: Predictions,
  runs: readonly RunRecord[],
  nowMs: number,
): Predictions {
  return runs.reduce(
    (state, record) => ofKind(state, record, Math.min(record.endedMs, nowMs)),
    fresh,
  );
}

function ofKind(before: Predictions, record: RunRecord, nowMs: number): Predictions {
  const key = signatureOf(record);
  const kind = before.kinds[key];
  const time = fitted(kind?.time, amountOf(record).amount, record.elapsedMs, nowMs);
  if (time === undefined) return before;
  const plan = averaged(kind?.plan, record.planMs ?? 0, nowMs);
  return withKind(before, key, { time, ...(plan !== undefined && { plan }) });
}
