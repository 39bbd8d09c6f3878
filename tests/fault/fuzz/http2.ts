import { joined, type Mutator } from "./mutator.ts";

/** The client's connection preface (RFC 9113, section 3.4). */
const PREFACE_BYTES = 24;
const FRAME_HEAD_BYTES = 9;
const DATA = 0;
/** Of each gRPC message: the compression flag and the length. */
const MESSAGE_HEAD_BYTES = 5;

/**
 * Changes the content of HTTP/2 DATA frames that pass by, their sizes kept, so that what is changed
 * arrives as a message of gRPC and not as a broken connection.
 */
export class FrameMutator {
  #pending = new Uint8Array(0);
  #skip: number;

  /** @param oneIn how many DATA frames pass for each that is changed */
  constructor(readonly mutator: Mutator, readonly oneIn: number, fromClient: boolean) {
    this.#skip = fromClient ? PREFACE_BYTES : 0;
  }

  /** Takes bytes as they come and gives those that may go on. */
  pass(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#pending = joined(this.#pending, bytes);
    let at = 0;
    while (true) {
      const rest = this.#pending.length - at;
      if (this.#skip > 0) {
        if (rest < this.#skip) break;
        at += this.#skip;
        this.#skip = 0;
        continue;
      }
      if (rest < FRAME_HEAD_BYTES) break;
      const [high = 0, middle = 0, low = 0, type] = this.#pending.subarray(at, at + 4);
      const length = (high << 16) | (middle << 8) | low;
      if (rest < FRAME_HEAD_BYTES + length) break;
      const start = at + FRAME_HEAD_BYTES + MESSAGE_HEAD_BYTES;
      at += FRAME_HEAD_BYTES + length;
      if (type === DATA && start < at && this.mutator.below(this.oneIn) === 0) {
        for (let n = this.mutator.below(3); n >= 0; n--) {
          this.mutator.change(this.#pending.subarray(start, at));
        }
      }
    }
    const out = this.#pending.slice(0, at);
    this.#pending = this.#pending.slice(at);
    return out;
  }
}
