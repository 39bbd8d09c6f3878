import { finishDirectory } from "../../local/finish_directory.ts";
import { Landing } from "../../deliver/landing.ts";
import { settle } from "../../deliver/deliver_entry.ts";
import { destinationFault, type Fault } from "../../deliver/outcome.ts";
import { placeSmallFile } from "../../deliver/small_file.ts";
import { Kind } from "../../entry/kind.ts";
import { pathKey, trimNul } from "../../entry/path.ts";
import { StatTable } from "../../entry/stats.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import { Need } from "../../plan/mod.ts";
import { closePlace, openDestination, type Place, unlockPlace } from "../../scan/mod.ts";
import { type ShardEntry, ShardReader } from "../../shard/mod.ts";
import type { Result } from "../../sys/mod.ts";
import { WireError } from "../batch/mod.ts";
import { type Inlet, RecordReader, RecordType } from "../data/mod.ts";
import { SendCode } from "../mover/send_failure.ts";
import { isNameInShard } from "../mover/shard_name.ts";
import { KeptOrigin } from "./batch_origin.ts";
import type { OpenBatch } from "./open_batch.ts";
import type { Unfinished } from "./unfinished.ts";

/** Destination directories that stay open between records. */
const OPEN_PLACES = 16;
const PERMISSIONS = 0o7777;

/** Whom it concerns that entries have landed. */
export interface LandingSink {
  /** The open batch of a number. */
  find(number: number): OpenBatch | undefined;
  /** An entry did not arrive. */
  undelivered(batch: OpenBatch, slot: number): void;
  /** All that was asked for of a batch has landed. */
  landed(batch: OpenBatch): void;
}

/**
 * The deliver stage at the destination's end: takes records from the data stream and puts every
 * file in its place. It accepts only what was asked for: anything else ends the session.
 * Hot path; guarded by the push-small-files scenario of `deno task bench`.
 */
export class RecordLander {
  readonly #reader: RecordReader;
  readonly #shard = new ShardReader();
  /** Directories that content is put into, the last used at the end. */
  readonly #places = new Map<string, Place>();
  #lastBatch: OpenBatch | undefined;
  #lastPlace: Place | undefined;
  /** The large file on its way. */
  #landing: Landing | undefined;
  #large: { readonly batch: OpenBatch; readonly index: number; readonly place: Place } | undefined;
  #fault: Fault | undefined;
  /** Where it stands. */
  #position = 0;
  /** Bytes of the large file that the counters have been told of, in all attempts. */
  #counted = 0;
  readonly #state = new StatTable(1);

  constructor(
    readonly context: MoverContext,
    readonly inlet: Inlet,
    readonly sink: LandingSink,
    readonly unfinished: Unfinished,
  ) {
    this.#reader = new RecordReader(inlet);
  }

  /**
   * Takes one record; 0, or the errno that broke the stream, negated.
   *
   * @throws {WireError} for what is not the protocol or was not asked for
   */
  step(): Result {
    const reader = this.#reader;
    const type = reader.next();
    if (type < 0) return type;
    switch (type) {
      case RecordType.Shard:
        return this.#takeShard();
      case RecordType.File:
        this.#beginFile();
        return 0;
      case RecordType.Blocks:
        return this.#takeBlocks();
      case RecordType.FileEnd:
        this.#endFile();
        return 0;
      case RecordType.Failed:
        this.#takeFailed();
        return 0;
    }
    return 0;
  }

  /** Whether a large file is on its way: its records follow one another. */
  get isInFile(): boolean {
    return this.#large !== undefined;
  }

  /** Throws away what is half there, and gives back what it holds. */
  close(): void {
    this.#landing?.abandon();
    this.#landing = undefined;
    this.closePlaces();
    this.#shard.close();
  }

  /** Closes the directories that are held open. */
  closePlaces(): void {
    for (const place of this.#places.values()) closePlace(this.context, place);
    this.#places.clear();
    this.#lastBatch = undefined;
    this.#lastPlace = undefined;
  }

  #takeShard(): Result {
    const reader = this.#reader;
    const shard = this.#shard;
    shard.reset();
    let taken = 0;
    while (reader.contentLeft > 0) {
      const got = reader.read(shard.window());
      if (got < 0) return got;
      shard.filled(got);
      for (let entry = shard.next(); entry !== null; entry = shard.next()) {
        this.#takeFile(entry, taken++);
      }
    }
    shard.end();
    if (taken !== reader.pairCount) wrong("shard-count", "a shard has not the files it names");
    return 0;
  }

  /** Puts one file of a shard in its place. */
  #takeFile(entry: ShardEntry, at: number): void {
    const reader = this.#reader;
    if (at >= reader.pairCount) wrong("shard-count", "a shard has more files than it names");
    const index = reader.pairEntries[at]!; // below the count
    const batch = this.#wanted(reader.pairBatches[at]!, index);
    const slot = batch.slotOf(index);
    const { stats } = batch;
    const size = stats.size[slot]!; // asked for
    if (entry.kind !== "file" || !entry.isComplete || entry.sizeBytes !== size) {
      wrong("shard-entry", "a file in a shard is not what its batch says");
    }
    const name = batch.name(slot);
    if (!isNameInShard(entry.name, batch.path, batch.sourceName(slot))) {
      wrong("shard-name", "a file in a shard has another name than its batch says");
    }
    const { context } = this;
    const place = this.#placeOf(batch);
    if (place !== undefined) {
      const replaces = batch.needs[slot] === Need.Replace;
      const { content } = entry;
      if (place.locked) unlockPlace(context, place);
      const from = batch.attributes(slot);
      const fault = placeSmallFile(
        context,
        place,
        content,
        size,
        from,
        name,
        stats,
        slot,
        replaces,
      );
      this.#settle(place, batch, slot, size, fault);
    }
    this.#land(batch, index);
  }

  #beginFile(): void {
    const { file } = this.#reader;
    const batch = this.#wanted(file.batch, file.entry);
    const slot = batch.slotOf(file.entry);
    const state = this.#state;
    // Kind and permissions are the batch's; what may have changed since the scan is the record's.
    state.copyRow(0, batch.stats, slot);
    if (file.mode >>> 12 !== Kind.File) wrong("record-file", "it is not a regular file");
    state.mode[0] = file.mode & (Kind.File << 12 | PERMISSIONS);
    state.uid[0] = file.uid;
    state.gid[0] = file.gid;
    state.size[0] = file.size;
    state.blocks[0] = file.blocks;
    state.mtimeSeconds[0] = file.mtimeSeconds;
    state.mtimeNanoseconds[0] = file.mtimeNanoseconds;
    const place = this.#placeOf(batch);
    this.#fault = undefined;
    this.#position = 0;
    if (place === undefined) {
      // Its directory cannot be opened: the failure is recorded; the bytes go nowhere.
      this.#large = undefined;
      this.#skipped = { batch, index: file.entry };
      return;
    }
    this.#large = { batch, index: file.entry, place };
    if (place.locked) unlockPlace(this.context, place);
    const replaces = batch.needs[slot] === Need.Replace;
    const begun = Landing.begin(this.context, place, batch.name(slot), file.mode, replaces);
    if (begun instanceof Landing) this.#landing = begun;
    else this.#fault = begun;
  }

  /** A file that nothing can be done with. */
  #skipped: { readonly batch: OpenBatch; readonly index: number } | undefined;

  #takeBlocks(): Result {
    const reader = this.#reader;
    const landing = this.#landing;
    if (landing === undefined || this.#fault !== undefined) return reader.skip();
    const { handle } = landing;
    if (reader.offset !== this.#position) {
      const moved = this.context.sys.seek(handle, reader.offset);
      if (moved < 0) return this.#fail(moved);
    }
    const length = reader.contentLeft;
    const result = reader.readToFile(handle);
    if (result < 0) return reader.linkFailure === 0 ? this.#fail(result) : result;
    this.#position = reader.offset + length;
    this.#counted += length;
    this.context.payload(length);
    return 0;
  }

  /** The file cannot be written: what still comes of it goes nowhere. */
  #fail(result: Result): Result {
    this.#fault = destinationFault("write", result);
    this.#drop();
    return this.#reader.skip();
  }

  #endFile(): void {
    const reader = this.#reader;
    const large = this.#large;
    this.#large = undefined;
    if (large === undefined) {
      const skipped = this.#skipped;
      this.#skipped = undefined;
      if (skipped !== undefined && reader.failure.code !== SendCode.Again) {
        this.#land(skipped.batch, skipped.index);
      }
      return;
    }
    const { batch, index, place } = large;
    const slot = batch.slotOf(index);
    const isKept = reader.isWhole || reader.failure.code === SendCode.Grew;
    if (!isKept) {
      this.#drop();
      // What failed at the source is told by the source.
      if (reader.failure.code === SendCode.Again) return;
      this.#counted = 0;
      this.sink.undelivered(batch, slot);
      this.#land(batch, index);
      return;
    }
    const state = this.#state;
    const size = state.size[0]!; // the one row
    const landing = this.#landing;
    this.#landing = undefined;
    const fault = this.#fault ?? landing?.finish(size, batch.attributes(slot), state, 0) ??
      undefined;
    // Holes count as the content they are.
    if (fault === undefined || fault.delivered) this.context.payload(size - this.#counted);
    this.#counted = 0;
    this.#settle(place, batch, slot, size, fault);
    this.#land(batch, index);
  }

  #drop(): void {
    this.#landing?.abandon();
    this.#landing = undefined;
  }

  #takeFailed(): void {
    const { failedBatch, failedEntry } = this.#reader;
    const batch = this.#wanted(failedBatch, failedEntry);
    this.sink.undelivered(batch, batch.slotOf(failedEntry));
    this.#land(batch, failedEntry);
  }

  /** The open batch of an entry that has been asked for and is not here. */
  #wanted(number: number, index: number): OpenBatch {
    const batch = this.sink.find(number);
    if (batch === undefined || batch.slotOf(index) < 0) {
      wrong("not-asked-for", `entry ${index} of batch ${number} was not asked for`);
    }
    return batch;
  }

  #settle(place: Place, batch: OpenBatch, slot: number, size: number, fault?: Fault): void {
    const need = batch.needs[slot]!; // asked for
    settle(this.context, place, trimNul(batch.name(slot)), Kind.File, need, size, fault);
    if (fault !== undefined && !fault.delivered) this.sink.undelivered(batch, slot);
  }

  /** Notes that an entry is dealt with, and finishes the directory when it was the last. */
  #land(batch: OpenBatch, index: number): void {
    if (!batch.settle(index)) return;
    if (batch.finishes) this.#finish(batch);
    this.sink.landed(batch);
  }

  #finish(batch: OpenBatch): void {
    const { context } = this;
    const place = this.#placeOf(batch);
    if (place === undefined) return;
    place.origin = new KeptOrigin(batch.directoryAttributes);
    context.own.copyRow(Own.Source, batch.directory, 0);
    const before = context.log.unfinished.length;
    finishDirectory(context, place);
    if (context.log.unfinished.length > before) {
      const { source, path, directory, directoryAttributes } = batch;
      this.unfinished.note(source, path, directory, 0, directoryAttributes);
    }
  }

  #placeOf(batch: OpenBatch): Place | undefined {
    // A shard's files are mostly of one directory.
    if (batch === this.#lastBatch) return this.#lastPlace;
    this.#lastBatch = batch;
    return this.#lastPlace = this.#findPlace(batch);
  }

  #findPlace(batch: OpenBatch): Place | undefined {
    const key = `${batch.source} ${pathKey(batch.path)}`;
    const held = this.#places.get(key);
    if (held !== undefined) return held;
    const state = { absent: false, fresh: false };
    const place = openDestination(this.context, batch.source, batch.path, state);
    if (place === undefined) return undefined;
    if (this.#places.size >= OPEN_PLACES) {
      for (const [oldest, old] of this.#places) {
        if (old === this.#large?.place) continue;
        this.#places.delete(oldest);
        closePlace(this.context, old);
        break;
      }
    }
    this.#places.set(key, place);
    return place;
  }
}

function wrong(code: string, sentence: string): never {
  throw new WireError(code, `The other end sent what it must not: ${sentence}.`);
}
