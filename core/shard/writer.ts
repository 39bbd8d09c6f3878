import { packContentEnd, packEnd } from "../../wasm/blit.wasm";
import { placeHeader, type ShardHeader } from "./header.ts";
import { ShardError } from "./shard_error.ts";
import { giveSlot, SHARD_BYTES, takeSlot, wasmBytes } from "./slot.ts";

/** The two zero blocks at the end. */
const END_BYTES = 1024;

/** How a writer is to be. */
export interface ShardWriterOptions {
  /** How large a shard may become, 2 KiB to 8 MiB; 4 MiB unless said. */
  capacityBytes?: number;
}

/**
 * Packs entries into one shard after another, in a slot of WASM memory that `close` gives back; a
 * thread has four. No object is made for an entry but the view its content goes to
 * (bench/shard_bench.ts).
 *
 * ```ts
 * import { ShardReader, ShardWriter } from "./mod.ts";
 * import assert from "node:assert/strict";
 * const name = new TextEncoder().encode("a/b");
 * using writer = new ShardWriter();
 * const content = writer.begin({
 *   kind: "file",
 *   name,
 *   mode: 0o644,
 *   uid: 0,
 *   gid: 0,
 *   sizeBytes: 3,
 *   mtimeSeconds: 1,
 *   mtimeNanoseconds: 5,
 * });
 * content?.set([1, 2, 3]);
 * writer.end();
 * using reader = new ShardReader();
 * for (const entry of reader.entries(writer.finish())) {
 *   assert.deepEqual([...entry.name, ...entry.content], [...name, 1, 2, 3]);
 * }
 * ```
 */
export class ShardWriter {
  #slot: number;
  readonly #limit: number;
  /** Where the next entry goes. */
  #next: number;
  /** Where the content of the entry begun goes; 0 if none is begun. */
  #content = 0;
  #announced = 0;
  #entries = 0;

  /** Takes a slot; throws if all are in use. */
  constructor(options: ShardWriterOptions = {}) {
    const capacity = options.capacityBytes ?? SHARD_BYTES / 2;
    if (!Number.isInteger(capacity) || capacity < 2048 || capacity > SHARD_BYTES) {
      throw new RangeError(`A shard of ${capacity} bytes is none: 2,048 to ${SHARD_BYTES}`);
    }
    this.#slot = takeSlot();
    this.#next = this.#slot;
    this.#limit = this.#slot + capacity - END_BYTES;
  }

  /** Entries in the shard so far. */
  get entryCount(): number {
    return this.#entries;
  }

  /** Bytes of the shard so far, its end not counted. */
  get sizeBytes(): number {
    return this.#next - this.#slot;
  }

  /**
   * Begins an entry and gives the place its content goes to, `sizeBytes` long, valid until `end`.
   * Gives null if the entry does not fit any more: finish the shard, then begin again.
   *
   * Throws a ShardError, and leaves the shard as it was, if tar cannot hold the entry or if no shard
   * of this capacity can ("entry-too-large").
   */
  begin(header: ShardHeader): Uint8Array<ArrayBuffer> | null {
    this.#checkOpen();
    if (this.#content !== 0) throw new Error("Cannot begin an entry before the last one's end");
    const size = header.sizeBytes;
    const room = Math.min(size, SHARD_BYTES);
    const content = placeHeader(header, this.#next, this.#limit, room);
    if (content === 0) {
      if (this.#next !== this.#slot) return null;
      throw new ShardError("entry-too-large", `Cannot pack ${size} bytes into one shard`);
    }
    this.#content = content;
    this.#announced = size;
    return wasmBytes.subarray(content, content + size);
  }

  /**
   * Ends the entry begun. A file that turned out shorter than its header says is packed with the
   * `writtenBytes` that there were.
   */
  end(writtenBytes: number = this.#announced): void {
    if (this.#content === 0) throw new Error("Cannot end an entry that was not begun");
    if (!Number.isInteger(writtenBytes) || writtenBytes < 0 || writtenBytes > this.#announced) {
      throw new RangeError(`Cannot end an entry of ${this.#announced} bytes after ${writtenBytes}`);
    }
    this.#next = packContentEnd(this.#content, this.#announced, writtenBytes);
    this.#content = 0;
    this.#entries++;
  }

  /** Takes back the entry begun, as if it had never been: its file cannot be read. */
  abandon(): void {
    this.#content = 0;
  }

  /** Packs an entry that has no content: true, or false if it does not fit any more. */
  add(header: ShardHeader): boolean {
    if (header.sizeBytes !== 0) throw new Error("Cannot add a file with content: begin it");
    if (this.begin(header) === null) return false;
    this.end();
    return true;
  }

  /**
   * Ends the shard and gives its bytes, in WASM memory: use them before the next entry is begun,
   * which begins the next shard.
   */
  finish(): Uint8Array<ArrayBuffer> {
    this.#checkOpen();
    if (this.#content !== 0) throw new Error("Cannot finish a shard before its last entry's end");
    const shard = wasmBytes.subarray(this.#slot, packEnd(this.#next));
    this.#next = this.#slot;
    this.#entries = 0;
    return shard;
  }

  /** Gives the slot back; views the writer gave must not be used any more. */
  close(): void {
    if (this.#slot === 0) return;
    giveSlot(this.#slot);
    this.#slot = 0;
  }

  /** Closes the writer at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  #checkOpen(): void {
    if (this.#slot === 0) throw new Error("The shard writer is closed");
  }
}
