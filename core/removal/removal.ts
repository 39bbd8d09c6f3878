import type { Sys } from "../sys/mod.ts";
import type { FailureEvent } from "../transfer/events.ts";
import type { Removable } from "./removable.ts";
import type { RemovedChunk } from "./removed_chunk.ts";

/** How it is removed. */
export interface RemovalRules {
  /** Directories too, with everything below. */
  readonly recursive: boolean;
  /** Leave out the last call: tell what would go. */
  readonly dryRun: boolean;
}

/** A removal that goes on whenever it is asked to. */
export interface Removal {
  /**
   * Removes some more and tells what: a chunk, or something that failed and stays; undefined when
   * all is done. A call takes some 10 ms unless the disk is slow, so a server can take turns.
   */
  next(): RemovedChunk | FailureEvent | undefined;
  /** Closes all that it holds open; to be called whether or not it came to its end. */
  close(): void;
}

/**
 * Looks at what is to be removed and makes ready to. Nothing has been removed when this returns
 * or throws, so several are opened before the first goes.
 *
 * @throws {TransferError} for a root, for what is not there or cannot be reached, for a directory
 * without `recursive`, for what is written with a slash and no directory, for a mount point
 */
export function openRemoval(_sys: Sys, _removable: Removable, _rules: RemovalRules): Removal {
  throw new Error("not built yet");
}
