/**
 * Which entries of a source take part in a transfer: ordered include and exclude rules with
 * rsync's patterns, lists of exact paths, and limits of size and age.
 *
 * Two halves. {@linkcode buildFilterSpec} turns what a person wrote into a {@linkcode FilterSpec},
 * plain data that may be posted to a Worker or sent to a peer, and throws a
 * {@linkcode FilterError} for what makes no sense. {@linkcode compileFilter} turns a spec into a
 * {@linkcode Filter}, which the scan asks once per directory and once per entry. Nothing here
 * opens a file or imports anything outside this folder.
 *
 * Begin reading at `spec.ts`, then `filter.ts` and `pattern.ts`.
 *
 * @module
 */

export { buildFilterSpec } from "./build_spec.ts";
export type { FileListSource, FilterOptions, FilterRuleSource } from "./build_spec.ts";
export { DirectoryFilter } from "./directory_filter.ts";
export { FilterError } from "./error.ts";
export type { FilterErrorCode } from "./error.ts";
export { compileFilter, Filter } from "./filter.ts";
export type { FileLimits, FileList, FilterRule, FilterSpec, TimeLimit } from "./spec.ts";
