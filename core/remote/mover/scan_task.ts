import type { Name } from "../../sys/mod.ts";

/** A directory, or some of its entries, that the source's end is to scan into batches. */
export interface ScanTask {
  /** Which of the job's sources. */
  readonly source: number;
  /** Relative to the source's root, NUL-terminated. */
  readonly path: Name;
  /** The batch that lists this directory, or 0. */
  readonly parent: number;
  /** Which entry of `parent` it is. */
  readonly parentEntry: number;
  /** Packed names of the entries that are meant; empty for all. */
  readonly names: Uint8Array<ArrayBuffer>;
  /** Bits of `BatchFlag` besides those that tell where in the directory a batch is. */
  readonly flags: number;
  /** What has arrived of it is to be removed (move). */
  readonly removes: boolean;
  /** Share of the scan that it stands for. */
  readonly weight: number;
}
