import type { Sys } from "../sys/mod.ts";
import type { Usage } from "./chunk.ts";
import type { ListingStart } from "./start.ts";
import type { UsageOptions } from "./types.ts";
import type { ListingWork } from "./work.ts";

/**
 * Begins to add up what a tree takes, as `du` does: a directory's row comes after everything
 * below it, the endpoint's comes last, and an inode with several links counts once.
 *
 * @throws {TransferError} when what was named is not there or cannot be read
 */
export function openUsage(
  _sys: Sys,
  _start: ListingStart,
  _options: UsageOptions = {},
): ListingWork<Usage> {
  throw new Error("not yet");
}
