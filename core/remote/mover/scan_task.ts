import type { Name } from "../../sys/mod.ts";
import type { Listed } from "../data/record_format.ts";

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
  /**
   * Of a directory that the other end has just made, or will have: what has listed it. It is sent
   * unasked. Of any other, undefined.
   */
  readonly listed: Listed | undefined;
  /** Share of the scan that it stands for. */
  readonly weight: number;
}
