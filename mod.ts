/**
 * blit moves directory trees fast and without losing anything: {@linkcode copy},
 * {@linkcode mirror} and {@linkcode move} between folders.
 *
 * They need `--allow-read` and `--allow-write` for both ends; with `--allow-ffi` the fast backend
 * serves, without it Deno's own API, slower and without extended attributes and special files.
 *
 * @example
 * ```ts
 * import { copy } from "@blit/core";
 *
 * const source = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${source}/note.txt`, "hello");
 * const destination = Deno.makeTempDirSync();
 * const summary = await copy(`${source}/`, destination, {
 *   onEvent: (event) => event.type === "failure" && console.error(event.message),
 * });
 * if (summary.exitCode !== 0) console.error(`${summary.failureCount} entries failed`);
 * ```
 *
 * @module
 */
export { copy, mirror, move, type PathLike } from "./core/transfer/mod.ts";
export type {
  CompareMode,
  DeletionRequest,
  TransferOptions,
  Verb,
} from "./core/transfer/options.ts";
export type {
  EntryAction,
  EntryEvent,
  FailureEvent,
  ProgressEvent,
  TransferEvent,
  TransferSummary,
  WarningEvent,
} from "./core/transfer/events.ts";
export type { FileListSource, FilterOptions, FilterRuleSource } from "./core/filter/build_spec.ts";
export { FilterError, type FilterErrorCode } from "./core/filter/error.ts";
export type { KindWord } from "./core/entry/kind.ts";
export { TransferError } from "./core/transfer/failure.ts";
