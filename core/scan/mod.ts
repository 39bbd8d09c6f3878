/**
 * Scanning: a directory's names, kinds and stats into columns, filters applied.
 * Imports entry, sys, filter and the movers' context. Begin with `scan.ts`.
 *
 * @module
 */
export {
  closePlace,
  directoryFilter,
  isAbsent,
  listedKind,
  openPlace,
  type Place,
} from "./place.ts";
export { accepts, scanBatch } from "./scan.ts";
