import type { Handle, Result } from "../../sys/mod.ts";
import { Errno } from "../../sys/errno.ts";
import { BATCH_BYTES } from "../batch/limits.ts";
import { WireError } from "../batch/wire_error.ts";
import {
  BLOCKS_BYTES_MAX,
  type FileState,
  RECORD_HEADER_BYTES,
  RECORD_MAGIC,
  RECORD_STATE_BYTES,
  RecordType,
  type SendFailure,
  SHARD_BYTES_MAX,
  SHARD_PAIRS_MAX,
} from "./record_format.ts";
import type { Inlet } from "./streams.ts";

/** The bytes of the header that each kind uses besides magic and kind; all others are 0. */
const USED: Readonly<Record<number, readonly [from: number, to: number]>> = {
  [RecordType.Shard]: [4, 12],
  [RecordType.File]: [2, 48],
  [RecordType.Blocks]: [8, 20],
  [RecordType.FileEnd]: [8, 12],
  [RecordType.Failed]: [2, 12],
  [RecordType.End]: [8, 24],
  [RecordType.State]: [8, 32],
  [RecordType.Kept]: [8, 24],
  [RecordType.Batch]: [2, 12],
};

/**
 * Reads records from an inlet and trusts none: lengths, order and numbers are checked, and what
 * is wrong throws a WireError. Whether the entries were asked for is for the caller to check. The
 * fields hold the last record's values, in the same objects each time.
 */
export class RecordReader {
  /** Files in the shard. */
  pairCount = 0;
  /** The batches of the shard's files. */
  readonly pairBatches = new Uint32Array(SHARD_PAIRS_MAX);
  /** Their entries. */
  readonly pairEntries = new Uint16Array(SHARD_PAIRS_MAX);
  /** The file that begun last. */
  readonly file: FileState = {
    batch: 0,
    entry: 0,
    size: 0,
    mtimeSeconds: 0,
    mtimeNanoseconds: 0,
    mode: 0,
    uid: 0,
    gid: 0,
    blocks: 0,
  };
  /** What the source tells its state by; all 0 where it does not. */
  readonly state = new Uint8Array(RECORD_STATE_BYTES);
  /** What the directory of a `Batch` waits for: a stream, and how many batches of it. */
  listedStream = 0;
  listedBatches = 0;
  /** Where the `Blocks` go, or what is `Kept` begins. */
  offset = 0;
  /** Bytes that are kept. */
  keptLength = 0;
  /** Whether the file ended as a whole (`FileEnd`). If not, `failure` says why. */
  isWhole = false;
  /** Why an entry was not sent (`FileEnd` that is not whole, `Failed`). */
  readonly failure: SendFailure = { operation: 0, errno: 0, code: 0 };
  /** Batch and entry of a `Failed` record. */
  failedBatch = 0;
  failedEntry = 0;
  /** Bytes of content (a shard's archive, blocks, a batch) that `read` has not given yet. */
  contentLeft = 0;
  /** The errno that ended the connection early (ECONNRESET: the peer closed it), or 0. */
  linkFailure = 0;
  /** Whole files so far, and at the end. */
  files = 0;
  /** Bytes of shards, blocks and batches so far, and at the end. */
  bytes = 0;

  readonly #inlet: Inlet;
  readonly #header = new Uint8Array(RECORD_HEADER_BYTES);
  readonly #view = new DataView(this.#header.buffer);
  readonly #pairs = new Uint8Array(SHARD_PAIRS_MAX * 6);
  readonly #pairsView = new DataView(this.#pairs.buffer);
  #isInFile = false;
  /** The last record told the state of the file to come. */
  #isStated = false;
  /** Up to where the file's blocks have come. */
  #position = 0;
  #ended = false;
  /** The last record was a batch. */
  #isBatch = false;

  /** Reads from `inlet`. */
  constructor(inlet: Inlet) {
    this.#inlet = inlet;
  }

  /**
   * Waits for the next record: its kind, or a negated errno: -ECONNRESET if the peer closes before
   * the `End`. The last record's content must have been read or skipped.
   */
  next(): Result {
    if (this.contentLeft > 0) throw new Error("Cannot read a record before the last one's content");
    if (this.#ended) throw new Error("Cannot read a record behind the end");
    // New directories of few files follow one another, a batch of some hundred bytes each.
    const result = this.#fill(this.#header, RECORD_HEADER_BYTES, this.#isBatch);
    this.#isBatch = false;
    if (result < 0) return result;
    if (this.#header[0] !== RECORD_MAGIC) wrong("record-magic", "it does not begin as one");
    const type = this.#header[1] ?? 0;
    const used = USED[type];
    if (used === undefined) wrong("record-type", `there is no kind ${type}`);
    for (let index = 2; index < RECORD_HEADER_BYTES; index++) {
      const isUsed = index >= used[0] && index < used[1];
      if (!isUsed && this.#header[index] !== 0) wrong("record-padding", "unused bytes are not 0");
    }
    const continues = type === RecordType.Blocks || type === RecordType.FileEnd ||
      type === RecordType.Kept;
    if (continues !== this.#isInFile || (this.#isStated && type !== RecordType.File)) {
      wrong("record-order", `kind ${type} cannot come here`);
    }
    return this.#take(type);
  }

  /**
   * Reads content of the last record into the beginning of `into`: up to `into.length` bytes, as
   * many as are there. Gives how many, 0 when all is read, or a negated errno.
   */
  read(into: Uint8Array<ArrayBuffer>): Result {
    const length = Math.min(into.length, this.contentLeft);
    if (length === 0) return 0;
    const result = this.#inlet.receive(into, length);
    if (result <= 0) return this.#lost(result);
    this.contentLeft -= result;
    this.bytes += result;
    return result;
  }

  /** Reads all of a batch that is left into the beginning of `into`; 0, or a negated errno. */
  readBatch(into: Uint8Array<ArrayBuffer>): Result {
    const length = this.contentLeft;
    const result = this.#fill(into, length, true);
    if (result < 0) return result;
    this.contentLeft = 0;
    this.bytes += length;
    return 0;
  }

  /**
   * Reads all of the blocks' content that is left into a file, from its position on; 0, or a
   * negated errno: the file's own if `linkFailure` is still 0, and then `skip` the rest.
   */
  readToFile(file: Handle): Result {
    const before = this.#inlet.receivedBytes;
    const wanted = this.contentLeft;
    const result = this.#inlet.receiveToFile(file, wanted);
    const received = this.#inlet.receivedBytes - before;
    this.contentLeft -= received;
    this.bytes += received;
    if (result < 0) return this.#inlet.failure === 0 ? result : this.#lost(result);
    return received < wanted ? this.#lost(0) : 0;
  }

  /** Reads what is left of the content into nowhere; 0, or a negated errno. */
  skip(): Result {
    const nowhere = new Uint8Array(Math.min(this.contentLeft, 256 << 10));
    while (this.contentLeft > 0) {
      const result = this.read(nowhere);
      if (result < 0) return result;
    }
    return 0;
  }

  #take(type: number): Result {
    switch (type) {
      case RecordType.Shard:
        return this.#takeShard();
      case RecordType.File:
        this.#takeFile();
        break;
      case RecordType.Blocks:
        this.#takeBlocks();
        break;
      case RecordType.State:
        this.state.set(this.#header.subarray(8, 8 + RECORD_STATE_BYTES));
        this.#isStated = true;
        break;
      case RecordType.Kept:
        this.#takeKept();
        break;
      case RecordType.Batch:
        this.#takeBatch();
        break;
      case RecordType.FileEnd:
        this.#takeFailure();
        this.isWhole = this.failure.errno === 0 && this.failure.code === 0;
        if (this.isWhole) this.files++;
        else this.#checkFailure();
        if (this.isWhole && this.failure.operation !== 0) {
          wrong("record-failure", "a whole file has no operation that failed");
        }
        this.#isInFile = false;
        break;
      case RecordType.Failed:
        this.#takeFailure();
        this.#checkFailure();
        this.failedBatch = this.#view.getUint32(4, true);
        this.failedEntry = this.#view.getUint16(2, true);
        checkBatch(this.failedBatch);
        break;
      default:
        this.#takeEnd();
    }
    return type;
  }

  #takeShard(): Result {
    const count = this.#view.getUint32(4, true);
    const length = this.#view.getUint32(8, true);
    if (count < 1 || count > SHARD_PAIRS_MAX) wrong("record-count", `${count} files in a shard`);
    if (length < 1024 || length > SHARD_BYTES_MAX || length % 512 !== 0) {
      wrong("record-length", `${length} bytes in a shard`);
    }
    const result = this.#fill(this.#pairs, count * 6);
    if (result < 0) return result;
    for (let index = 0; index < count; index++) {
      const batch = this.#pairsView.getUint32(index * 4, true);
      checkBatch(batch);
      this.pairBatches[index] = batch;
      this.pairEntries[index] = this.#pairsView.getUint16(count * 4 + index * 2, true);
    }
    this.pairCount = count;
    this.contentLeft = length;
    this.files += count;
    return RecordType.Shard;
  }

  #takeBatch(): void {
    const length = this.#view.getUint32(8, true);
    if (length < 1 || length > BATCH_BYTES) wrong("record-length", `${length} bytes in a batch`);
    this.listedStream = this.#view.getUint16(2, true);
    this.listedBatches = this.#view.getUint32(4, true);
    this.contentLeft = length;
    this.#isBatch = true;
  }

  #takeFile(): void {
    const view = this.#view;
    const file = this.file;
    file.entry = view.getUint16(2, true);
    file.batch = view.getUint32(4, true);
    checkBatch(file.batch);
    file.size = safe(view.getBigUint64(8, true));
    file.mtimeSeconds = safe(view.getBigInt64(16, true));
    file.mtimeNanoseconds = view.getUint32(24, true);
    if (file.mtimeNanoseconds >= 1e9) wrong("record-number", "a time with too many nanoseconds");
    file.mode = view.getUint32(28, true);
    file.uid = view.getUint32(32, true);
    file.gid = view.getUint32(36, true);
    file.blocks = safe(view.getBigUint64(40, true));
    this.#isInFile = true;
    this.#position = 0;
    if (!this.#isStated) this.state.fill(0);
    this.#isStated = false;
  }

  #takeKept(): void {
    const offset = safe(this.#view.getBigUint64(8, true));
    const length = safe(this.#view.getBigUint64(16, true));
    if (offset < this.#position) wrong("record-order", "a part that is kept goes back");
    if (length < 1 || offset + length > this.file.size) {
      wrong("record-length", "more is kept than the file's size");
    }
    this.offset = offset;
    this.keptLength = length;
    this.#position = offset + length;
  }

  #takeBlocks(): void {
    const offset = safe(this.#view.getBigUint64(8, true));
    const length = this.#view.getUint32(16, true);
    if (length < 1 || length > BLOCKS_BYTES_MAX) {
      wrong("record-length", `blocks of ${length} bytes`);
    }
    if (offset < this.#position) wrong("record-order", "blocks that go back");
    if (offset + length > this.file.size) wrong("record-length", "blocks beyond the file's size");
    this.offset = offset;
    this.contentLeft = length;
    this.#position = offset + length;
  }

  #takeFailure(): void {
    this.failure.operation = this.#header[8] ?? 0;
    this.failure.code = this.#header[9] ?? 0;
    this.failure.errno = this.#view.getUint16(10, true);
  }

  #checkFailure(): void {
    const { errno, code } = this.failure;
    if ((errno === 0) === (code === 0)) wrong("record-failure", "not one reason for a failure");
  }

  #takeEnd(): void {
    const files = safe(this.#view.getBigUint64(8, true));
    const bytes = safe(this.#view.getBigUint64(16, true));
    if (files !== this.files || bytes !== this.bytes) {
      wrong("record-count", `the end tells of ${files} files and ${bytes} bytes`);
    }
    this.#ended = true;
  }

  /** Reads all of `length` bytes; 0, or a negated errno. `isShort`: so is what follows. */
  #fill(into: Uint8Array<ArrayBuffer>, length: number, isShort = false): Result {
    let filled = 0;
    while (filled < length) {
      const place = filled === 0 ? into : into.subarray(filled);
      const result = this.#inlet.receive(place, length - filled, isShort);
      if (result <= 0) return this.#lost(result);
      filled += result;
    }
    return 0;
  }

  /** The connection is lost; 0 stands for a peer that closed. */
  #lost(result: Result): Result {
    this.linkFailure = result === 0 ? Errno.ECONNRESET : -result;
    return -this.linkFailure;
  }
}

function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) wrong("record-number", "a number that is too large");
  return number;
}

function checkBatch(batch: number): void {
  if (batch === 0) wrong("record-number", "a batch with number 0");
}

function wrong(code: string, sentence: string): never {
  throw new WireError(code, `Cannot read a record of the data stream: ${sentence}.`);
}
