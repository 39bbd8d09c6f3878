/**
 * Delivering, by the local carrier: compares a scanned batch with the destination and turns needs
 * into files, links and metadata at their place, each whole or not at all.
 *
 * Imports entry, sys, plan, scan and movers. Begin with `deliver_batch.ts`, then `small_file.ts`
 * and `landing.ts`.
 *
 * @module
 */
export { directoryAttributes, keptAttributes, readAttributes } from "./attributes.ts";
export { compareBatch } from "./compare_batch.ts";
export { deliverBatch } from "./deliver_batch.ts";
export { deliverDirectory, Made } from "./deliver_directory.ts";
export { deliverWithoutContent, settle } from "./deliver_entry.ts";
export { Landing } from "./landing.ts";
export { LargeFileCopy } from "./large_file.ts";
export { makeLink } from "./link.ts";
export { LinkCollector } from "./link_collector.ts";
export { linkTo } from "./link_to.ts";
export { destinationFault, type Fault, sourceFault } from "./outcome.ts";
export { BlockedCollector, noteExtraDirectory, putOff } from "./put_off.ts";
export { Partial, type ResumableSource, RESUME_BYTES } from "./partial.ts";
export { copySmallFile, placeSmallFile, SMALL_BYTES } from "./small_file.ts";
export {
  isSameState,
  type SourceState,
  sourceState,
  STATE_BYTES,
  UNKNOWN_STATE,
} from "./source_state.ts";
export { isSameStamp, isSettled, type Stamp, stampOf } from "./stamp.ts";
export {
  dropNamelessPartials,
  dropPartialOf,
  dropSettledPartials,
  dropStalePartials,
} from "./stale_partials.ts";
