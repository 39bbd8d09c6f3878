import type { PathLike } from "../endpoint/local_path.ts";
import type { WatchedBy } from "./watcher.ts";
import type { TransferEvent, TransferSummary } from "../transfer/events.ts";

/** What a watcher does besides watching. */
export interface WatchOptions {
  /** Make the destination equal whenever something changes; else it is only known what did. */
  readonly mirror?: boolean;
  /** Keep (and compare) extended attributes. */
  readonly xattrs?: boolean;
  /** Keep (and compare) POSIX ACLs. */
  readonly acls?: boolean;
  /** With `mirror`: what the source does not have is deleted without a question. */
  readonly deleteExtras?: boolean;
  /** With `mirror`: it is, even if that is most of the destination. */
  readonly forceDelete?: boolean;
  /** With `mirror`: where overwritten and deleted entries are moved instead. */
  readonly backupDir?: PathLike;
  /** With `mirror`: what was written is on disk before it counts. */
  readonly durable?: boolean;
  /** Ends watching. */
  readonly signal?: AbortSignal;
  /** Called with what happens. */
  readonly onEvent?: (event: WatchEvent | TransferEvent) => void;
  /** Send an `entry` event for every entry that is created, changed or removed. */
  readonly reportEntries?: boolean;
}

/** How the two trees stand to each other. */
export type WatchState =
  /** Nothing is to be done, and nobody has changed anything since that was found. */
  | "clean"
  /** Something differs, or has changed and was not looked at yet. */
  | "dirty"
  /** They are being compared. */
  | "sweeping";

/**
 * What a watcher tells. Directories are counted where that is known: of a whole tree only if each
 * has a watch.
 */
export type WatchEvent =
  /** Both trees are watched from now on, and it answers. */
  | {
    readonly type: "watching";
    readonly by: WatchedBy;
    /** How many have a watch of their own, where each needs one. */
    readonly directories?: number;
    readonly socket: string;
  }
  /** What is known of them is another now. */
  | { readonly type: "state"; readonly state: WatchState; readonly directories?: number }
  /** They have been compared, all or so many directories, or made equal. */
  | {
    readonly type: "swept";
    readonly whole: boolean;
    readonly directories?: number;
    readonly summary: TransferSummary;
  };
