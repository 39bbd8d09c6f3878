/** Movers at most, the main thread's own included. */
export const MOVERS_MAX = 16;

/** Words of the control block that all movers share. */
export const Control = {
  /** Not 0: stop as soon as possible. */
  Abort: 0,
  /** Tasks that are queued or being worked on. The phase is over when it falls to 0. */
  Pending: 1,
  /** Movers that wait for work. */
  Idle: 2,
  /** Lock of the queue. */
  Lock: 3,
  /** Changes whenever somebody waiting should look again. */
  Signal: 4,
  /** Bytes used in the queue. */
  QueueUsed: 5,
  /** Movers with an index from here on rest. */
  Limit: 6,
  /** First of the counters of open slices; see `claimGroup`. */
  Groups: 16,
} as const;

/** Directories that can be in slices at one time. */
export const GROUPS = 1024;

/** What `Control.Abort` may hold. */
export const AbortReason = { None: 0, Signal: 1, Fatal: 2 } as const;

/** The memory that the movers of one run share. */
export interface SharedMemory {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly counters: Float64Array<SharedArrayBuffer>;
  readonly queue: Uint8Array<SharedArrayBuffer>;
}

/**
 * Takes a free slot for a directory in slices. The slot counts the slices that are not done, plus
 * one for the listing itself; whoever brings it to 0 finishes the directory.
 */
export function claimGroup(control: Int32Array<SharedArrayBuffer>): number {
  for (let group = 0; group < GROUPS; group++) {
    if (Atomics.compareExchange(control, Control.Groups + group, 0, 1) === 0) return group;
  }
  return -1;
}
