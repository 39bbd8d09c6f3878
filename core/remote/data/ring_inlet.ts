import { Errno, type Handle, type Result, type Sys } from "../../sys/mod.ts";
import { ENDED, Ring, RingWord } from "./ring.ts";
import type { Sleeper } from "./sleeper.ts";
import type { Inlet } from "./streams.ts";
import { writeAll } from "./write_all.ts";

/** Written to a file at once; the main thread fills the rest of the ring meanwhile. */
const PIECE_BYTES = 512 << 10;

/** Reads what the main thread puts into a ring. */
export class RingInlet implements Inlet {
  receivedBytes = 0;
  waitedMs = 0;
  failure = 0;
  readonly #ring: Ring;
  readonly #sleeper: Sleeper;
  readonly #sys: Sys;

  constructor(memory: SharedArrayBuffer, sleeper: Sleeper, sys: Sys) {
    this.#ring = new Ring(memory);
    this.#sleeper = sleeper;
    this.#sys = sys;
  }

  receive(into: Uint8Array<ArrayBuffer>, length: number): Result {
    const piece = this.#filled(length);
    if (typeof piece === "number") return piece;
    into.set(piece);
    return this.#took(piece.length);
  }

  receiveToFile(file: Handle, length: number): Result {
    let done = 0;
    while (done < length) {
      const piece = this.#filled(Math.min(length - done, PIECE_BYTES));
      if (piece === 0) break;
      if (typeof piece === "number") return piece;
      // Both backends write from shared memory as well; their type says less than they can.
      const bytes = piece as Uint8Array as Uint8Array<ArrayBuffer>;
      const result = writeAll(this.#sys, file, bytes, bytes.length);
      done += this.#took(piece.length);
      if (result < 0) return result;
    }
    return done;
  }

  wait(timeoutMs: number): boolean {
    const until = performance.now() + timeoutMs;
    while (true) {
      const signal = this.#sleeper.signal;
      const isReady = this.failure !== 0 || this.#ring.ending(RingWord.WriterEnd) !== 0 ||
        this.#ring.filled > 0;
      if (isReady) return true;
      const left = until - performance.now();
      if (this.#sleeper.takeWake() || this.#sleeper.stopped || left <= 0) return false;
      this.#sleeper.sleepUnless(signal, left);
    }
  }

  /** Waits for bytes; 0 at the end, or a negated errno. */
  #filled(limit: number): Uint8Array<SharedArrayBuffer> | Result {
    if (this.failure !== 0) return -this.failure;
    while (true) {
      const signal = this.#sleeper.signal;
      if (this.#sleeper.stopped) return this.#fail(-Errno.ECANCELED);
      // The end first: what was written before it is there then.
      const ending = this.#ring.ending(RingWord.WriterEnd);
      const piece = this.#ring.readable(limit);
      if (piece.length > 0) return piece;
      if (ending === ENDED) return 0;
      if (ending !== 0) return this.#fail(ending);
      const start = performance.now();
      this.#sleeper.sleepUnless(signal, Infinity);
      this.waitedMs += performance.now() - start;
    }
  }

  #took(count: number): number {
    this.#ring.read(count);
    this.#ring.turn();
    this.receivedBytes += count;
    return count;
  }

  #fail(result: Result): Result {
    this.failure = -result;
    return result;
  }
}
