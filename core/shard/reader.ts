import { unpackEntry } from "../../wasm/blit.wasm";
import { contentAddress, faultAddress, ShardEntry } from "./entry.ts";
import { paddingBytes } from "./header.ts";
import { faultOf, ShardError } from "./shard_error.ts";
import { giveSlot, SHARD_BYTES, takeSlot, wasmBytes } from "./slot.ts";

/** The answers of unpackEntry: wasm/assembly/tar_status.ts. */
const ENTRY_READY = 0;
const NEEDS_MORE = 1;
const AT_END = 2;

/**
 * Takes shards apart as their bytes arrive, in a slot of WASM memory that `close` gives back; a
 * thread has four. Read into `window()`, say `filled(n)`, then call `next()` until it gives null;
 * or give whole pieces to `entries`. Makes no object for an entry (bench/shard_bench.ts).
 *
 * ```ts
 * import { ShardError, ShardReader } from "./mod.ts";
 * import assert from "node:assert/strict";
 * using reader = new ShardReader();
 * assert.throws(() => [...reader.entries(new Uint8Array(512).fill(1))], ShardError);
 * ```
 */
export class ShardReader {
  #slot: number;
  /** What was filled and not yet taken: from #next to #end. */
  #next: number;
  #end: number;
  /** Bytes that went by before #slot, for messages. */
  #before = 0;
  /** Zeros behind the last content that are still to come. */
  #paddingLeft = 0;
  /** Whether the last entry's content is not whole yet. */
  #isInside = false;
  #done = false;
  #failed: ShardError | null = null;
  readonly #entry = new ShardEntry();

  /** Takes a slot; throws if all are in use. */
  constructor() {
    this.#slot = takeSlot();
    this.#next = this.#slot;
    this.#end = this.#slot;
  }

  /** Whether the archive's end has been read. */
  get done(): boolean {
    return this.#done;
  }

  /**
   * The place to read the next bytes into. Call it only when `next` gave null: it moves what is
   * left to make room, and views of entries before that are no more. It is never empty then.
   */
  window(): Uint8Array<ArrayBuffer> {
    this.#checkOpen();
    if (this.#next > this.#slot) {
      wasmBytes.copyWithin(this.#slot, this.#next, this.#end);
      this.#before += this.#next - this.#slot;
      this.#end -= this.#next - this.#slot;
      this.#next = this.#slot;
    }
    return wasmBytes.subarray(this.#end, this.#slot + SHARD_BYTES);
  }

  /** Says how many bytes were put at the beginning of `window()`. */
  filled(lengthBytes: number): void {
    const room = this.#slot + SHARD_BYTES - this.#end;
    if (!Number.isInteger(lengthBytes) || lengthBytes < 0 || lengthBytes > room) {
      throw new RangeError(`Cannot have filled ${lengthBytes} bytes of a window of ${room}`);
    }
    this.#end += lengthBytes;
  }

  /**
   * The next entry, always the same object; null if more bytes are needed, or none (`done`). A file
   * too long for any shard comes in pieces, as several entries. Throws a ShardError for anything
   * malformed, and the same one again if called after.
   */
  next(): ShardEntry | null {
    this.#checkOpen();
    if (this.#failed !== null) throw this.#failed;
    if (this.#done) return this.#expectZeros();
    if (this.#isInside) return this.#takePiece();
    if (this.#paddingLeft > 0 && !this.#skipPadding()) return null;
    const status = unpackEntry(this.#next, this.#end);
    if (status === ENTRY_READY) return this.#take();
    if (status === NEEDS_MORE) return null;
    if (status !== AT_END) this.#fail(faultOf(status, this.#reading(faultAddress())));
    this.#next += 1024;
    this.#done = true;
    return this.#expectZeros();
  }

  /**
   * The entries that become complete with these bytes, which are copied. Each is good until the
   * next is asked for.
   */
  *entries(bytes: Uint8Array): Generator<ShardEntry, void, void> {
    for (let done = 0; done < bytes.length;) {
      const window = this.window();
      const piece = bytes.subarray(done, done + window.length);
      window.set(piece);
      this.filled(piece.length);
      done += piece.length;
      for (let entry = this.next(); entry !== null; entry = this.next()) yield entry;
    }
  }

  /** Says that no more bytes come: throws a ShardError ("truncated") if the end was not read. */
  end(): void {
    if (this.#failed !== null) throw this.#failed;
    if (this.#done) return;
    const position = this.#before + this.#end - this.#slot;
    this.#fail(
      new ShardError("truncated", `Cannot read a shard: it breaks off at byte ${position}`),
    );
  }

  /** Forgets everything, for the next shard. */
  reset(): void {
    this.#checkOpen();
    this.#next = this.#slot;
    this.#end = this.#slot;
    this.#before = 0;
    this.#isInside = false;
    this.#paddingLeft = 0;
    this.#done = false;
    this.#failed = null;
  }

  /** Gives the slot back; views the reader gave must not be used any more. */
  close(): void {
    if (this.#slot === 0) return;
    giveSlot(this.#slot);
    this.#slot = 0;
  }

  /** Closes the reader at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  #take(): ShardEntry {
    this.#next = contentAddress();
    return this.#step(this.#entry.take(this.#end));
  }

  #takePiece(): ShardEntry | null {
    if (this.#next === this.#end) return null;
    return this.#step(this.#entry.continueAt(this.#next, this.#end));
  }

  /** Steps over the content just taken and, if that was all of it, the zeros behind it. */
  #step(contentLength: number): ShardEntry {
    const entry = this.#entry;
    this.#next += contentLength;
    this.#isInside = !entry.isComplete;
    this.#paddingLeft = this.#isInside ? 0 : paddingBytes(entry.sizeBytes);
    this.#skipPadding();
    return entry;
  }

  /** Steps over the zeros behind a content; false if they are not all there. */
  #skipPadding(): boolean {
    const length = Math.min(this.#paddingLeft, this.#end - this.#next);
    this.#paddingLeft -= length;
    this.#next += length;
    return this.#paddingLeft === 0;
  }

  /** After the end come zeros only: GNU tar fills its last record of 10 KiB with them. */
  #expectZeros(): null {
    for (; this.#next < this.#end; this.#next++) {
      if (wasmBytes[this.#next] === 0) continue;
      const doing = this.#reading(this.#next);
      this.#fail(new ShardError("trailing-data", `${doing}: there is data behind the end`));
    }
    return null;
  }

  #reading(address: number): string {
    return `Cannot read a shard at byte ${this.#before + address - this.#slot}`;
  }

  #fail(error: ShardError): never {
    this.#failed = error;
    throw error;
  }

  #checkOpen(): void {
    if (this.#slot === 0) throw new Error("The shard reader is closed");
  }
}
