import { Ring } from "../data/ring.ts";
import { decodeLetter, HEAD_BYTES, letterBytes } from "./letter.ts";

/** Messages that wait at most. */
const PACKET_MESSAGES = 32;
/** How long a message may wait for others, in milliseconds. */
const PATIENCE_MS = 2;
/** After so long without any, a message goes at once: what comes next may take as long. */
const QUIET_MS = 20;

/**
 * A mover's end of what it and the main thread say to one another. It hears letters out of a ring
 * (core/remote/mover/letter.ts), for it turns no event loop. What it says is posted: a message
 * costs some 40 us, whatever is in it, so those of a moment go together as one packet, and a mover
 * posts what waits before it blocks.
 */
export class Mailbox<Said, Heard> {
  readonly #ring: Ring;
  readonly #tell: (packet: readonly Said[]) => void;
  readonly #head = new Uint8Array(HEAD_BYTES);
  /** The letter that is being taken out of the ring, and how much of it is here. */
  #letter: Uint8Array<ArrayBuffer> = this.#head;
  #filled = 0;
  #said: Said[] = [];
  #since = 0;
  #postedAt = 0;

  /** Over the ring that the other end puts letters into; `tell` posts a packet to it. */
  constructor(letters: SharedArrayBuffer, tell: (packet: readonly Said[]) => void) {
    this.#ring = new Ring(letters);
    this.#tell = tell;
  }

  /** Says something, soon. */
  say(message: Said): void {
    const now = performance.now();
    if (this.#said.length === 0) this.#since = now;
    this.#said.push(message);
    const isDue = this.#said.length >= PACKET_MESSAGES || now - this.#since > PATIENCE_MS ||
      now - this.#postedAt > QUIET_MS;
    if (isDue) this.post(now);
  }

  /** Posts what waits. */
  post(now?: number): void {
    if (this.#said.length === 0) return;
    this.#postedAt = now ?? performance.now();
    this.#tell(this.#said);
    this.#said = [];
  }

  /** The next message, if all of it has come. */
  hear(): Heard | undefined {
    if (this.#ring.filled === 0 || !this.#fill()) return undefined;
    if (this.#letter === this.#head) {
      this.#letter = new Uint8Array(letterBytes(this.#head));
      this.#letter.set(this.#head);
      if (!this.#fill()) return undefined;
    }
    const letter = this.#letter;
    this.#letter = this.#head;
    this.#filled = 0;
    return decodeLetter(letter) as Heard;
  }

  /** Takes what there is of the letter, or of its head; whether that is whole now. */
  #fill(): boolean {
    while (this.#filled < this.#letter.length) {
      const piece = this.#ring.readable(this.#letter.length - this.#filled);
      if (piece.length === 0) return false;
      this.#letter.set(piece, this.#filled);
      this.#filled += piece.length;
      this.#ring.read(piece.length);
      this.#ring.turn();
    }
    return true;
  }
}
