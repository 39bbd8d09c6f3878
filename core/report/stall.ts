/**
 * Noticing that nothing moves, and telling what is waited for. Loaded by runs that last.
 *
 * @module
 */
export { effortOf, type MoversInSight, movesWaitFor } from "./stall_reason.ts";
export {
  type StallMeans,
  type StallState,
  type StallTimes,
  stallTimes,
  StallWatch,
} from "./stall_watch.ts";
