import { Errno, type Handle, type Result } from "../../sys/mod.ts";
import { BATCH_BYTES } from "../batch/limits.ts";
import {
  BLOCKS_BYTES_MAX,
  type FileState,
  type Listed,
  RECORD_HEADER_BYTES,
  RECORD_MAGIC,
  RECORD_STATE_BYTES,
  RecordType,
  type SendFailure,
  SHARD_BYTES_MAX,
  SHARD_PAIRS_MAX,
} from "./record_format.ts";
import type { Outlet } from "./streams.ts";

/** What fills a `Blocks` record that the file turned out too short for. */
const ZEROS = new Uint8Array(64 << 10);

/**
 * Writes records to an outlet, without an object for any. Calls give 0 or a negated errno, as the
 * outlet does. They trust the caller: what is out of bounds throws a RangeError.
 */
export class RecordWriter {
  /** Whole files sent. */
  files = 0;
  /** Bytes of shards, blocks and batches sent. */
  bytes = 0;
  readonly #outlet: Outlet;
  readonly #header = new Uint8Array(RECORD_HEADER_BYTES);
  readonly #view = new DataView(this.#header.buffer);
  readonly #pairs = new Uint8Array(SHARD_PAIRS_MAX * 6);
  readonly #pairsView = new DataView(this.#pairs.buffer);

  /** Writes to `outlet`. */
  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /**
   * Sends a shard: the archive, and of which batch and entry each of its files is, in the
   * archive's order.
   */
  shard(
    batches: Uint32Array,
    entries: Uint16Array,
    count: number,
    tar: Uint8Array<ArrayBuffer>,
  ): Result {
    check(count >= 1 && count <= SHARD_PAIRS_MAX, "files in a shard", count);
    check(tar.length >= 1024 && tar.length <= SHARD_BYTES_MAX, "bytes in a shard", tar.length);
    this.#begin(RecordType.Shard);
    this.#view.setUint32(4, count, true);
    this.#view.setUint32(8, tar.length, true);
    for (let index = 0; index < count; index++) {
      this.#pairsView.setUint32(index * 4, batches[index] ?? 0, true);
      this.#pairsView.setUint16(count * 4 + index * 2, entries[index] ?? 0, true);
    }
    let result = this.#send();
    if (result === 0) result = this.#outlet.send(this.#pairs, count * 6);
    if (result === 0) result = this.#outlet.send(tar, tar.length);
    this.files += count;
    this.bytes += tar.length;
    return result;
  }

  /** Sends a batch unasked: what a directory lists that has been listed there. */
  batch(batch: Uint8Array<ArrayBuffer>, listed: Listed): Result {
    check(batch.length >= 1 && batch.length <= BATCH_BYTES, "bytes of a batch", batch.length);
    const view = this.#begin(RecordType.Batch);
    view.setUint16(2, listed.stream, true);
    view.setUint32(4, listed.batches, true);
    view.setUint32(8, batch.length, true);
    this.bytes += batch.length;
    const result = this.#send();
    return result === 0 ? this.#outlet.send(batch, batch.length) : result;
  }

  /** Tells what the state of the file is known by that begins next. */
  state(state: Uint8Array): Result {
    check(state.length === RECORD_STATE_BYTES, "bytes of a state", state.length);
    this.#begin(RecordType.State);
    this.#header.set(state, 8);
    return this.#send();
  }

  /** Says that a part of the file begun is what the receiver has. Nothing is sent if it is empty. */
  kept(offset: number, length: number): Result {
    if (length === 0) return 0;
    const view = this.#begin(RecordType.Kept);
    view.setBigUint64(8, BigInt(offset), true);
    view.setBigUint64(16, BigInt(length), true);
    return this.#send();
  }

  /** Begins a large file. */
  file(file: FileState): Result {
    check(file.entry < 0x10000, "entry", file.entry);
    const view = this.#begin(RecordType.File);
    view.setUint16(2, file.entry, true);
    view.setUint32(4, file.batch, true);
    view.setBigUint64(8, BigInt(file.size), true);
    view.setBigInt64(16, BigInt(file.mtimeSeconds), true);
    view.setUint32(24, file.mtimeNanoseconds, true);
    view.setUint32(28, file.mode, true);
    view.setUint32(32, file.uid, true);
    view.setUint32(36, file.gid, true);
    view.setBigUint64(40, BigInt(file.blocks), true);
    return this.#send();
  }

  /** Sends a part of the file begun from memory. Nothing is sent if it is empty. */
  blocks(offset: number, bytes: Uint8Array<ArrayBuffer>, length: number): Result {
    if (length === 0) return 0;
    const result = this.#beginBlocks(offset, length);
    return result === 0 ? this.#outlet.send(bytes, length) : result;
  }

  /**
   * Sends a part of the file begun straight from an open file, which stands at `offset`. Gives how
   * many bytes the file had: if fewer than `length`, or a negated errno of the file (the outlet's
   * `failure` is 0), the rest was filled with zeros and the file must end as failed.
   */
  blocksOfFile(file: Handle, offset: number, length: number): Result {
    if (length === 0) return 0;
    const outlet = this.#outlet;
    const result = this.#beginBlocks(offset, length);
    if (result !== 0) return result;
    const before = outlet.sentBytes;
    const sent = outlet.sendFile(file, length);
    if (sent === length) return sent;
    if (outlet.failure !== 0) return -outlet.failure;
    for (let left = length - (outlet.sentBytes - before); left > 0;) {
      const step = Math.min(left, ZEROS.length);
      const filled = outlet.send(ZEROS, step);
      if (filled < 0) return filled;
      left -= step;
    }
    return sent;
  }

  /** Ends the file begun: as a whole, or with the reason why the receiver must not keep it. */
  fileEnd(failure?: SendFailure): Result {
    this.#begin(RecordType.FileEnd);
    if (failure === undefined) this.files++;
    else this.#putFailure(failure);
    return this.#send();
  }

  /** Says that an entry cannot be sent. */
  failed(batch: number, entry: number, failure: SendFailure): Result {
    check(entry < 0x10000, "entry", entry);
    const view = this.#begin(RecordType.Failed);
    this.#putFailure(failure);
    view.setUint16(2, entry, true);
    view.setUint32(4, batch, true);
    return this.#send();
  }

  /** Sends what the outlet still holds back. */
  flush(): Result {
    return this.#outlet.flush();
  }

  /** Says that nothing more comes, with what was sent, and closes the outlet. */
  end(): Result {
    const view = this.#begin(RecordType.End);
    view.setBigUint64(8, BigInt(this.files), true);
    view.setBigUint64(16, BigInt(this.bytes), true);
    const result = this.#send();
    return result === 0 ? this.#outlet.close() : result;
  }

  #begin(type: RecordType): DataView {
    this.#header.fill(0);
    this.#header[0] = RECORD_MAGIC;
    this.#header[1] = type;
    return this.#view;
  }

  #beginBlocks(offset: number, length: number): Result {
    check(length > 0 && length <= BLOCKS_BYTES_MAX, "bytes of blocks", length);
    const view = this.#begin(RecordType.Blocks);
    view.setBigUint64(8, BigInt(offset), true);
    view.setUint32(16, length, true);
    this.bytes += length;
    return this.#send();
  }

  #putFailure({ operation, errno, code }: SendFailure): void {
    check(operation >= 0 && operation < 0x100, "operation", operation);
    check(errno >= 0 && errno < 0x10000, "errno", errno);
    check(code >= 0 && code < 0x100, "failure code", code);
    this.#header[8] = operation;
    this.#header[9] = code;
    // A failure must not look like success.
    const told = errno === 0 && code === 0 ? Errno.EIO : errno;
    this.#view.setUint16(10, told, true);
  }

  #send(): Result {
    return this.#outlet.send(this.#header, RECORD_HEADER_BYTES);
  }
}

function check(isTrue: boolean, what: string, value: number): void {
  if (!isTrue) throw new RangeError(`Cannot send a record with ${value} as ${what}`);
}
