/**
 * Transfers: copy, mirror and move, from the options to the summary. The phases are
 * transfer, links, delete, blocked entries, directories, sync and (move) removal of the source;
 * each is a set of tasks for the movers. Imports every folder of core. Begin with `run.ts`.
 *
 * @module
 */
import type { PathLike } from "../endpoint/mod.ts";
import type { TransferSummary } from "./events.ts";
import type { TransferOptions } from "./options.ts";
import { runTransfer } from "./run_transfer.ts";

export type { PathLike } from "../endpoint/mod.ts";

/**
 * Copies files and directories, and leaves what else the destination holds.
 *
 * A source that ends with a slash means its content, else itself, as with rsync. Either end may be
 * on a server, `server:/module/path` (docs/endpoints.md). Needs `--allow-read` and `--allow-write`
 * for local ends, `--allow-net` for remote ones, and `--allow-ffi` to be fast and complete (without
 * it the portable backend is used).
 *
 * @throws {TransferError} when nothing could be begun, or the destination is full
 *
 * @example
 * ```ts
 * import { copy } from "@blit/core";
 *
 * const source = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${source}/note.txt`, "hello");
 * const destination = Deno.makeTempDirSync();
 * const summary = await copy(`${source}/`, destination);
 * console.log(summary.filesCreated, Deno.readTextFileSync(`${destination}/note.txt`));
 * ```
 */
export function copy(
  source: PathLike | readonly PathLike[],
  destination: PathLike,
  options: TransferOptions = {},
): Promise<TransferSummary> {
  return runTransfer("copy", list(source), destination, options);
}

/**
 * Makes the destination like the source: copies what is missing or different, then deletes what
 * the source does not have, if `confirm` agrees and nothing has failed.
 *
 * @throws {TransferError} when nothing could be begun, or the destination is full
 *
 * @example
 * ```ts
 * import { mirror } from "@blit/core";
 *
 * const source = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${source}/new.txt`, "new");
 * const destination = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${destination}/old.txt`, "old");
 * const summary = await mirror(`${source}/`, destination, {
 *   confirm: ({ count }) => count === 1,
 * });
 * console.log(summary.entriesDeleted); // 1
 * ```
 */
export function mirror(
  source: PathLike,
  destination: PathLike,
  options: TransferOptions = {},
): Promise<TransferSummary> {
  return runTransfer("mirror", [source], destination, options);
}

/**
 * Moves files and directories: renames where both ends are on one file system and nothing
 * stands in the way, else copies and then removes from the source what has arrived.
 *
 * @throws {TransferError} when nothing could be begun, or the destination is full
 *
 * @example
 * ```ts
 * import { move } from "@blit/core";
 *
 * const source = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${source}/note.txt`, "hello");
 * const destination = Deno.makeTempDirSync();
 * const summary = await move(`${source}/note.txt`, destination);
 * console.log(summary.entriesMoved); // 1
 * ```
 */
export function move(
  source: PathLike | readonly PathLike[],
  destination: PathLike,
  options: TransferOptions = {},
): Promise<TransferSummary> {
  return runTransfer("move", list(source), destination, options);
}

function list(source: PathLike | readonly PathLike[]): readonly PathLike[] {
  return Array.isArray(source) ? source : [source as PathLike];
}
