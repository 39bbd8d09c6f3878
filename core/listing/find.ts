import type { Sys } from "../sys/mod.ts";
import type { Listing } from "./chunk.ts";
import type { ListingStart } from "./start.ts";
import type { FindOptions } from "./types.ts";
import type { ListingWork } from "./work.ts";

/**
 * Begins to look for entries, the endpoint itself included (its path is empty). A directory comes
 * before what is below it.
 *
 * @throws {TransferError} when what was named is not there or cannot be read; `usage` for a
 * pattern or an expression that means nothing
 */
export function openFind(
  _sys: Sys,
  _start: ListingStart,
  _options: FindOptions = {},
): ListingWork<Listing> {
  throw new Error("not yet");
}
