import type { PathLike } from "../endpoint/local_path.ts";
import type { FilterOptions } from "../filter/build_spec.ts";
import type { TransferEvent } from "./events.ts";

/** What a transfer does with its source and with what the destination has too much. */
export type Verb = "copy" | "mirror" | "move";

/** What the engine may be asked for: a transfer, or to tell what a mirror would have to do. */
export type Work = Verb | "check";

/** How entries that stand on both sides are told to be the same. */
export type CompareMode =
  /** Size and mtime, to the nanosecond where both file systems keep it. */
  | "size-mtime"
  /** Content: bytes are compared. */
  | "checksum"
  /** Size alone. */
  | "size"
  /** Never the same: everything is transferred again. */
  | "always";

/** What is about to be deleted, for {@linkcode TransferOptions.confirm}. */
export interface DeletionRequest {
  /** Entries that would go, directories and all below them counted one by one. */
  readonly count: number;
  /** Entries that the destination holds, these included. */
  readonly destinationEntries: number;
  /** Some of the paths, relative to the destination, as text with odd bytes escaped. */
  readonly samples: readonly string[];
  /** Where they would be moved instead of deleted, if `backupDir` is set. */
  readonly backupDir?: string;
}

/** Options of `copy`, `mirror` and `move`. Every one may be left out. */
export interface TransferOptions {
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean;
  /** How sameness is told; `"size-mtime"` by default. */
  readonly compare?: CompareMode;
  /** Leave files that the destination has, whatever they hold. */
  readonly ignoreExisting?: boolean;
  /** Leave files that are newer at the destination. */
  readonly update?: boolean;
  /** What is transferred; see docs/filters.md. */
  readonly filter?: FilterOptions;
  /** Keep extended attributes. */
  readonly xattrs?: boolean;
  /** Keep POSIX ACLs. */
  readonly acls?: boolean;
  /** Files and directories are on disk before the call returns. */
  readonly durable?: boolean;
  /**
   * Large files that are cut off stay beside their place, unseen, and the next run with `resume`
   * goes on with what is there: docs/resume.md says what is promised. Between machines, only what
   * differs of a large file that has changed is sent.
   */
  readonly resume?: boolean;
  /** Where overwritten and deleted entries are moved instead of being lost. Relative to the destination. */
  readonly backupDir?: PathLike;
  /** Allow deletion when the source is empty or most of the destination would go. */
  readonly forceDelete?: boolean;
  /**
   * Asked once before extras are deleted; nothing is deleted when it gives false or is missing.
   * `() => true` deletes without asking.
   */
  readonly confirm?: (request: DeletionRequest) => boolean | Promise<boolean>;
  /** Stops the run; what was being written is cleaned up and the call throws the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Called by runs on this machine before anything is written, but for those of one small file,
   * which are over before anybody could stop them. The command line listens to signals from there.
   */
  readonly onBegin?: () => void;
  /** Called with every event as it comes. */
  readonly onEvent?: (event: TransferEvent) => void;
  /** Send an `entry` event for every entry that is created, changed or removed. Costs time on large trees. */
  readonly reportEntries?: boolean;
  /** Milliseconds between `progress` events; 0, the default, sends none. */
  readonly progressIntervalMs?: number;
  /**
   * Send content over the control connection, as is done by itself where the data port cannot be
   * reached. `BLIT_FORCE_GRPC_DATA=1` in the environment does the same. For remote ends only.
   */
  readonly forceGrpcData?: boolean;
  /** Called with a line for whatever happens on the data streams of a remote run; for debugging. */
  readonly traceDataPlane?: (line: string) => void;
  /**
   * Milliseconds in which nothing moves after which the run ends with the code `stalled`: five
   * minutes by default, `Infinity` for never. It is told long before; see docs/stalls.md.
   */
  readonly stallLimitMs?: number;
  /**
   * A mirror on this machine ends at once if a resident `blit watch` of the same trees has proven
   * that it would find nothing to do (docs/watch.md). The command line sets it.
   */
  readonly trustWatch?: boolean;
  /**
   * What earlier runs on this machine took may decide how this one goes about it, never what it
   * does (docs/prediction.md). The command line, which keeps that history, sets it.
   */
  readonly useHistory?: boolean;
  /** Movers to run, for tests and benchmarks; blit chooses by itself. */
  readonly workers?: number;
}
