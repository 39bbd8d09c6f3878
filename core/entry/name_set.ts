import { FoldSieve, SET_BITS } from "./fold_sieve.ts";
import { nameHash } from "./name_hash.ts";
import type { NameLookup } from "./name_index.ts";
import type { NameTable } from "./names.ts";
import { pathKey } from "./path.ts";

/** Names and bytes that there is room for at first; both grow by doubling. A power of two. */
const FIRST_NAMES = 64;
const FIRST_BYTES: number = FIRST_NAMES * 16;
/** Another one in each process: nobody shall name files so that all their hashes are the same. */
const SEED: number = Math.random() * 2 ** 32 | 0;

/**
 * The names of any number of tables, by their bytes: open addressing at most half full, without a
 * string or an object per name. Hot path; guarded by the mirror-extras scenario of
 * `deno task bench`.
 */
export class NameSet implements NameLookup {
  /** Made when it is first asked: a peer may begin many directories. */
  #folds: FoldSieve | undefined;
  /** Names that are in it. */
  #folded = 0;
  /** All names, one after another. */
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where each name ends, which is where the next one starts; after a 0. */
  #ends = new Uint32Array(FIRST_NAMES + 1);
  #hashes = new Int32Array(FIRST_NAMES);
  /** Numbers of names, from 1. */
  #slots = new Uint32Array(FIRST_NAMES * 2);
  #count = 0;

  /** Adds all names of a table. */
  add(table: NameTable): void {
    for (let index = 0; index < table.count; index++) {
      const hash = nameHash(table, index, SEED);
      const slot = this.#find(table, index, hash);
      if (this.#slots[slot] === 0) this.#take(table, index, hash, slot);
    }
  }

  has(names: NameTable, index: number): boolean {
    return this.#slots[this.#find(names, index, nameHash(names, index, SEED))] !== 0;
  }

  mayHaveFolded(names: NameTable, index: number): boolean {
    const folds = this.#folds ??= new FoldSieve(SET_BITS);
    for (; this.#folded < this.#count; this.#folded++) {
      const start = this.#ends[this.#folded]!; // below the count, as what follows
      folds.add(this.#bytes, start, this.#ends[this.#folded + 1]! - start);
    }
    return folds.has(names, index);
  }

  *keys(): Iterable<string> {
    for (let number = 0; number < this.#count; number++) {
      yield pathKey(this.#bytes.subarray(this.#ends[number], this.#ends[number + 1]));
    }
  }

  /** The slot that holds a name, or the empty one that would. */
  #find(names: NameTable, index: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask; // which keeps it inside
    for (let number = this.#slots[slot]!; number !== 0; number = this.#slots[slot]!) {
      if (this.#hashes[number - 1] === hash && this.#isName(number - 1, names, index)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isName(number: number, { bytes, offsets, lengths }: NameTable, index: number): boolean {
    const start = this.#ends[number]!; // callers ask for what was added
    const length = lengths[index]!;
    if (this.#ends[number + 1]! - start !== length) return false;
    const offset = offsets[index]!;
    for (let at = 0; at < length; at++) {
      if (this.#bytes[start + at] !== bytes[offset + at]) return false;
    }
    return true;
  }

  #take(
    { bytes, offsets, lengths }: NameTable,
    index: number,
    hash: number,
    slot: number,
  ): void {
    const number = this.#count++;
    const offset = offsets[index]!; // callers loop over the table's count
    const length = lengths[index]!;
    const start = this.#ends[number]!;
    while (start + length > this.#bytes.length) this.#bytes = grown(this.#bytes, Uint8Array);
    for (let at = 0; at < length; at++) this.#bytes[start + at] = bytes[offset + at]!;
    this.#ends[number + 1] = start + length;
    this.#hashes[number] = hash;
    this.#slots[slot] = number + 1;
    if (this.#count === this.#hashes.length) this.#grow();
  }

  #grow(): void {
    this.#ends = grown(this.#ends, Uint32Array);
    this.#hashes = grown(this.#hashes, Int32Array);
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#count; number++) {
      let slot = this.#hashes[number]! & mask; // one for each name
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

/** A copy of a column with twice the room. */
function grown<T extends Uint8Array | Uint32Array | Int32Array>(
  column: T,
  make: new (length: number) => T,
): T {
  const larger = new make(column.length * 2);
  larger.set(column);
  return larger;
}
