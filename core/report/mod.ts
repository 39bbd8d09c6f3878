/**
 * What a run tells: progress, failures as sentences, the summary. The same for a local transfer
 * and for both ends of a remote one. Imports sys, movers and the words of core/transfer. Begin with
 * `tally.ts`. `stall.ts` is apart: only runs that last load it.
 *
 * @module
 */
export { progressEvent, type Totals } from "./progress.ts";
export { failureEvent } from "./sentence.ts";
export { Tally } from "./tally.ts";
