/**
 * blit moves directory trees fast and without losing anything.
 *
 * @module
 */
export { copy, mirror, move } from "./core/transfer/mod.ts";
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
export { FilterError } from "./core/filter/error.ts";
export type { KindWord } from "./core/entry/kind.ts";
export { TransferError } from "./core/transfer/failure.ts";
