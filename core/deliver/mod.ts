/**
 * Delivering, by the local carrier: compares a scanned batch with the destination and turns needs
 * into files, links and metadata at their place, each whole or not at all.
 *
 * Imports entry, sys, plan, scan and movers. Begin with `deliver_batch.ts`, then `small_file.ts`
 * and `landing.ts`.
 *
 * @module
 */
export { compareBatch } from "./compare_batch.ts";
export { deliverBatch } from "./deliver_batch.ts";
export { Landing } from "./landing.ts";
export { LargeFileCopy } from "./large_file.ts";
export { copySmallFile, placeSmallFile, SMALL_BYTES } from "./small_file.ts";
