import { keptAttributes } from "../../deliver/attributes.ts";
import { STAT_ROW_BYTES, StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import type { Attributes } from "../../scan/origin.ts";
import type { Name } from "../../sys/mod.ts";
import type { BatchColumns, BatchHead } from "../batch/mod.ts";
import type { Offer } from "./offer.ts";

/** What an open batch has before it is filled. */
const NO_NAME = new Uint8Array(0);
const NO_ROWS = new StatTable(0);
const NO_STARTS = new Uint32Array(0);
const NO_SLOTS = new Int16Array(0);

/** What a wanted entry takes beside its name: a row, its need, where its name begins. */
const ROW_BYTES = STAT_ROW_BYTES + 5;
/** Rows that the memory of an open batch begins with. */
const LEAST_ENTRIES = 8;
/** Bytes of names that it begins with. */
const LEAST_NAME_BYTES = 256;

/**
 * The entries of one batch whose content has been asked for and is not here yet: names, rows and
 * needs, and nothing of the others. What comes over the wire is checked against it. One that has
 * landed may be filled again: memory for a few rows takes longer to get than to fill.
 */
export class OpenBatch {
  number = 0;
  source = 0;
  path: Name = NO_NAME;
  /** How many entries were asked for. */
  count = 0;
  /** Rows of the wanted entries, in the order of their numbers, and behind them the directory's own. */
  stats: StatTable = NO_ROWS;
  needs: Uint8Array = NO_NAME;
  /** The directory's own row is to be set when all has landed. */
  finishes = false;
  directoryAttributes: Attributes | undefined;
  /** What the source has been told that is here of entries, by their numbers. */
  readonly offers = new Map<number, Offer>();
  /** As its place, when it was compared. */
  mayHavePartials = false;
  /** It has come by the stream, with the content of all its files. */
  isUnasked = false;
  /** How many have not landed. */
  outstanding = 0;
  /** What the one entry that is meant is called here, if another name. */
  as: Name | undefined;
  /** All names, each with a NUL behind it. */
  #names: Name = NO_NAME;
  /** Where the name of each slot begins, and the last one ends. */
  #starts = NO_STARTS;
  #attributes: (Attributes | undefined)[] = [];
  /** The slot of each entry of the batch, as long as it is wanted. */
  #slots = NO_SLOTS;
  #entries = 0;

  /** Takes the entries with these numbers (the first `count`) out of a decoded batch. */
  fill(
    context: MoverContext,
    head: BatchHead,
    columns: BatchColumns,
    wanted: Uint16Array,
    count: number,
    mayHavePartials: boolean,
  ): void {
    const { names, stats, attributes } = columns;
    this.number = head.number;
    this.source = head.source;
    this.path = head.path;
    const { only, as } = context.jobSource(head.source);
    this.as = only !== undefined && head.path[0] === 0 ? as : undefined;
    this.count = this.outstanding = count;
    this.mayHavePartials = mayHavePartials;
    this.finishes = this.isUnasked = false;
    this.directoryAttributes = undefined;
    let bytes = 0;
    for (let slot = 0; slot < count; slot++) bytes += names.lengths[wanted[slot]!]! + 1; // as below
    this.#makeRoom(count, names.count, bytes);
    this.#slots.fill(-1, 0, names.count);
    this.#starts[0] = 0;
    for (let slot = 0; slot < count; slot++) {
      const index = wanted[slot]!; // below count
      this.stats.copyRow(slot, stats, index);
      this.needs[slot] = context.needs[index]!;
      this.#slots[index] = slot;
      const start = this.#starts[slot]!;
      const offset = names.offsets[index]!; // in the batch
      const length = names.lengths[index]!;
      // Names are short: a view of one and a copy by it take longer than this.
      for (let at = 0; at < length; at++) this.#names[start + at] = names.bytes[offset + at]!; // as above
      this.#names[start + length] = 0;
      this.#starts[slot + 1] = start + length + 1;
      const sent = attributes[index];
      if (sent !== undefined) this.#attributes[slot] = keptAttributes(context, sent);
    }
  }

  /** Bytes of memory that it keeps, about. */
  get heldBytes(): number {
    return this.needs.length * ROW_BYTES + this.#slots.byteLength + this.#names.length;
  }

  /** The row of `stats` that is the directory's own. */
  get directoryRow(): number {
    return this.count;
  }

  /** Where entry `index` of the batch is kept; -1 if it was not asked for or has landed. */
  slotOf(index: number): number {
    return index < this.#entries ? this.#slots[index]! : -1;
  }

  /** The name at the source, NUL-terminated. */
  sourceName(slot: number): Name {
    return this.#names.subarray(this.#starts[slot], this.#starts[slot + 1]); // from slotOf
  }

  /** The name at the destination, NUL-terminated. */
  name(slot: number): Name {
    return this.as ?? this.sourceName(slot);
  }

  /** The attributes that were sent of an entry. */
  attributes(slot: number): Attributes {
    return this.#attributes[slot] ?? NONE;
  }

  /** Notes that an entry is here, or will never be; true when it was the last. */
  settle(index: number): boolean {
    this.#slots[index] = -1;
    const offer = this.offers.get(index);
    // Whoever still looks for more of it may stop.
    if (offer !== undefined) offer.isOver = true;
    this.offers.delete(index);
    return --this.outstanding === 0;
  }

  #makeRoom(count: number, entries: number, bytes: number): void {
    if (this.#attributes.length > 0) this.#attributes = [];
    this.#entries = entries;
    if (count > this.needs.length) {
      const rows = Math.max(count, LEAST_ENTRIES);
      this.stats = new StatTable(rows + 1);
      this.needs = new Uint8Array(rows);
      this.#starts = new Uint32Array(rows + 1);
    }
    if (entries > this.#slots.length) {
      this.#slots = new Int16Array(Math.max(entries, LEAST_ENTRIES));
    }
    if (bytes > this.#names.length) {
      this.#names = new Uint8Array(Math.max(bytes, LEAST_NAME_BYTES));
    }
  }
}

const NONE: Attributes = new Map();
