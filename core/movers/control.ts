/** Movers at most, the main thread's own included. */
export const MOVERS_MAX = 16;

/** Words of the control block that all movers share; {@linkcode CONTROL_WORDS} has their number. */
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
} as const;

/** Words in the control block: a cache line. */
export const CONTROL_WORDS = 16;

/** What `Control.Abort` may hold. */
export const AbortReason = { None: 0, Signal: 1, Fatal: 2 } as const;

/** The memory that the movers of one run share. */
export interface SharedMemory {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly counters: Float64Array<SharedArrayBuffer>;
  readonly queue: Uint8Array<SharedArrayBuffer>;
  /** See `whereabouts.ts`. */
  readonly whereabouts: Uint8Array<SharedArrayBuffer>;
}
