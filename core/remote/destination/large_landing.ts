import { Landing } from "../../deliver/landing.ts";
import { destinationFault, type Fault } from "../../deliver/outcome.ts";
import { isSameStamp, stampOf } from "../../deliver/stamp.ts";
import { makeZeros } from "../../deliver/zeros.ts";
import { Kind } from "../../entry/kind.ts";
import { StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import { CopyMethods } from "../../movers/copy_method.ts";
import { Counter } from "../../movers/counters.ts";
import { Need } from "../../plan/mod.ts";
import { type Place, unlockPlace } from "../../scan/mod.ts";
import { Errno, type Handle, type Name, type Result } from "../../sys/mod.ts";
import { WireError } from "../batch/mod.ts";
import type { Inlet, RecordReader } from "../data/mod.ts";
import { isOffered, type Offer } from "./offer.ts";
import type { LinkPace } from "./link_pace.ts";
import type { OpenBatch } from "./open_batch.ts";

const PERMISSIONS = 0o7777;

/**
 * A file that comes by itself, from its `File` record to its `FileEnd`: what is sent of it, and
 * what the source has been told that is here and says is the same.
 */
export class LargeLanding {
  readonly #state = new StatTable(1);
  readonly #methods = new CopyMethods();
  #landing: Landing | undefined;
  #fault: Fault | undefined;
  #batch: OpenBatch | undefined;
  #index = 0;
  /** It comes once more, as a whole: nothing is kept any more. */
  #isAgain = false;
  /** The old file that parts are taken from, and where it is. */
  #old: Handle = -1;
  #directory: Handle = -1;
  #target: Name | undefined;
  /** Up to here all is as it will be. */
  #position = 0;
  /** Where the file itself stands. */
  #handleAt = 0;
  /** Bytes that the counters have been told of, in all attempts. */
  #counted = 0;
  /** Those of them that were here. */
  #resumed = 0;

  constructor(
    readonly context: MoverContext,
    readonly reader: RecordReader,
    readonly inlet: Inlet,
    readonly pace: LinkPace,
  ) {}

  /** Up to here it has come, if it comes for the first time and well so far. */
  get position(): number | undefined {
    return this.#isAgain || this.#landing === undefined ? undefined : this.#position;
  }

  /** What the source has been told that is here of it. */
  get #offer(): Offer | undefined {
    return this.#batch?.offers.get(this.#index);
  }

  /** Begins the file that the reader has just told of; without a place its bytes go nowhere. */
  begin(batch: OpenBatch, index: number, place: Place | undefined): void {
    const slot = batch.slotOf(index);
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
    this.#handleAt = 0;
    // Whatever comes of it, it is kept once.
    this.#isAgain = batch === this.#batch && index === this.#index;
    this.#batch = batch;
    this.#index = index;
    if (this.#isAgain) this.#endOffer();
    if (place === undefined) return;
    if (place.locked) unlockPlace(this.context, place);
    const replaces = batch.needs[slot] === Need.Replace;
    this.#directory = place.destination;
    this.#target = batch.name(slot);
    const { size, mtimeSeconds, mtimeNanoseconds, blocks } = file;
    const source = {
      size,
      mtimeSeconds,
      mtimeNanoseconds,
      blocks,
      state: this.reader.state.slice(),
    };
    const begun = Landing.begin(this.context, place, this.#target, file.mode, replaces, source);
    if (begun instanceof Landing) this.#landing = begun;
    else this.#fault = begun;
  }

  /** Takes some of its content; 0, or the errno that broke the stream, negated. */
  take(): Result {
    const { reader } = this;
    const length = reader.contentLeft;
    const ready = this.#goTo(reader.offset);
    const landing = this.#landing;
    if (ready < 0) return this.#fail(ready);
    if (landing === undefined) return reader.skip();
    if (landing.partial !== undefined) {
      // Nothing is proven of an old file that was changed before it was copied.
      if (this.#isOldChanged) {
        this.#giveUp(destinationFault("read", "CHANGED"));
        return reader.skip();
      }
      // That something follows says that what came before was no filling for what cannot be read.
      landing.partial.prove(reader.offset);
    }
    const result = this.#receive(landing.handle, length);
    if (result < 0) return reader.linkFailure === 0 ? this.#fail(result) : result;
    this.#position = this.#handleAt = reader.offset + length;
    const offer = this.#offer;
    if (offer !== undefined) offer.position = this.#position;
    this.#counted += length;
    this.context.payload(length);
    return 0;
  }

  #receive(file: Handle, length: number): Result {
    const start = performance.now();
    const waited = this.inlet.waitedMs;
    const result = this.reader.readToFile(file);
    if (length >= PACE_BYTES) {
      this.pace.note(length, performance.now() - start, this.inlet.waitedMs - waited);
    }
    return result;
  }

  /**
   * Keeps what is here of it, as the source says.
   *
   * @throws {WireError} for what the source has not been told of
   */
  keep(): Result {
    const { offset, keptLength } = this.reader;
    const offer = this.#offer;
    if (
      offer === undefined || this.#isAgain || !isOffered(offer, offset, keptLength, this.sizeBytes)
    ) {
      throw new WireError("not-offered", "The other end keeps what it has not been told of.");
    }
    const ready = this.#goTo(offset);
    if (ready < 0) return this.#fail(ready);
    if (this.#landing === undefined) return 0;
    const { partial } = this.#landing;
    const fault = offer.where === "partial" ? this.#checkPartial(offer) : (partial?.filled ?? 0) > 0 // somebody has been at work meanwhile
      ? destinationFault("read", "CHANGED")
      : this.#copyOld(offer, keptLength);
    if (fault !== undefined) {
      this.#giveUp(fault);
      return 0;
    }
    this.#position = offer.position = offer.keptEnd = offset + keptLength;
    this.#counted += keptLength;
    this.#resumed += keptLength;
    this.context.count(Counter.BytesResumed, keptLength);
    return 0;
  }

  /** Puts the file in its place; a fault if that fails, or failed before. */
  finish(batch: OpenBatch, slot: number): Fault | undefined {
    const size = this.sizeBytes;
    const ready = this.#goTo(size);
    if (ready < 0) this.#fail(ready);
    if (this.#isOldChanged) this.#giveUp(destinationFault("read", "CHANGED"));
    const landing = this.#landing;
    this.#landing = undefined;
    this.#closeOld();
    this.#endOffer();
    const fault = this.#fault ?? landing?.finish(size, batch.attributes(slot), this.#state, 0);
    // Holes count as the content they are.
    if (fault === undefined || fault.delivered) this.context.payload(size - this.#counted);
    this.#counted = 0;
    this.#resumed = 0;
    this.#batch = undefined; // which may be filled again
    return fault;
  }

  /** Bytes of the whole file, holes included. */
  get sizeBytes(): number {
    return this.#state.size[0]!; // the one row
  }

  /** Throws away what is there, but for what may be gone on with; `again` when the file follows once more. */
  drop(again = false): void {
    this.#landing?.abandon();
    this.#landing = undefined;
    this.#closeOld();
    this.#endOffer();
    this.context.count(Counter.BytesResumed, -this.#resumed);
    this.#counted -= this.#resumed;
    this.#resumed = 0;
    if (again) return;
    this.#counted = 0;
    this.#batch = undefined; // as above
  }

  /** The file cannot be written: what still comes of it goes nowhere. */
  #fail(result: Result): Result {
    this.#giveUp(destinationFault("write", result));
    return this.reader.skip();
  }

  /** It does not come to its place; what has been proven of it stays for a later run. */
  #giveUp(fault: Fault): void {
    this.#fault = fault;
    this.drop(true);
  }

  /** Makes what lies before `position` and was not told of zeros, and goes there. */
  #goTo(position: number): Result {
    const landing = this.#landing;
    if (landing === undefined) return 0;
    const { sys } = this.context;
    const stale = Math.min(position, landing.partial?.filled ?? 0);
    if (this.#position < stale) {
      const length = stale - this.#position;
      const made = makeZeros(this.context, landing.handle, this.#position, length);
      if (made < 0) return made;
      this.#handleAt = -1;
    }
    this.#position = position;
    if (this.#handleAt === position) return 0;
    this.#handleAt = position;
    return sys.seek(landing.handle, position);
  }

  #checkPartial({ stamp }: Offer): Fault | undefined {
    const { partial } = this.#landing ?? {};
    const isStill = partial !== undefined && isSameStamp(stamp, partial.stamp);
    return isStill ? undefined : destinationFault("read", "CHANGED");
  }

  /** Copies what is the same out of the old file, inside the kernel where that can be. */
  #copyOld({ stamp }: Offer, length: number): Fault | undefined {
    const { context } = this;
    const { sys } = context;
    if (this.#old < 0) {
      if (this.#target === undefined) return destinationFault("read", "CHANGED");
      this.#old = sys.openRead(this.#directory, this.#target);
      if (this.#old < 0) return destinationFault("open", this.#old);
      if (!this.#isOldStill(stamp)) return destinationFault("read", "CHANGED");
    }
    const end = this.#position + length;
    for (let position = this.#position; position < end;) {
      const data = sys.capabilities.seekHoles ? sys.seekData(this.#old, position) : position;
      if (data === -Errno.ENXIO || data >= end) break;
      const hole = sys.capabilities.seekHoles ? sys.seekHole(this.#old, data) : end;
      if (data < 0 || hole < 0) return destinationFault("read", Math.min(data, hole));
      const fault = this.#copyRange(data, Math.min(hole, end));
      if (fault !== undefined) return fault;
      position = Math.min(hole, end);
    }
    return undefined;
  }

  /** Copies data of the old file; where it has holes, the new one has them too. */
  #copyRange(from: number, to: number): Fault | undefined {
    const { context } = this;
    const handle = this.#landing?.handle ?? -1;
    context.sys.seek(this.#old, from);
    context.sys.seek(handle, from);
    this.#handleAt = -1;
    for (let position = from; position < to;) {
      const length = Math.min(STEP_BYTES, to - position);
      const moved = this.#methods.move(context, this.#old, handle, length);
      if (moved < 0) return destinationFault("write", moved);
      if (moved === 0 || context.stopping) return destinationFault("read", "CHANGED");
      position += moved;
    }
    return undefined;
  }

  /** Somebody has written to the old file since its first part was copied, or looked at. */
  get #isOldChanged(): boolean {
    return this.#old >= 0 && !this.#isOldStill();
  }

  #isOldStill(stamp = this.#offer?.stamp): boolean {
    return stamp !== undefined && isSameStamp(stamp, stampOf(this.context, this.#old));
  }

  /** Nothing is kept of it any more. */
  #endOffer(): void {
    const offer = this.#offer;
    if (offer !== undefined) offer.isOver = true;
  }

  #closeOld(): void {
    if (this.#old >= 0) this.context.sys.close(this.#old);
    this.#old = -1;
  }
}

/** Less at once says nothing of how fast content comes. */
const PACE_BYTES: number = 1 << 20;
/** Bytes that are copied at a time. */
const STEP_BYTES: number = 32 << 20;
