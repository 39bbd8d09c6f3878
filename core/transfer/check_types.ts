import type { KindWord } from "../entry/kind.ts";
import type { FailureEvent, ProgressEvent, WarningEvent } from "./events.ts";
import type { TransferOptions } from "./options.ts";

/** How an entry of two trees is not the same in both. */
export type Difference =
  /** Only the source has it. */
  | "missing"
  /** Only the destination has it. */
  | "extra"
  /**
   * Both have it: with another content or link target, as another kind of thing, or the source as
   * a hard link that it is not at the destination. Unless content is compared, a file of another
   * size or time has another content.
   */
  | "different"
  /** Both have it, and it differs in mode, owner, attributes or time alone. */
  | "metadata";

/** An entry that is not the same in both trees. */
export interface DifferenceEvent {
  /** Tells this event from the others. */
  readonly type: "difference";
  /** How it is not the same. */
  readonly difference: Difference;
  /** What it is at the source; of what is extra, at the destination. */
  readonly kind: KindWord;
  /** Relative to the destination, as bytes; empty for the destination itself. */
  readonly path: Uint8Array;
  /** Size in bytes; 0 for what has no content. */
  readonly size: number;
}

/** Everything that a check may tell while it goes. */
export type CheckEvent = DifferenceEvent | FailureEvent | WarningEvent | ProgressEvent;

/** Options of `check`; as those of a transfer. */
export interface CheckOptions extends
  Pick<
    TransferOptions,
    | "compare"
    | "filter"
    | "xattrs"
    | "acls"
    | "signal"
    | "progressIntervalMs"
    | "forceGrpcData"
    | "traceDataPlane"
    | "workers"
  > {
  /** Called with every event as it comes. */
  readonly onEvent?: (event: CheckEvent) => void;
}

/** What a check has found. */
export interface CheckSummary {
  /** Entries of the source that were looked at. */
  readonly entriesScanned: number;
  /** Entries that are the same in both. */
  readonly same: number;
  /** Entries that only the source has. */
  readonly missing: number;
  /** Entries that only the destination has. */
  readonly extra: number;
  /** Entries with another content, or of another kind. */
  readonly different: number;
  /** Entries with other metadata and the same content. */
  readonly metadata: number;
  /** Bytes of all regular files of the source that the filters let through. */
  readonly bytesTotal: number;
  /** What could not be looked at, the first 10,000; `failureCount` has the number. */
  readonly failures: readonly FailureEvent[];
  /** How much could not be looked at. */
  readonly failureCount: number;
  /** What the user should know besides. */
  readonly warnings: readonly WarningEvent[];
  /** Milliseconds the whole run took. */
  readonly elapsedMs: number;
  /** Where the two trees met; see `TransferSummary`. */
  readonly transport: "local" | "tcp" | "grpc";
  /** The backend that made the system calls on this machine. */
  readonly backend: "linux" | "portable";
  /** 0 the same, 2 something could not be looked at, 3 there are differences. */
  readonly exitCode: 0 | 2 | 3;
}
