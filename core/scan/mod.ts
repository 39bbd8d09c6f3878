/**
 * Scanning: a directory's names, kinds and stats into columns, filters applied.
 * Imports entry, sys, filter and the movers' context. Begin with `scan.ts`.
 *
 * @module
 */
export type { Attributes, AttributeSource, Comparison, Origin } from "./origin.ts";
export {
  closePlace,
  type DestinationState,
  directoryFilter,
  hasDefaultAcl,
  isAbsent,
  isAroundSource,
  listedKind,
  openDestination,
  openPlace,
  type Place,
  unlockDirectory,
  unlockPlace,
} from "./place.ts";
export { accepts, scanBatch } from "./scan.ts";
