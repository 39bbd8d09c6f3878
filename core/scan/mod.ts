/**
 * Scanning: a directory's names, kinds and stats into columns, filters applied.
 * Imports entry, sys, filter and the movers' context. Begin with `scan.ts`.
 *
 * @module
 */
export {
  closePlace,
  directoryFilter,
  hasDefaultAcl,
  isAbsent,
  listedKind,
  openPlace,
  type Place,
  unlockDirectory,
  unlockPlace,
} from "./place.ts";
export { accepts, scanBatch } from "./scan.ts";
