import type { LoggedRow } from "../destination/unfinished.ts";
import { MOVERS_MAX, type SharedMemory } from "../../movers/control.ts";
import type { Job } from "../../movers/job.ts";
import type { Parcel } from "../../movers/outbox.ts";
import type { RunLog } from "../../movers/run_log.ts";
import type { Handle, Name } from "../../sys/mod.ts";
import type { DeletionRequest } from "../../transfer/options.ts";
import type { Basis } from "../batch/basis.ts";
import type { Stream } from "../data/streams.ts";
import type { ScanTask } from "./scan_task.ts";

/** Which half of a transfer a mover does. */
export type Role = "source" | "destination";

/** Words that the movers of an end share: most of them are the source's. */
export const ScanWord = {
  /** Entries that were scanned and are not settled yet. */
  Window: 0,
  /** Number of the last batch. */
  Number: 1,
  /** Batches that were made. */
  Made: 2,
  /** Directories that wait or are being scanned. */
  Pending: 3,
  /** Movers with nothing to do. */
  Idle: 4,
  /** Batches that were sent unasked. */
  Unasked: 5,
  /** Entries in those. */
  UnaskedEntries: 6,
  /** At the destination: batches that came unasked, and of which nothing more is awaited. */
  Landed: 7,
  /**
   * At the destination: 1 once the source has been told of directories that are new, whose batches
   * may come unasked from then on. A letter that says so may still be on its way when they come.
   */
  Told: 8,
  /** At the destination: batches that came unasked and are compared, by stream 0; then by the others. */
  Compared: 9,
} as const;

/** Entries that may be scanned and not settled: it bounds what both ends hold. */
export const WINDOW_ENTRIES: number = 64 * 1024;

/**
 * The destination's bound: it takes no more at once. To the source's window comes what is settled
 * there and on its way, in sockets and in shards.
 */
export const WINDOW_MOST: number = 4 * WINDOW_ENTRIES;

/** What a batch takes of the window: its entries, or more where they are long (512 bytes each). */
export function windowShare(entries: number, bytes: number): number {
  return Math.max(entries, bytes >>> 9) + 1;
}

/** Words for the movers of one end, zeroed. */
export function newScanWords(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(SCAN_WORDS * 4));
}

const SCAN_WORDS: number = ScanWord.Compared + MOVERS_MAX;

/** What a mover is started with: one session. */
export interface MoverBegin {
  readonly role: Role;
  readonly job: Job;
  readonly memory: SharedMemory;
  /** Its row of counters; its stream has the number below. */
  readonly index: number;
  /** Words that wake and stop it; see core/remote/data. */
  readonly waker: Int32Array<SharedArrayBuffer>;
  /** What the movers of the source's end count together; see {@linkcode ScanWord}. */
  readonly scan: Int32Array<SharedArrayBuffer>;
  /** It has no stream, and only scans: one directory at a time. */
  readonly isScout: boolean;
  /** The ring out of which it hears what the main thread says; see `Mailbox`. */
  readonly letters: SharedArrayBuffer;
  /** The ring that its stream is, where that is no socket. */
  readonly ring: SharedArrayBuffer;
  /** A directory, absolute and NUL-terminated, to make its root first where the right is there. */
  readonly chroot: Name | undefined;
}

/** The stream of a mover that is told of a socket, or of none. */
export function streamOf(begin: MoverBegin, socket: Handle | undefined): Stream {
  return socket === undefined
    ? { kind: "ring", memory: begin.ring }
    : { kind: "socket", descriptor: socket };
}

/** What the main thread says to a mover of either role. */
export type ToMover =
  /** The stream of the data plane that content takes. */
  | {
    readonly type: "attach";
    /** The socket of its stream; undefined where that is its ring. */
    readonly socket: Handle | undefined;
    /** The other end knows of differences: states, bases, what is kept. */
    readonly differences: boolean;
  }
  /** Nothing more will come: finish what is there, then leave. */
  | { readonly type: "leave" };

/** What the main thread says to a mover at the source's end. */
export type ToSourceMover =
  | ToMover
  | { readonly type: "scan"; readonly tasks: readonly ScanTask[] }
  /** These directories of a batch have just been made: what they hold is sent unasked. */
  | {
    readonly type: "made";
    readonly number: number;
    readonly entries: Uint16Array<ArrayBuffer>;
  }
  | {
    readonly type: "send";
    readonly number: number;
    readonly batch: Uint8Array<ArrayBuffer>;
    readonly ranges: Uint8Array;
    /** Share of the progress that the content stands for. */
    readonly weight: number;
    /** What the other end has of these entries. */
    readonly bases: readonly Basis[];
    /** Other entries of the batch will be asked for. */
    readonly more: boolean;
  }
  /** What the other end has found out meanwhile of a file that it wants. */
  | {
    readonly type: "values";
    readonly number: number;
    readonly entry: number;
    /** The block of the first value. */
    readonly first: number;
    readonly values: Uint8Array;
    /** Further ones follow. */
    readonly more: boolean;
    /** What the message is counted for until it is used, in bytes. */
    readonly cost: number;
  }
  /** These have arrived: remove them (move). */
  | {
    readonly type: "remove";
    readonly number: number;
    readonly batch: Uint8Array<ArrayBuffer>;
    readonly ranges: Uint8Array;
  }
  /** Remove the directories that are empty now (move). */
  | { readonly type: "remove-directories" };

/** What a mover at the source's end says. */
export type FromSourceMover =
  | {
    readonly type: "batch";
    readonly number: number;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly entries: number;
    readonly weight: number;
  }
  /** Directories for another mover, which has nothing to do. */
  | { readonly type: "share"; readonly tasks: readonly ScanTask[] }
  /** A scout is done with its directory, in which it has found these. */
  | { readonly type: "found"; readonly tasks: readonly ScanTask[] }
  /**
   * No directory waits any more: so many batches have been made in the session to be sent in frames,
   * and so many have been sent unasked, with so many entries.
   */
  | {
    readonly type: "scanned";
    readonly batches: number;
    readonly unasked: number;
    readonly unaskedEntries: number;
  }
  /** So many bytes of values have been worked off. */
  | { readonly type: "used-values"; readonly bytes: number }
  /** All that was asked of a batch has been sent, or removed. */
  | { readonly type: "settled"; readonly number: number }
  | { readonly type: "removed" }
  | CommonFromMover;

/** What the main thread says to a mover at the destination's end. */
export type ToDestinationMover =
  | ToMover
  | {
    readonly type: "batch";
    readonly bytes: Uint8Array<ArrayBuffer>;
    /** The directory has just been made by the batch that lists it. */
    readonly fresh: boolean;
    /** Compare only, by the rules of what has arrived (move). */
    readonly arrival: boolean;
    /** Nothing has failed: each entry that has not arrived is told of. */
    readonly tells: boolean;
  }
  /** From now on batches may come by the stream. */
  | { readonly type: "expect-unasked" }
  /** Every batch is compared and has landed: hand over what was put off. */
  | { readonly type: "hand-over" }
  /** Do the last phases with what all movers have put off. */
  | {
    readonly type: "finish";
    readonly log: RunLog;
    readonly unfinished: readonly LoggedRow[];
    readonly failureCount: number;
    /** Counters of the other end. */
    readonly others: readonly number[];
    readonly forceDelete: boolean;
    readonly canConfirm: boolean;
  }
  | { readonly type: "confirmed"; readonly yes: boolean };

/** What a mover at the destination's end says. */
export type FromDestinationMover =
  | {
    readonly type: "compared";
    readonly number: number;
    /** Entries whose content is needed, or (arrival) which have arrived; ranges. */
    readonly ranges: Uint8Array<ArrayBuffer>;
    readonly needed: number;
    /** Entries whose content is needed as well, but of which something is here: they are `offered`. */
    readonly more: boolean;
    /** Numbers of the directories among the entries that were made, and of those that were not. */
    readonly made: Uint16Array<ArrayBuffer>;
    readonly refused: Uint16Array<ArrayBuffer>;
  }
  /** An entry of a batch whose content is needed, and what is here of it, if that is of use. */
  | {
    readonly type: "offered";
    readonly number: number;
    readonly entry: number;
    readonly basis: Basis | undefined;
    /** Further ones follow. */
    readonly more: boolean;
  }
  /** Values of further blocks of a file that is on its way. */
  | {
    readonly type: "values";
    readonly number: number;
    readonly entry: number;
    readonly first: number;
    readonly values: Uint8Array<ArrayBuffer>;
    readonly more: boolean;
  }
  | { readonly type: "landed"; readonly number: number }
  /** More has come unasked, or landed of that: {@linkcode ScanWord.Landed} tells how much. */
  | {
    readonly type: "unasked";
    /** For each directory that came: the batch that listed it, if that was in a frame. */
    readonly parents: readonly number[];
  }
  | {
    readonly type: "handed-over";
    readonly log: RunLog;
    readonly unfinished: readonly LoggedRow[];
  }
  | {
    readonly type: "rescan";
    readonly source: number;
    readonly path: Uint8Array;
    readonly names: readonly Uint8Array[];
    readonly flags: number;
  }
  | { readonly type: "confirm"; readonly request: DeletionRequest }
  | { readonly type: "warning"; readonly code: string; readonly message: string }
  | { readonly type: "phase"; readonly name: string }
  | { readonly type: "finished"; readonly extrasLeft: number }
  | CommonFromMover;

/** What every mover may say. */
export type CommonFromMover =
  | { readonly type: "parcel"; readonly parcel: Parcel }
  /** The stream has failed: the link is down, or what came over it is not the protocol. */
  | { readonly type: "stream-failed"; readonly errno: number; readonly message?: string }
  /** It cannot go on: a defect. */
  | { readonly type: "broken"; readonly message: string }
  /** The session is over for it. */
  | { readonly type: "left" };
