/** One include or exclude rule. The first rule that matches an entry decides. */
export interface FilterRule {
  /** True lets the entry through, false keeps it (and all beneath it) out. */
  readonly includes: boolean;
  /** The pattern as written, without sign; bytes because names are bytes. */
  readonly pattern: Uint8Array;
}

/**
 * The paths of a `--files-from` list in columns: sorted, unique, relative to the source, without
 * leading, trailing or doubled slashes. A directory's paths are neighbours, so a directory is a
 * range found by binary search and a list of a million lines costs no objects. The arrays are
 * shared memory: posting a spec to a Worker does not copy them.
 */
export interface FileList {
  /** All paths, one after the other. */
  readonly bytes: Uint8Array;
  /** Where each path starts in `bytes`; one more at the end. */
  readonly starts: Uint32Array;
  /**
   * 1 for each path that some line ends with a slash: if it is a directory, what is directly
   * inside it is wanted too.
   */
  readonly wantsContent: Uint8Array;
}

/** A bound on a modification time: an age before the run began, or a moment. */
export type TimeLimit =
  | { readonly kind: "age"; readonly seconds: number }
  | { readonly kind: "moment"; readonly epochSeconds: number };

/** Limits that apply to regular files only; both ends of each range are inside it. */
export interface FileLimits {
  /** Files smaller than this many bytes are left out. */
  readonly minSizeBytes?: number;
  /** Files larger than this many bytes are left out. */
  readonly maxSizeBytes?: number;
  /** Files modified later than this are left out. */
  readonly minAge?: TimeLimit;
  /** Files modified earlier than this are left out. */
  readonly maxAge?: TimeLimit;
}

/** A filter as plain data: it survives `postMessage` and `structuredClone`. */
export interface FilterSpec {
  /** Include and exclude rules in order. */
  readonly rules: readonly FilterRule[];
  /** The only paths that take part, if a list was given. */
  readonly files?: FileList;
  /** Limits of size and age. */
  readonly limits: FileLimits;
}
