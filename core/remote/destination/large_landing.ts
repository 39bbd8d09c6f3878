import { Landing } from "../../deliver/landing.ts";
import { destinationFault, type Fault } from "../../deliver/outcome.ts";
import { Kind } from "../../entry/kind.ts";
import { StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import { Need } from "../../plan/mod.ts";
import { type Place, unlockPlace } from "../../scan/mod.ts";
import type { Result } from "../../sys/mod.ts";
import type { RecordReader } from "../data/mod.ts";
import type { OpenBatch } from "./open_batch.ts";

const PERMISSIONS = 0o7777;

/** A file that comes by itself, from its `File` record to its `FileEnd`. */
export class LargeLanding {
  readonly #state = new StatTable(1);
  #landing: Landing | undefined;
  #fault: Fault | undefined;
  /** Where the file stands. */
  #position = 0;
  /** Bytes that the counters have been told of, in all attempts. */
  #counted = 0;

  constructor(readonly context: MoverContext, readonly reader: RecordReader) {}

  /** Begins the file that the reader has just told of; without a place its bytes go nowhere. */
  begin(batch: OpenBatch, slot: number, place: Place | undefined): void {
    const { file } = this.reader;
    const state = this.#state;
    // What may have changed since the scan is the record's.
    state.copyRow(0, batch.stats, slot);
    state.mode[0] = file.mode & (Kind.File << 12 | PERMISSIONS);
    state.uid[0] = file.uid;
    state.gid[0] = file.gid;
    state.size[0] = file.size;
    state.blocks[0] = file.blocks;
    state.mtimeSeconds[0] = file.mtimeSeconds;
    state.mtimeNanoseconds[0] = file.mtimeNanoseconds;
    this.#fault = undefined;
    this.#position = 0;
    if (place === undefined) return;
    if (place.locked) unlockPlace(this.context, place);
    const replaces = batch.needs[slot] === Need.Replace;
    const begun = Landing.begin(this.context, place, batch.name(slot), file.mode, replaces);
    if (begun instanceof Landing) this.#landing = begun;
    else this.#fault = begun;
  }

  /** Takes some of its content; 0, or the errno that broke the stream, negated. */
  take(): Result {
    const { reader } = this;
    const landing = this.#landing;
    if (landing === undefined) return reader.skip();
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

  /** Puts the file in its place; a fault if that fails, or failed before. */
  finish(batch: OpenBatch, slot: number): Fault | undefined {
    const landing = this.#landing;
    this.#landing = undefined;
    const size = this.sizeBytes;
    const fault = this.#fault ?? landing?.finish(size, batch.attributes(slot), this.#state, 0);
    // Holes count as the content they are.
    if (fault === undefined || fault.delivered) this.context.payload(size - this.#counted);
    this.#counted = 0;
    return fault;
  }

  /** Bytes of the whole file, holes included. */
  get sizeBytes(): number {
    return this.#state.size[0]!; // the one row
  }

  /** Throws away what is there; `again` when the file follows once more. */
  drop(again = false): void {
    this.#landing?.abandon();
    this.#landing = undefined;
    if (!again) this.#counted = 0;
  }

  /** The file cannot be written: what still comes of it goes nowhere. */
  #fail(result: Result): Result {
    this.#fault = destinationFault("write", result);
    this.drop(true);
    return this.reader.skip();
  }
}
