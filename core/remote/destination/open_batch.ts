import { keptAttributes } from "../../deliver/attributes.ts";
import { StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import type { Attributes } from "../../scan/origin.ts";
import type { Name } from "../../sys/mod.ts";
import type { BatchColumns, BatchHead } from "../batch/mod.ts";
import type { Offer } from "./offer.ts";

/**
 * The entries of one batch whose content has been asked for and is not here yet: names, rows and
 * needs, and nothing of the others. What comes over the wire is checked against it.
 */
export class OpenBatch {
  readonly number: number;
  readonly source: number;
  readonly path: Name;
  /** Rows of the wanted entries, in the order of their numbers. */
  readonly stats: StatTable;
  readonly needs: Uint8Array;
  /** The directory's own row, and whether it is to be set when all has landed. */
  readonly directory = new StatTable(1);
  finishes = false;
  directoryAttributes: Attributes | undefined;
  /** What the source has been told that is here of entries, by their numbers. */
  readonly offers = new Map<number, Offer>();
  /** As its place, when it was compared. */
  readonly mayHavePartials: boolean;
  /** It has come by the stream, with the content of all its files. */
  isUnasked = false;
  /** How many have not landed. */
  outstanding: number;
  /** All names, each with a NUL behind it. */
  readonly #names: Name;
  /** Where the name of each slot begins, and the last one ends. */
  readonly #starts: Uint32Array;
  readonly #attributes: (Attributes | undefined)[];
  readonly #slots: Int16Array;
  /** What the one entry that is meant is called here, if another name. */
  readonly as: Name | undefined;

  /** Takes the entries with these numbers (the first `count`) out of a decoded batch. */
  constructor(
    context: MoverContext,
    head: BatchHead,
    columns: BatchColumns,
    wanted: Uint16Array,
    count: number,
    mayHavePartials: boolean,
  ) {
    const { names, stats, attributes } = columns;
    this.number = head.number;
    this.source = head.source;
    this.path = head.path.slice();
    const { only, as } = context.jobSource(head.source);
    this.as = only !== undefined && head.path[0] === 0 ? as : undefined;
    this.outstanding = count;
    this.mayHavePartials = mayHavePartials;
    this.stats = new StatTable(count);
    this.needs = new Uint8Array(count);
    this.#slots = new Int16Array(names.count).fill(-1);
    this.#starts = new Uint32Array(count + 1);
    let bytes = 0;
    for (let slot = 0; slot < count; slot++) bytes += names.lengths[wanted[slot]!]! + 1; // as below
    this.#names = new Uint8Array(bytes);
    this.#attributes = [];
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
      this.#starts[slot + 1] = start + length + 1;
      const sent = attributes[index];
      if (sent !== undefined) this.#attributes[slot] = keptAttributes(context, sent);
    }
  }

  /** Where entry `index` of the batch is kept; -1 if it was not asked for or has landed. */
  slotOf(index: number): number {
    return this.#slots[index] ?? -1;
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
}

const NONE: Attributes = new Map();
