/**
 * blit moves directory trees fast and without losing anything: {@linkcode copy},
 * {@linkcode mirror} and {@linkcode move} between folders and between machines. And it looks at
 * trees and clears them, wherever they are: {@linkcode check}, {@linkcode list}, {@linkcode find}, {@linkcode du},
 * {@linkcode df} and {@linkcode remove}; {@linkcode scan} finds daemons, {@linkcode modules} tells
 * what one exports.
 *
 * They need `--allow-read` for what they read on this machine and `--allow-write` for what they
 * change, and `--allow-net` for what is on others; with `--allow-ffi` the fast backend serves,
 * without it Deno's own API, slower and without extended attributes and special files. Where
 * `--allow-read` leaves out blit's own code, no Workers help the main thread, and what goes between
 * machines is refused.
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
 * @example
 * ```ts
 * import { find } from "@blit/core";
 *
 * const directory = Deno.makeTempDirSync(); // or "server:/module/path"
 * for await (const entry of find(directory, { names: ["*.jpg"], minSize: 1_000_000 })) {
 *   if (entry.type === "entry") console.log(new TextDecoder().decode(entry.path), entry.size);
 *   else console.error(entry.message);
 * }
 * ```
 *
 * @module
 */
export { copy, mirror, move, type PathLike } from "./core/transfer/mod.ts";
export { check } from "./core/transfer/check.ts";
export type {
  CheckEvent,
  CheckOptions,
  CheckSummary,
  Difference,
  DifferenceEvent,
} from "./core/transfer/check_types.ts";
export type {
  CompareMode,
  DeletionRequest,
  TransferOptions,
  Verb,
} from "./core/transfer/options.ts";
export type {
  EndReport,
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
export { df, du, find, list, modules, remove, scan } from "./core/admin/mod.ts";
export type {
  FilesystemRow,
  FindOptions,
  FoundDaemon,
  ListedEntry,
  ListingFailure,
  ListOptions,
  ModuleInfo,
  ModuleList,
  ModulesOptions,
  RemovalRequest,
  RemovedEntry,
  RemoveOptions,
  ScanOptions,
  UsageOptions,
  UsageRow,
} from "./core/admin/mod.ts";
