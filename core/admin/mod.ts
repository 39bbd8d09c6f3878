/**
 * Looking at trees and clearing them, wherever they are: on this machine or behind a daemon. The
 * library and the command line both stand on it; what a remote endpoint takes is loaded only for
 * one. Each verb gives objects (`list`, `find`, `du`, `remove`), and chunks of columns, from which
 * the objects are made, for those who print millions. Begin with `looking.ts`.
 *
 * @module
 */
export { du, find, list } from "./entries.ts";
export { findChunks, listChunks, usageChunks } from "./looking.ts";
export { remove, removeChunks } from "./remove.ts";
export { df } from "./df.ts";
export { modules } from "./modules.ts";
export { complete } from "./complete.ts";
export { scan } from "./scan.ts";
export type {
  CompleteOptions,
  Completions,
  ModuleInfo,
  ModuleList,
  ModulesOptions,
  RemovalRequest,
  RemovedRows,
  RemoveOptions,
} from "./types.ts";
export type {
  FilesystemRow,
  FindOptions,
  ListedEntry,
  ListingFailure,
  ListOptions,
  RemovedEntry,
  UsageOptions,
  UsageRow,
} from "../listing/types.ts";
export type { FoundDaemon, ScanOptions } from "../discovery/found.ts";
