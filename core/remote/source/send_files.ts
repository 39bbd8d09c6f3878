import { Kind } from "../../entry/kind.ts";
import type { StatTable } from "../../entry/stats.ts";
import { pathKey, trimNul } from "../../entry/path.ts";
import { SMALL_BYTES } from "../../deliver/small_file.ts";
import { BEAT_MS } from "../../movers/beat.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import { Counter } from "../../movers/counters.ts";
import { openSource } from "./open_source.ts";
import { closePlace, type Place } from "../../scan/mod.ts";
import { ShardWriter } from "../../shard/mod.ts";
import { Errno, type Handle, type Name, type Result } from "../../sys/mod.ts";
import {
  type BatchColumns,
  type BatchHead,
  comesUnasked,
  decodeBatch,
  decodeRanges,
  newColumns,
} from "../batch/mod.ts";
import type { Listed } from "../data/record_format.ts";
import { RecordWriter } from "../data/record_writer.ts";
import type { Outlet } from "../data/streams.ts";
import { SendCode, sendFailure } from "../mover/send_failure.ts";
import { ShardNames } from "../mover/shard_name.ts";
import { sendLargeFile } from "./send_large_file.ts";
import type { ValuesEar } from "./told_values.ts";

/**
 * Bytes of the first shard of a session: the other end has something to do soon. Each is twice as
 * large as the one before, up to the most, for every shard is a handful of calls and wakes the other
 * end: of 100,000 files those of 4 MiB take 3 % less processor time than those of 1 MiB.
 */
const FIRST_SHARD_BYTES = 256 * 1024;
const SHARD_BYTES = 4 * 1024 * 1024;
/**
 * The clock, which takes a microsecond, is looked at after so many files: few at first, more while
 * they are read fast.
 */
const LOOK_FILES = 4;
const LOOK_FILES_MOST = 64;
/** Files are read fast if it takes no longer from one look to the next, in milliseconds. */
const FAST_MS = 8;
/** Files in one shard at most; see the records' format. */
const SHARD_FILES = 4096;

/** Entries `from` up to `to` of a directory that the other end has just made. */
export interface UnaskedBatch {
  readonly head: BatchHead;
  /** The same entries, encoded. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What has listed the directory. */
  readonly listed: Listed;
  /** The directory; undefined where it could not be opened, and there are no entries. */
  readonly place: Place | undefined;
  readonly columns: BatchColumns;
  readonly from: number;
  readonly to: number;
  /** Share of the progress that it stands for. */
  readonly weight: number;
}

/**
 * The deliver stage at the source's end: sends the files that a need-list names, and those of
 * directories that are new; small ones packed into shards, others one by one.
 * Hot path; guarded by the push-small-files scenario of `deno task bench`.
 */
export class FileSender {
  readonly #columns: BatchColumns = newColumns();
  readonly #shard = new ShardWriter({ capacityBytes: SHARD_BYTES });
  /** Of which batch and entry each file of the shard is. */
  readonly #batches = new Uint32Array(SHARD_FILES);
  readonly #entries = new Uint16Array(SHARD_FILES);
  readonly #header = {
    kind: "file" as const,
    name: new Uint8Array(0) as Uint8Array,
    nameLength: 0,
    mode: 0,
    uid: 0,
    gid: 0,
    sizeBytes: 0,
    mtimeSeconds: 0,
    // Whole seconds need no second header, and the other end knows the time from the batch.
    mtimeNanoseconds: 0,
  };
  readonly #names = new ShardNames();
  /** Bytes with which a shard is large enough. */
  #enough = FIRST_SHARD_BYTES;
  /** When the first file of the shard was read. */
  #shardSince = 0;
  /** When the clock was looked at, and after how many files of the shard it is again. */
  #lookedAt = 0;
  #nextLook = 0;
  #lookFiles = LOOK_FILES;
  #place: Place | undefined;
  #placeKey = "";

  readonly records: RecordWriter;

  constructor(
    readonly context: MoverContext,
    readonly outlet: Outlet,
    /** Where values come in, if the other end knows of differences. */
    readonly earOf?: (batch: number, entry: number) => ValuesEar,
  ) {
    this.records = new RecordWriter(outlet);
  }

  /** Sends the needed entries of a batch; gives 0, or the errno that broke the stream, negated. */
  send(batch: Uint8Array, ranges: Uint8Array, weight: number): Result {
    const { context } = this;
    const columns = this.#columns;
    const head = decodeBatch(batch, columns);
    const { stats } = columns;
    const indices = decodeRanges(ranges, columns.names.count);
    // Loops count, for iterators of typed arrays are slow until the last compiler has seen them.
    let total = 0;
    for (let at = 0; at < indices.length; at++) total += stats.size[indices[at]!]! + 1; // in the batch
    const place = this.#openPlace(head);
    this.#names.enter(head.path);
    for (let at = 0; at < indices.length; at++) {
      const index = indices[at]!; // below the length
      if (context.stopping) return -Errno.ECANCELED;
      const result = place === undefined
        ? this.records.failed(head.number, index, sendFailure("open", 0, SendCode.Changed))
        : this.#sendOne(head.number, place, columns, index, index);
      if (result < 0) return result;
      context.count(Counter.Fraction, weight * (stats.size[index]! + 1) / total);
    }
    return 0;
  }

  /** Sends a batch and the content of its files; gives 0, or the errno that broke the stream, negated. */
  sendUnasked({ head, bytes, listed, place, columns, from, to, weight }: UnaskedBatch): Result {
    const { context } = this;
    const { stats } = columns;
    const told = this.records.batch(bytes, listed);
    if (told < 0) return told;
    let total = 0;
    for (let index = from; index < to; index++) {
      if (comesUnasked(columns, index)) total += stats.size[index]! + 1; // in the table
    }
    if (total === 0) context.count(Counter.Fraction, weight);
    if (place === undefined) return 0;
    this.#names.enter(head.path);
    for (let index = from; index < to; index++) {
      if (!comesUnasked(columns, index)) continue;
      if (context.stopping) return -Errno.ECANCELED;
      const result = this.#sendOne(head.number, place, columns, index, index - from);
      if (result < 0) return result;
      context.count(Counter.Fraction, weight * (stats.size[index]! + 1) / total);
    }
    return 0;
  }

  /** Sends what waits in a shard that is not full, and what waits in the stream. */
  flush(): Result {
    const result = this.#sendShard();
    return result < 0 ? result : this.records.flush();
  }

  /** Says that nothing more comes. */
  end(): void {
    this.records.end();
  }

  /** Gives back what it holds. */
  close(): void {
    if (this.#place !== undefined) closePlace(this.context, this.#place);
    this.#place = undefined;
    this.#shard.close();
  }

  /** Neighbouring need-lists are often of one directory, so the last one stays open. */
  #openPlace(head: BatchHead): Place | undefined {
    const key = `${head.source}/${pathKey(head.path)}`;
    if (this.#place !== undefined && this.#placeKey === key) return this.#place;
    if (this.#place !== undefined) closePlace(this.context, this.#place);
    this.#place = openSource(this.context, head.source, head.path);
    this.#placeKey = key;
    return this.#place;
  }

  /** Sends the file that stands in a row of columns and is an entry of a batch. */
  #sendOne(
    batch: number,
    place: Place,
    columns: BatchColumns,
    index: number,
    entry: number,
  ): Result {
    const { sys } = this.context;
    const { names, stats } = columns;
    const name = names.at(index);
    const file = sys.openRead(place.source, name);
    if (file < 0) {
      this.#fail(place, name, "open", file);
      return this.records.failed(batch, entry, sendFailure("open", -file));
    }
    const size = stats.size[index]!; // in the batch
    let result = 1;
    if (size <= SMALL_BYTES && stats.blocks[index]! * 512 >= size) {
      result = this.#pack(batch, file, columns, index, entry);
    }
    // What does not fit a shard, or has changed since the scan, goes by itself.
    if (result > 0) {
      result = this.#sendShard();
      sys.seek(file, 0);
      if (result === 0) {
        const ear = this.earOf?.(batch, entry);
        result = sendLargeFile(
          this.context,
          this.records,
          this.outlet,
          place,
          file,
          name,
          batch,
          entry,
          ear,
        );
        ear?.done();
      }
    }
    sys.close(file);
    return result;
  }

  /** Packs a small file; 0 when that is done, 1 when it must be sent by itself. */
  #pack(
    batch: number,
    file: Handle,
    { names, stats }: BatchColumns,
    index: number,
    entry: number,
  ): Result {
    const header = this.#header;
    this.#names.put(names.bytes, names.offsets[index]!, names.lengths[index]!);
    header.name = this.#names.bytes;
    header.nameLength = this.#names.length;
    header.mode = stats.mode[index]! & 0o7777; // in the batch
    header.uid = stats.uid[index]!;
    header.gid = stats.gid[index]!;
    header.sizeBytes = stats.size[index]!;
    header.mtimeSeconds = stats.mtimeSeconds[index]!;
    if (this.#shard.entryCount === SHARD_FILES) {
      const sent = this.#sendShard();
      if (sent < 0) return sent;
    }
    let content = this.#shard.begin(header);
    if (content === null) {
      const sent = this.#sendShard();
      if (sent < 0) return sent;
      content = this.#shard.begin(header);
      if (content === null) return 1;
    }
    if (!this.#readSteady(file, content, stats, index)) {
      this.#shard.abandon();
      return 1;
    }
    const at = this.#shard.entryCount;
    if (at === 0) this.#beginShard();
    this.#shard.end();
    this.#batches[at] = batch;
    this.#entries[at] = entry;
    this.context.noteFirstPayload();
    if (this.#shard.sizeBytes >= this.#enough) {
      this.#enough = Math.min(this.#enough * 2, SHARD_BYTES);
      return this.#sendShard();
    }
    return at >= this.#nextLook && this.#isDue(at) ? this.flush() : 0;
  }

  #beginShard(): void {
    this.#shardSince = this.#lookedAt = performance.now();
    this.#nextLook = this.#lookFiles;
  }

  /** Where reading takes long, what has been read does not wait for the shard to become full. */
  #isDue(at: number): boolean {
    const now = performance.now();
    const isFast = now - this.#lookedAt < FAST_MS;
    this.#lookFiles = isFast ? Math.min(this.#lookFiles * 2, LOOK_FILES_MOST) : LOOK_FILES;
    this.#lookedAt = now;
    this.#nextLook = at + this.#lookFiles;
    return now - this.#shardSince > BEAT_MS;
  }

  /** Reads a file and sees that it is what the scan has seen: its size and time are the same. */
  #readSteady(
    file: Handle,
    into: Uint8Array<ArrayBuffer>,
    stats: StatTable,
    index: number,
  ): boolean {
    const { sys, own } = this.context;
    for (let got = 0; got < into.length;) {
      const more = sys.read(file, got === 0 ? into : into.subarray(got), into.length - got);
      if (more <= 0) return false;
      got += more;
    }
    return sys.statHandle(file, own, Own.Check) === 0 && own.kind(Own.Check) === Kind.File &&
      own.size[Own.Check] === stats.size[index] &&
      own.mtimeSeconds[Own.Check] === stats.mtimeSeconds[index] &&
      own.mtimeNanoseconds[Own.Check] === stats.mtimeNanoseconds[index];
  }

  #sendShard(): Result {
    const count = this.#shard.entryCount;
    if (count === 0) return 0;
    return this.records.shard(this.#batches, this.#entries, count, this.#shard.finish());
  }

  #fail(place: Place, name: Name, operation: "open" | "read", result: Result): void {
    const { sourceIndex, path } = place;
    this.context.fail("source", sourceIndex, path, trimNul(name).slice(), operation, result);
  }
}
