import { FoldSieve, TABLE_BITS } from "./fold_sieve.ts";
import { LAST_WORD, nameHash } from "./name_hash.ts";
import { BATCH_ENTRIES, type NameTable } from "./names.ts";
import { pathKey } from "./path.ts";

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

/**
 * The names of one table by their bytes: open addressing, without a string or an object per name.
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
      let slot = nameHash(table, index) & (SLOTS - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
      this.#slots[slot] = index + 1;
    }
    return this;
  }

  has(names: NameTable, index: number): boolean {
    const table = this.#table;
    if (table === undefined) return false;
    for (let slot = nameHash(names, index) & (SLOTS - 1);; slot = (slot + 1) & (SLOTS - 1)) {
      const entry = this.#slots[slot]!; // the mask keeps it inside
      if (entry === 0) return false;
      if (sameName(table, entry - 1, names, index)) return true;
    }
  }

  mayHaveFolded(names: NameTable, index: number): boolean {
    if (this.#table === undefined) return false;
    if (!this.#isFolded) {
      const { bytes, offsets, lengths, count } = this.#table;
      this.#folds.clear();
      for (let entry = 0; entry < count; entry++) {
        this.#folds.add(bytes, offsets[entry]!, lengths[entry]!); // in the table
      }
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

function sameName(one: NameTable, index: number, other: NameTable, otherIndex: number): boolean {
  const length = one.lengths[index]!; // as above
  if (length !== other.lengths[otherIndex]) return false;
  if (length === 0) return true;
  const start = one.offsets[index]!;
  const otherStart = other.offsets[otherIndex]!;
  if (one.bytes[start] !== other.bytes[otherStart]) return false;
  const rest = length - 1;
  let word = (start + 1) >> 2;
  let otherWord = (otherStart + 1) >> 2;
  for (const end = word + (rest >> 2); word < end; word++, otherWord++) {
    if (one.words[word] !== other.words[otherWord]) return false;
  }
  const last = LAST_WORD[rest & 3]!;
  return ((one.words[word]! ^ other.words[otherWord]!) & last) === 0;
}
