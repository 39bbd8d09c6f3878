import { finishDirectory } from "../../local/finish_directory.ts";
import { settle } from "../../deliver/deliver_entry.ts";
import type { Fault } from "../../deliver/outcome.ts";
import { placeSmallFile } from "../../deliver/small_file.ts";
import { Kind } from "../../entry/kind.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import { Need } from "../../plan/mod.ts";
import { type Place, unlockPlace } from "../../scan/mod.ts";
import { type ShardEntry, ShardReader } from "../../shard/mod.ts";
import type { Name, Result } from "../../sys/mod.ts";
import { WireError } from "../batch/mod.ts";
import { type Inlet, type Listed, RecordReader, RecordType } from "../data/mod.ts";
import { SendCode } from "../mover/send_failure.ts";
import { KeptOrigin } from "./batch_origin.ts";
import { LargeLanding } from "./large_landing.ts";
import type { LinkPace } from "./link_pace.ts";
import type { OpenBatch } from "./open_batch.ts";
import { OpenPlaces } from "./open_places.ts";
import type { Unfinished } from "./unfinished.ts";

/** Whom it concerns that entries have landed. */
export interface LandingSink {
  /** The open batch of a number. */
  find(number: number): OpenBatch | undefined;
  /** Whether an entry that is not wanted comes with a batch that came unasked. */
  isSpare(number: number): boolean;
  /**
   * Takes a batch that comes unasked, when what lists its directory has been compared. Its bytes
   * are good until the next one comes.
   */
  unasked(batch: Uint8Array<ArrayBuffer>, listed: Listed): void;
  /** An entry did not arrive. */
  undelivered(batch: OpenBatch, slot: number): void;
  /** All that was asked for of a batch has landed. */
  landed(batch: OpenBatch): void;
}

/** Bytes that most batches have room in. */
const BATCH_ROOM = 1 << 16;

/**
 * The deliver stage at the destination's end: takes records from the data stream and puts every
 * file in its place. It accepts only what was asked for: anything else ends the session.
 * Hot path; guarded by the push-small-files scenario of `deno task bench`.
 */
export class RecordLander {
  readonly #reader: RecordReader;
  readonly #shard = new ShardReader();
  readonly #places: OpenPlaces;
  readonly #landing: LargeLanding;
  /** The large file on its way; without a place where its directory cannot be opened. */
  #large:
    | { readonly batch: OpenBatch; readonly index: number; readonly place: Place | undefined }
    | undefined;
  /** Memory for batches that come by the stream. */
  #batch = new Uint8Array(0);
  /** A large file is on its way that nobody wants. */
  #isInSpare = false;

  constructor(
    readonly context: MoverContext,
    readonly inlet: Inlet,
    readonly sink: LandingSink,
    readonly unfinished: Unfinished,
    pace: LinkPace,
  ) {
    this.#reader = new RecordReader(inlet);
    this.#places = new OpenPlaces(context);
    this.#landing = new LargeLanding(context, this.#reader, inlet, pace);
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
        return this.#isInSpare ? reader.skip() : this.#landing.take();
      case RecordType.Kept:
        if (this.#isInSpare) wrong("not-offered", "nothing is known of a file that it keeps");
        return this.#landing.keep();
      case RecordType.FileEnd:
        this.#endFile();
        return 0;
      case RecordType.Failed:
        this.#takeFailed();
        return 0;
      case RecordType.Batch:
        return this.#takeBatch();
    }
    return 0;
  }

  /** Whether a large file is on its way: its records follow one another. */
  get isInFile(): boolean {
    return this.#large !== undefined || this.#isInSpare;
  }

  /** The large file on its way, and up to where it has come. */
  get onItsWay(): { batch: OpenBatch; index: number; position: number } | undefined {
    const { position } = this.#landing;
    if (this.#large === undefined || position === undefined) return undefined;
    return { batch: this.#large.batch, index: this.#large.index, position };
  }

  /** Throws away what is half there, and gives back what it holds. */
  close(): void {
    this.#landing.drop();
    this.closePlaces();
    this.#shard.close();
  }

  /** Closes the directories that are held open. */
  closePlaces(): void {
    this.#places.close();
  }

  #takeBatch(): Result {
    const reader = this.#reader;
    const { listedStream: stream, listedBatches: batches } = reader;
    const length = reader.contentLeft;
    if (length > this.#batch.length) this.#batch = new Uint8Array(Math.max(length, BATCH_ROOM));
    const bytes = this.#batch.subarray(0, length);
    const result = reader.readBatch(bytes);
    if (result < 0) return result;
    this.sink.unasked(bytes, { stream, batches });
    return 0;
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
    if (batch === undefined) return;
    const slot = batch.slotOf(index);
    const { stats } = batch;
    const size = stats.size[slot]!; // asked for
    if (entry.kind !== "file" || !entry.isComplete || entry.sizeBytes !== size) {
      wrong("shard-entry", "a file in a shard is not what its batch says");
    }
    const sourceName = batch.sourceName(slot);
    const name = batch.as ?? sourceName;
    if (!entry.isNamed(batch.path, sourceName)) {
      wrong("shard-name", "a file in a shard has another name than its batch says");
    }
    const { context } = this;
    const place = this.#places.of(batch, this.#large?.place);
    if (place !== undefined) {
      const replaces = batch.needs[slot] === Need.Replace;
      const { content } = entry;
      if (place.locked) unlockPlace(context, place);
      const from = batch.attributes(slot);
      const fault = placeSmallFile(
        context,
        place,
        content,
        from,
        name,
        stats,
        slot,
        replaces,
      );
      this.#settle(place, batch, slot, name, size, fault);
    }
    this.#land(batch, index);
  }

  #beginFile(): void {
    const { file } = this.#reader;
    if (file.mode >>> 12 !== Kind.File) wrong("record-file", "it is not a regular file");
    const batch = this.#wanted(file.batch, file.entry);
    this.#isInSpare = batch === undefined;
    if (batch === undefined) return;
    const place = this.#places.of(batch);
    this.#large = { batch, index: file.entry, place };
    this.#landing.begin(batch, file.entry, place);
  }

  #endFile(): void {
    const { isWhole, failure } = this.#reader;
    const large = this.#large;
    this.#large = undefined;
    this.#isInSpare = false;
    if (large === undefined) return;
    const { batch, index, place } = large;
    const isAgain = failure.code === SendCode.Again;
    const slot = batch.slotOf(index);
    if (place !== undefined && (isWhole || failure.code === SendCode.Grew)) {
      const fault = this.#landing.finish(batch, slot);
      this.#settle(place, batch, slot, batch.name(slot), this.#landing.sizeBytes, fault);
    } else {
      // What failed at the source is told by the source.
      this.#landing.drop(isAgain);
      if (isAgain) return;
      this.sink.undelivered(batch, slot);
    }
    this.#land(batch, index);
  }

  #takeFailed(): void {
    const { failedBatch, failedEntry } = this.#reader;
    const batch = this.#wanted(failedBatch, failedEntry);
    if (batch === undefined) return;
    this.sink.undelivered(batch, batch.slotOf(failedEntry));
    this.#land(batch, failedEntry);
  }

  /** The open batch of an entry that is wanted and not here; undefined where it comes in vain. */
  #wanted(number: number, index: number): OpenBatch | undefined {
    const batch = this.sink.find(number);
    if (batch !== undefined && batch.slotOf(index) >= 0) return batch;
    if (this.sink.isSpare(number)) return undefined;
    wrong("not-asked-for", `entry ${index} of batch ${number} was not asked for`);
  }

  #settle(
    place: Place,
    batch: OpenBatch,
    slot: number,
    name: Name,
    size: number,
    fault?: Fault,
  ): void {
    const need = batch.needs[slot]!; // asked for
    place.mayHavePartials = batch.mayHavePartials;
    settle(this.context, place, name, Kind.File, need, size, fault);
    if (fault !== undefined && !fault.delivered) this.sink.undelivered(batch, slot);
  }

  /** Notes that an entry is dealt with, and finishes the directory when it was the last. */
  #land(batch: OpenBatch, index: number): void {
    if (!batch.settle(index)) return;
    if (batch.finishes) this.#finish(batch);
    this.#places.landed(batch);
    this.sink.landed(batch);
  }

  #finish(batch: OpenBatch): void {
    const { context } = this;
    const place = this.#places.of(batch, this.#large?.place);
    if (place === undefined) return;
    place.origin = new KeptOrigin(batch.directoryAttributes);
    const { stats, directoryRow } = batch;
    context.own.copyRow(Own.Source, stats, directoryRow);
    const before = context.log.unfinished.length;
    finishDirectory(context, place);
    if (context.log.unfinished.length > before) {
      const { source, path, directoryAttributes } = batch;
      this.unfinished.note(source, path, stats, directoryRow, directoryAttributes);
    }
  }
}

function wrong(code: string, sentence: string): never {
  throw new WireError(code, `The other end sent what it must not: ${sentence}.`);
}
