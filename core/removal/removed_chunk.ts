/** Entries that were removed (or would be), in the order in which they went: columns over one blob. */
export interface RemovedChunk {
  /** Tells it from a failure. */
  readonly type: "removed";
  /** How many, 1 to 1,024. */
  readonly count: number;
  /** Paths relative to what was named, one after the other, without NUL; empty for that itself. */
  readonly paths: Uint8Array<ArrayBuffer>;
  /** Where each path ends in `paths`. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Kind codes, see `Kind`. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  /** Bytes that a file held; 0 for what is no file. */
  readonly sizes: Float64Array<ArrayBuffer>;
}
