// Not by mod.ts: movers are spoken to before the rest of the data plane is loaded.
import { makeRingMemory, Ring } from "../data/ring.ts";
import type { Waker } from "../data/waker.ts";
import { encodeLetter } from "./letter.ts";

/** Bytes that wait for a mover: a power of two. What is longer goes as the mover takes it. */
const LETTERS_BYTES = 256 << 10;

/** The main thread's end of a mover's mailbox: it takes any number of messages at once. */
export class LetterBox<Said> {
  /** What the mover's mailbox is made from. */
  readonly memory: SharedArrayBuffer = makeRingMemory(LETTERS_BYTES);
  readonly #ring = new Ring(this.memory);
  readonly #waker: Waker;
  /** Letters that the ring has no room for, the first of them perhaps in part. */
  readonly #waiting: Uint8Array[] = [];
  #wakes = false;
  #isClosed = false;

  /** For a mover that this waker wakes. */
  constructor(waker: Waker) {
    this.#waker = waker;
  }

  /** Says something, and wakes the mover to hear it, once for all that is said in one turn. */
  say(message: Said): void {
    const letter = encodeLetter(message);
    if (this.#waiting.length > 0) {
      this.#waiting.push(letter);
      return;
    }
    const rest = this.#put(letter);
    if (rest.length > 0) {
      this.#waiting.push(rest);
      void this.#sendWaiting();
    }
    if (this.#wakes) return;
    this.#wakes = true;
    queueMicrotask(() => {
      this.#wakes = false;
      if (!this.#isClosed) this.#waker.wake();
    });
  }

  /** Forgets what waits: the mover has left. */
  close(): void {
    this.#isClosed = true;
    this.#ring.turn();
  }

  async #sendWaiting(): Promise<void> {
    while (!this.#isClosed) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const seen = this.#ring.turns;
      const rest = this.#put(next);
      if (rest.length < next.length) this.#waker.wake();
      if (rest.length === 0) {
        this.#waiting.shift();
        continue;
      }
      this.#waiting[0] = rest;
      await this.#ring.turned(seen);
    }
  }

  /** Puts what there is room for into the ring, and gives the rest. */
  #put(letter: Uint8Array): Uint8Array {
    let at = 0;
    while (at < letter.length) {
      const room = this.#ring.writable(letter.length - at);
      if (room.length === 0) break;
      room.set(letter.subarray(at, at + room.length));
      this.#ring.wrote(room.length);
      at += room.length;
    }
    return letter.subarray(at);
  }
}
