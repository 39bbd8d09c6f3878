/**
 * Looking at trees on one machine: walks over the floor that give chunks of entries in columns.
 *
 * An engine is pulled: `openListing`, `openFind` and `openUsage` give a {@linkcode ListingWork}
 * whose `next()` fills a chunk. The same engines serve local paths and, in a daemon, modules; a
 * {@linkcode ListingStart} says where to begin. Begin with `walk.ts`.
 *
 * @module
 */
export { Listing, RowMark, Usage } from "./chunk.ts";
export { filesystemStats } from "./filesystem_stats.ts";
export { openFind } from "./find.ts";
export { openListing } from "./list.ts";
export { CHUNK_BYTES, CHUNK_ROWS, PathColumn } from "./path_column.ts";
export { type ListingStart, localStart } from "./start.ts";
export type {
  FilesystemRow,
  FindOptions,
  ListedEntry,
  ListingFailure,
  ListOptions,
  UsageOptions,
  UsageRow,
} from "./types.ts";
export { openUsage } from "./usage.ts";
export type { ListingWork } from "./work.ts";
