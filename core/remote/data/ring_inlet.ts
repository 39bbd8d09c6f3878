import { Errno, type Result } from "../../sys/mod.ts";
import { ENDED, Ring, RingWord } from "./ring.ts";
import type { Sleeper } from "./sleeper.ts";
import type { Inlet } from "./streams.ts";

/** Reads what the main thread puts into a ring. */
export class RingInlet implements Inlet {
  receivedBytes = 0;
  failure = 0;
  readonly #ring: Ring;
  readonly #sleeper: Sleeper;

  constructor(memory: SharedArrayBuffer, sleeper: Sleeper) {
    this.#ring = new Ring(memory);
    this.#sleeper = sleeper;
  }

  receive(into: Uint8Array<ArrayBuffer>, length: number): Result {
    if (this.failure !== 0) return -this.failure;
    while (true) {
      const signal = this.#sleeper.signal;
      if (this.#sleeper.stopped) return this.#fail(-Errno.ECANCELED);
      const ending = this.#ring.ending(RingWord.WriterEnd);
      const piece = this.#ring.readable(length);
      if (piece.length > 0) {
        into.set(piece);
        this.#ring.read(piece.length);
        this.#ring.turn();
        this.receivedBytes += piece.length;
        return piece.length;
      }
      if (ending === ENDED) return 0;
      if (ending !== 0) return this.#fail(ending);
      this.#sleeper.sleepUnless(signal, Infinity);
    }
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

  #fail(result: Result): Result {
    this.failure = -result;
    return result;
  }
}
