import { Kind } from "../entry/kind.ts";
import type { ListingWork } from "../listing/work.ts";
import type { Sys } from "../sys/mod.ts";
import { EntryRemoval } from "./entry_removal.ts";
import { openNamed } from "./named_entry.ts";
import type { Removable } from "./removable.ts";
import { Removed } from "./removed.ts";
import { TreeRemoval } from "./tree_removal.ts";

/** How it is removed. */
export interface RemovalRules {
  /** Directories too, with everything below. */
  readonly recursive: boolean;
  /** Leave out the last call: tell what would go. */
  readonly dryRun: boolean;
}

/**
 * Looks at what is to be removed and makes ready to; `next` removes, into `chunk`. It keeps the
 * directory around what was named open until `close`.
 *
 * @throws {TransferError} for a root, for what is not there or cannot be reached, for a directory
 * without `recursive`, for what is written with a slash and is none, for a mount point
 */
export function openRemoval(
  sys: Sys,
  removable: Removable,
  { recursive, dryRun }: RemovalRules,
  chunk: Removed = new Removed(),
): ListingWork<Removed> {
  const named = openNamed(sys, removable, recursive);
  return named.kind === Kind.Directory
    ? new TreeRemoval(sys, named, dryRun, chunk)
    : new EntryRemoval(sys, named, dryRun, chunk);
}
