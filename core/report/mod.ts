/**
 * What a run tells: progress, failures as sentences, the summary. The same for a local transfer
 * and for both ends of a remote one. Imports sys, movers and the words of core/transfer. Begin with
 * `tally.ts`.
 *
 * @module
 */
export { progressEvent, type Totals } from "./progress.ts";
export { failureEvent } from "./sentence.ts";
export { effortOf, type MoversInSight, movesWaitFor } from "./stall_reason.ts";
export {
  type StallMeans,
  type StallState,
  type StallTimes,
  stallTimes,
  StallWatch,
} from "./stall_watch.ts";
export { Tally } from "./tally.ts";
