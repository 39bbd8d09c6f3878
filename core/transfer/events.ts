import type { KindWord } from "../entry/kind.ts";

/** What happened (or, in a dry run, would happen) to one entry. */
export type EntryAction =
  /** Made where nothing was. */
  | "create"
  /** Replaced: its content, or what kind of thing it is. */
  | "update"
  /** Mode, owner, times or attributes set; content was the same. */
  | "metadata"
  /** Made a hard link to another entry of the same run, where nothing was. */
  | "link"
  /** Replaced by such a link. */
  | "relink"
  /** Removed from the destination. */
  | "delete"
  /** Moved into the backup directory instead of being deleted. */
  | "backup"
  /** Renamed from the source (move on one file system). */
  | "rename"
  /** Removed from the source after it arrived (move). */
  | "remove-source";

/** One entry was created, changed or removed. Sent with `reportEntries`. */
export interface EntryEvent {
  /** Tells this event from the others. */
  readonly type: "entry";
  /** What happened. */
  readonly action: EntryAction;
  /** What the entry is. */
  readonly kind: KindWord;
  /** Relative to the destination (for `remove-source` and `rename`: to the source's parent), as bytes. */
  readonly path: Uint8Array;
  /** Size in bytes; 0 for what has no content. */
  readonly size: number;
}

/** One entry failed; the run goes on and ends with exit code 2. */
export interface FailureEvent {
  /** Tells this event from the others. */
  readonly type: "failure";
  /** The path of the entry as the user would name it, as bytes. */
  readonly path: Uint8Array;
  /** What was being done: `"open"`, `"read"`, `"write"`... */
  readonly operation: string;
  /** The errno's name, such as `"EACCES"`, or a word of blit's own in the same form. */
  readonly code: string;
  /** A whole sentence, control characters in names escaped. */
  readonly message: string;
}

/** Something that the user should know though nothing failed. */
export interface WarningEvent {
  /** Tells this event from the others. */
  readonly type: "warning";
  /** Stable code, such as `"deletion-skipped"`. */
  readonly code: string;
  /** A whole sentence. */
  readonly message: string;
}

/** Where the run stands. */
export interface ProgressEvent {
  /** Tells this event from the others. */
  readonly type: "progress";
  /** `"transfer"`, then `"links"`, `"delete"`, `"remove-source"`, `"sync"`. */
  readonly phase: string;
  /** Entries looked at in the source. */
  readonly entriesScanned: number;
  /** Files whose content was written. */
  readonly filesTransferred: number;
  /** Bytes of content written. */
  readonly bytesTransferred: number;
  /** Entries deleted. */
  readonly entriesDeleted: number;
  /** Entries that failed. */
  readonly failures: number;
  /** Share of the phase's work that is done, 0 to 1, never falling within a phase; an estimate. */
  readonly fraction: number;
  /** Milliseconds since the start. */
  readonly elapsedMs: number;
  /** Milliseconds from the start to the first byte written, once there was one. */
  readonly firstPayloadMs?: number;
  /** Milliseconds since anything moved, while a warning `stalled` holds. */
  readonly stalledMs?: number;
  /** What is waited for then, as in `reading "/x" (mover 1)`. */
  readonly waitingFor?: string;
}

/** Everything that a run may tell while it goes. */
export type TransferEvent = EntryEvent | FailureEvent | WarningEvent | ProgressEvent;

/** How the movers of one end of a remote run spent their time, all of them together. */
export interface EndReport {
  /** Milliseconds that they computed. */
  readonly computedMs: number;
  /** Milliseconds that they waited for the other end, or for the network. */
  readonly waitedMs: number;
  /** Milliseconds that they were in their file systems: the rest, but for want of a processor. */
  readonly storageMs: number;
  /**
   * What the machine had to do in the last minute: less than half of what its processors can,
   * less than all of it, or more. Absent where that is not known.
   */
  readonly load?: "low" | "medium" | "high";
}

/** What a run did (or, in a dry run, would do). */
export interface TransferSummary {
  /** What was asked for. */
  readonly verb: "copy" | "mirror" | "move";
  /** Nothing was changed: the numbers say what would have been. */
  readonly dryRun: boolean;
  /** Entries looked at in the source, the roots' content included. */
  readonly entriesScanned: number;
  /** Regular files created. */
  readonly filesCreated: number;
  /** Regular files whose content was replaced. */
  readonly filesUpdated: number;
  /** Entries of any kind that only needed mode, owner, times or attributes. */
  readonly metadataUpdated: number;
  /** Directories created. */
  readonly directoriesCreated: number;
  /** Symbolic links created or replaced. */
  readonly symlinksCreated: number;
  /** Hard links made to files of the same run. */
  readonly linksCreated: number;
  /** Fifos, sockets and device nodes created. */
  readonly specialsCreated: number;
  /** Entries that were the same already. */
  readonly entriesSame: number;
  /** Entries left alone because of `ignoreExisting` or `update`. */
  readonly entriesSkipped: number;
  /** Bytes of content written. */
  readonly bytesTransferred: number;
  /** Bytes of all regular files that the filters let through. */
  readonly bytesTotal: number;
  /** Bytes of content that were at the destination already and were not moved again. */
  readonly bytesResumed: number;
  /** Extras deleted (or moved into the backup directory), directories counted one by one. */
  readonly entriesDeleted: number;
  /** Extras found but left where they are. */
  readonly extrasLeft: number;
  /** Entries removed from the source, or renamed (move). */
  readonly entriesMoved: number;
  /** Failures, the first 10,000; `failureCount` has the number. */
  readonly failures: readonly FailureEvent[];
  /** How many entries failed. */
  readonly failureCount: number;
  /** What the user should know besides. */
  readonly warnings: readonly WarningEvent[];
  /** Milliseconds the whole run took. */
  readonly elapsedMs: number;
  /** Milliseconds to the first byte written; absent when nothing was. */
  readonly firstPayloadMs?: number;
  /**
   * How content went: `"local"` between folders of this machine, `"tcp"` over data connections of
   * its own, `"grpc"` over the control connection. From server to server, the slower of the two.
   */
  readonly transport: "local" | "tcp" | "grpc";
  /** Data streams between the two ends; absent for local runs. */
  readonly streams?: number;
  /** Bytes on the data streams, both ways, headers and packing included; absent for local runs. */
  readonly wireBytes?: number;
  /** The floor that was used on this machine: `"linux"` or `"portable"`. */
  readonly backend: "linux" | "portable";
  /** Type of the file system of the (first) source, such as `"ext4"`; absent where it is not known. */
  readonly sourceFilesystem?: string;
  /** The same of the destination. */
  readonly destinationFilesystem?: string;
  /** How the source's end of a remote run fared, where it has told; see {@linkcode EndReport}. */
  readonly sourceEnd?: EndReport;
  /** The same of the destination's. */
  readonly destinationEnd?: EndReport;
  /** Milliseconds until both ends had been looked at and moving could begin. */
  readonly planMs?: number;
  /** Milliseconds of looking and writing, without what comes when all has arrived. */
  readonly copyMs?: number;
  /** Threads that worked on a local run, the main one included; absent where they are not counted. */
  readonly movers?: number;
  /** A resident `blit watch` has proven that nothing was to be done: nothing was looked at. */
  readonly provenByWatch?: true;
  /** 0 done; 2 some entries failed or extras were left for want of a confirmation. */
  readonly exitCode: 0 | 2;
}
