import { after, type Timer } from "../../core/timer.ts";
import type { Console } from "./console.ts";

const CAPACITY = 128 * 1024;
/** Written once so much is held: a pipe holds 64 KiB (pipe(7)). */
const FULL = 64 * 1024;
const HOLD_MS = 100;

/**
 * Results that are bytes, gathered into large writes: names need not be text, and a million of
 * them must not become strings. The first piece is written at once and no other is held for
 * longer than 100 ms, so that a reader sees what there is while a slow disk is waited for.
 */
export class ByteOutput {
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(CAPACITY);
  #used = 0;
  #heldSince = 0;
  #timer: Timer | undefined;
  #begun = false;
  /**
   * Whether what comes next may be waited for with nothing else going on, as from a server: then a
   * timer sees to it that results are not held.
   */
  waits = false;

  constructor(readonly console: Console) {}

  /** Whether nobody reads any more. */
  get lost(): boolean {
    return this.console.outputLost;
  }

  /** Appends `from[start, end)`. */
  add(from: Uint8Array, start: number = 0, end: number = from.length): void {
    this.#reserve(end - start);
    const bytes = this.#bytes;
    let to = this.#used;
    // Names are short: a loop beats subarray() and set().
    if (end - start > 64) bytes.set(from.subarray(start, end), to);
    else for (let at = start; at < end; at++) bytes[to++] = from[at]!; // within both
    this.#used += end - start;
  }

  /** Appends text. */
  text(text: string): void {
    // UTF-8 takes three bytes at most for one unit of UTF-16.
    this.#reserve(text.length * 3);
    this.#used += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#used)).written;
  }

  /** Appends one byte. */
  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#used++] = byte;
  }

  /** Appends a blob of paths with a NUL after each, and puts `end` in the place of every NUL. */
  paths(blob: Uint8Array, used: number, lengths: Uint32Array, count: number, end: number): void {
    this.#reserve(used);
    const bytes = this.#bytes;
    bytes.set(blob.subarray(0, used), this.#used);
    if (end !== 0) {
      for (let row = 0, at = this.#used; row < count; row++) {
        at += lengths[row]!; // `count` rows are filled
        bytes[at++] = end;
      }
    }
    this.#used += used;
  }

  /**
   * To be called where more may take its time. Where that comes from a server, what is given is to
   * be awaited before more is written.
   */
  settle(): Promise<void> | undefined {
    if (this.#used === 0) return undefined;
    const now = performance.now();
    if (this.#heldSince === 0) this.#heldSince = now;
    const isLate = now - this.#heldSince >= HOLD_MS;
    const isDue = !this.#begun || this.#used >= FULL || isLate;
    this.#begun = true;
    if (isDue && this.waits) return this.console.pour(this.#take());
    if (isDue) this.flush();
    else if (this.waits) this.#timer ??= after(HOLD_MS, () => this.flush());
    return undefined;
  }

  /** Writes what is held. */
  flush(): void {
    const held = this.#take();
    if (held.length > 0) this.console.write(held);
  }

  /** What is held, good until more is written. */
  #take(): Uint8Array {
    this.#timer?.stop();
    this.#timer = undefined;
    this.#heldSince = 0;
    const held = this.#bytes.subarray(0, this.#used);
    this.#used = 0;
    return held;
  }

  #reserve(length: number): void {
    const needed = this.#used + length;
    if (needed <= this.#bytes.length) return;
    if (this.waits) {
      // Until the chunk at hand is written whole, and can be waited for.
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = grown;
      return;
    }
    this.flush();
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(length);
  }
}
