import type { DiskProbe } from "../history/probe_record.ts";
import type { Name } from "../sys/mod.ts";

/** A directory on a file system that is to be measured. */
export interface ProbePlace {
  /** Absolute, NUL-terminated. */
  readonly path: Name;
  /** What the log calls it. */
  readonly shown: string;
}

/** What a probe's Worker is told, once. */
export interface ProbeOrder {
  readonly places: readonly ProbePlace[];
  /** Its first word becomes not 0 when the probe is to end at once. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What it answers, once. */
export type ProbeAnswer =
  | {
    readonly type: "measured";
    readonly elapsedMs: number;
    readonly hashBytesPerSecond: number;
    readonly disks: readonly DiskProbe[];
    /** Why places were left out, in whole sentences. */
    readonly skipped: readonly string[];
  }
  | { readonly type: "stopped" };
