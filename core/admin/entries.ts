import type { PathLike } from "../endpoint/mod.ts";
import type {
  FindOptions,
  ListedEntry,
  Listing,
  ListingFailure,
  ListOptions,
  UsageOptions,
  UsageRow,
} from "../listing/mod.ts";
import { findChunks, listChunks, usageChunks } from "./looking.ts";

/**
 * What a directory holds, or with `recursive` everything below it; of what is no directory, that
 * itself. In the order of the file system; a directory before what it holds.
 *
 * What cannot be looked at is given as a failure, and the rest goes on.
 *
 * @throws {TransferError} for what is not there or cannot be reached
 *
 * @example
 * ```ts
 * import { list } from "@blit/core";
 *
 * const directory = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${directory}/note.txt`, "hello");
 * for await (const entry of list(directory)) {
 *   if (entry.type === "entry") console.log(new TextDecoder().decode(entry.path), entry.size);
 *   else console.error(entry.message);
 * }
 * ```
 */
export function list(
  endpoint: PathLike,
  options: ListOptions = {},
): AsyncGenerator<ListedEntry | ListingFailure, void, void> {
  return entriesOf(listChunks(endpoint, options));
}

/**
 * The entries of a tree for which everything holds that the options say, the endpoint itself
 * included; a directory before what it holds.
 *
 * What cannot be looked at is given as a failure, and the rest goes on.
 *
 * @throws {TransferError} for what is not there or cannot be reached, and for a pattern or an
 * expression that means nothing
 *
 * @example
 * ```ts
 * import { find } from "@blit/core";
 *
 * const directory = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${directory}/note.txt`, "hello");
 * for await (const entry of find(directory, { names: ["*.txt"], kinds: ["file"] })) {
 *   console.log(new TextDecoder().decode(entry.path)); // note.txt
 * }
 * ```
 */
export function find(
  endpoint: PathLike,
  options: FindOptions = {},
): AsyncGenerator<ListedEntry | ListingFailure, void, void> {
  return entriesOf(findChunks(endpoint, options));
}

/**
 * How much directories hold: a row for each, after everything below it; the endpoint's own row
 * comes last.
 *
 * What cannot be looked at is given as a failure, and the rest goes on.
 *
 * @throws {TransferError} for what is not there or cannot be reached
 *
 * @example
 * ```ts
 * import { du } from "@blit/core";
 *
 * const directory = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${directory}/note.txt`, "hello");
 * for await (const row of du(directory, { maxDepth: 0 })) {
 *   if (row.type === "usage") console.log(row.allocated, row.entries);
 * }
 * ```
 */
export async function* du(
  endpoint: PathLike,
  options: UsageOptions = {},
): AsyncGenerator<UsageRow | ListingFailure, void, void> {
  for await (const chunk of usageChunks(endpoint, options)) {
    if (chunk.type === "failure") yield chunk;
    else for (let row = 0; row < chunk.count; row++) yield chunk.row(row);
  }
}

async function* entriesOf(
  chunks: AsyncIterable<Listing | ListingFailure>,
): AsyncGenerator<ListedEntry | ListingFailure, void, void> {
  for await (const chunk of chunks) {
    if (chunk.type === "failure") {
      yield chunk;
      continue;
    }
    for (let row = 0; row < chunk.count; row++) {
      const entry = chunk.entry(row);
      if (entry !== undefined) yield entry;
    }
  }
}
