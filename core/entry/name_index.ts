import { BATCH_ENTRIES, type NameTable } from "./names.ts";
import { pathKey } from "./path.ts";
import { foldHash } from "./spelling.ts";

/** Names that can be asked whether they hold another table's name. */
export interface NameLookup {
  /** Whether the name of entry `index` of `names` is among them. */
  has(names: NameTable, index: number): boolean;
  /**
   * Whether one of them may be that name but for case and Unicode normal form. Says yes once too
   * often now and then, and never no where it is so.
   */
  mayHaveFolded(names: NameTable, index: number): boolean;
  /** All of them, as {@linkcode pathKey} gives them. */
  keys(): Iterable<string>;
}

/** Slots of the hash table: a power of two, at most half full. */
const SLOTS: number = BATCH_ENTRIES * 2;

/** No names at all. */
export const NO_NAMES: NameLookup = {
  has: () => false,
  mayHaveFolded: () => false,
  keys: () => [],
};

/** Bits of a sieve for one table: of other names it lets through one in sixteen at most. */
const TABLE_BITS = 1 << 16;
/** The same for a directory of 130,000 names; in larger ones more are let through. */
const SET_BITS = 1 << 21;

/** Sorts out names that are not among others by their fold: a set of hashes, a bit for each. */
class FoldSieve {
  readonly #bits: Uint32Array;
  readonly #mask: number;

  /** With so many bits, a power of two. */
  constructor(bits: number) {
    this.#bits = new Uint32Array(bits >> 5);
    this.#mask = bits - 1;
  }

  clear(): void {
    this.#bits.fill(0);
  }

  /** Adds all names of a table. */
  add(table: NameTable): void {
    const { bytes, offsets, lengths, count } = table;
    for (let index = 0; index < count; index++) {
      const hash = foldHash(bytes, offsets[index]!, lengths[index]!) & this.#mask;
      this.#bits[hash >> 5]! |= 1 << (hash & 31); // the mask keeps it inside
    }
  }

  has({ bytes, offsets, lengths }: NameTable, index: number): boolean {
    const hash = foldHash(bytes, offsets[index]!, lengths[index]!) & this.#mask;
    return (this.#bits[hash >> 5]! >>> (hash & 31) & 1) !== 0;
  }
}

/**
 * The names of one table by their bytes: open addressing over FNV-1a
 * (draft-eastlake-fnv), without a string or an object per name.
 * Hot path; guarded by the mirror-changes scenario of `deno task bench`.
 */
export class NameIndex implements NameLookup {
  readonly #slots = new Uint16Array(SLOTS);
  readonly #folds = new FoldSieve(TABLE_BITS);
  #isFolded = false;
  #table: NameTable | undefined;

  /** Indexes a table, which must stay as it is while questions are asked. */
  fill(table: NameTable): this {
    this.#table = table;
    this.#isFolded = false;
    this.#slots.fill(0);
    for (let index = 0; index < table.count; index++) {
      let slot = hash(table, index);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
      this.#slots[slot] = index + 1;
    }
    return this;
  }

  has(names: NameTable, index: number): boolean {
    const table = this.#table;
    if (table === undefined) return false;
    for (let slot = hash(names, index);; slot = (slot + 1) & (SLOTS - 1)) {
      const entry = this.#slots[slot]!; // the mask keeps it inside
      if (entry === 0) return false;
      if (sameName(table, entry - 1, names, index)) return true;
    }
  }

  mayHaveFolded(names: NameTable, index: number): boolean {
    if (this.#table === undefined) return false;
    if (!this.#isFolded) {
      this.#folds.clear();
      this.#folds.add(this.#table);
      this.#isFolded = true;
    }
    return this.#folds.has(names, index);
  }

  *keys(): Iterable<string> {
    const table = this.#table;
    if (table === undefined) return;
    for (let index = 0; index < table.count; index++) yield pathKey(table.at(index));
  }
}

/** The names of any number of tables, kept as strings of one character a byte. */
export class NameSet implements NameLookup {
  readonly #keys = new Set<string>();
  readonly #folds = new FoldSieve(SET_BITS);

  /** Adds all names of a table. */
  add(table: NameTable): void {
    this.#folds.add(table);
    for (let index = 0; index < table.count; index++) this.#keys.add(pathKey(table.at(index)));
  }

  has(names: NameTable, index: number): boolean {
    return this.#keys.has(pathKey(names.at(index)));
  }

  mayHaveFolded(names: NameTable, index: number): boolean {
    return this.#folds.has(names, index);
  }

  keys(): Iterable<string> {
    return this.#keys;
  }
}

function hash({ bytes, offsets, lengths }: NameTable, index: number): number {
  const start = offsets[index]!; // callers ask for entries that the table has
  const end = start + lengths[index]!;
  let value = 0x811c9dc5;
  for (let at = start; at < end; at++) value = Math.imul(value ^ bytes[at]!, 0x01000193);
  return (value ^ value >>> 16) & (SLOTS - 1);
}

function sameName(one: NameTable, index: number, other: NameTable, otherIndex: number): boolean {
  const length = one.lengths[index]!; // as above
  if (length !== other.lengths[otherIndex]) return false;
  const start = one.offsets[index]!;
  const otherStart = other.offsets[otherIndex]!;
  for (let at = 0; at < length; at++) {
    if (one.bytes[start + at] !== other.bytes[otherStart + at]) return false;
  }
  return true;
}
