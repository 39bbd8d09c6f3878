import type { Sys } from "../sys/mod.ts";
import type { Listing } from "./chunk.ts";
import type { ListingStart } from "./start.ts";
import type { ListOptions } from "./types.ts";
import type { ListingWork } from "./work.ts";

/**
 * Begins to list what a directory holds, or (recursively) everything below it. A heading row
 * stands before the entries of each directory, the endpoint's own included, and the entries of
 * one directory stand together, in the order the file system gives. Directories follow one
 * another as with `ls -R`: each before what is below it, those of one directory by name.
 * What is no directory gives one row with an empty path and no heading.
 *
 * @throws {TransferError} when what was named is not there or cannot be read
 */
export function openListing(
  _sys: Sys,
  _start: ListingStart,
  _options: ListOptions = {},
): ListingWork<Listing> {
  throw new Error("not yet");
}
