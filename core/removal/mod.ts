/**
 * Removal of what the user names: single entries, and trees from the leaves up. Every name is
 * removed relative to a directory that is held open; no link is followed, and what is mounted
 * below stays.
 *
 * Imports entry, sys, the words of core/transfer, endpoint, and from listing the way down a tree.
 * Begin with `removal.ts`.
 *
 * @module
 */
export { localRemovable, refuseDots, type Removable } from "./removable.ts";
export { openRemoval, type RemovalRules } from "./removal.ts";
export { openRemovals, type RemovedRows } from "./removals.ts";
export { Removed } from "./removed.ts";
