import { linkAfter, type LinkUse } from "./link_rate.ts";
import { noPredictions, type Predictions, withAverage } from "./state.ts";
import { readPredictions, writePredictions } from "./store.ts";

/** What a run that has ended can teach. */
export interface Lesson {
  /** How content went over a link, if it did. */
  readonly link?: LinkUse;
}

/** Predictions with what a run taught; the same ones where it taught nothing. */
export function taught(predictions: Predictions, lesson: Lesson, nowMs: number): Predictions {
  const link = lesson.link && linkAfter(predictions, lesson.link, nowMs);
  if (link === undefined) return predictions;
  return { ...predictions, links: withAverage(predictions.links, ...link) };
}

/** Keeps what a run taught; it never throws. */
export function learn(lesson: Lesson): void {
  const before = readPredictions() ?? noPredictions();
  const after = taught(before, lesson, Date.now());
  if (after !== before) writePredictions(after);
}
