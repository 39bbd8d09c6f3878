import type { Handle, Result } from "../../sys/mod.ts";

/**
 * Where a mover sends records: a socket, or a ring that the main thread empties. All calls block
 * the thread until the bytes are on their way; -ECANCELED when the run is to stop. Once the
 * connection has failed, every call gives that error again.
 */
export interface Outlet {
  /** Bytes taken so far, those that wait to be sent with others included. */
  readonly sentBytes: number;
  /** The errno that broke the connection (ECANCELED: stopped), 0 while it is well. */
  readonly failure: number;
  /** Sends the first `length` of `bytes`; 0, or a negated errno. Little pieces wait for `flush`. */
  send(bytes: Uint8Array<ArrayBuffer>, length: number): Result;
  /**
   * Sends `length` bytes of a file from its position on. Gives how many, fewer only at the file's
   * end, or a negated errno: the file's own if `failure` is still 0, and then `sentBytes` tells
   * how far it came.
   */
  sendFile(file: Handle, length: number): Result;
  /** Sends what still waits. */
  flush(): Result;
  /** Sends what still waits, and tells the peer that nothing more comes. */
  close(): Result;
}

/** Where a mover reads records from. */
export interface Inlet {
  /** Bytes read so far. */
  readonly receivedBytes: number;
  /** Milliseconds that `receive` and `receiveToFile` have waited for bytes. */
  readonly waitedMs: number;
  /** The errno that broke the connection (ECANCELED: stopped), 0 while it is well. */
  readonly failure: number;
  /**
   * Waits for bytes and reads up to `length` into the beginning of `into`. Gives how many, 0 when
   * the peer has closed, or a negated errno: -ECANCELED when the run is to stop. `isShort` says
   * that more short pieces follow, which may be taken from the system together. Not before long
   * ones: the rest of a block that is spliced to a file would begin within a page.
   */
  receive(into: Uint8Array<ArrayBuffer>, length: number, isShort?: boolean): Result;
  /**
   * Waits for `length` bytes and writes them to a file from its position on. Gives how many, fewer
   * only when the peer has closed, or a negated errno: the file's own if `failure` is still 0, and
   * then what `receivedBytes` counts is gone and the rest still to be received.
   */
  receiveToFile(file: Handle, length: number): Result;
  /**
   * Waits until bytes (or the end, or an error) can be read now: true. False when the time is over
   * or, at once, when the mover was woken or stopped since it last waited.
   */
  wait(timeoutMs: number): boolean;
}

/** A data stream on its way to a mover. */
export type Stream =
  | { readonly kind: "socket"; readonly descriptor: Handle }
  | { readonly kind: "ring"; readonly memory: SharedArrayBuffer };
