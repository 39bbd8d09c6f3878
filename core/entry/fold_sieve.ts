import type { NameTable } from "./names.ts";
import { foldHash } from "./spelling.ts";

/** Bits for one table: of other names one in sixteen is let through at most. */
export const TABLE_BITS: number = 1 << 16;
/** The same for a directory of 130,000 names; in larger ones more are let through. */
export const SET_BITS: number = 1 << 21;

/** Sorts out names that are not among others by their fold: a set of hashes, a bit for each. */
export class FoldSieve {
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

  /** Adds a name of `length` bytes at an offset. */
  add(bytes: Uint8Array, offset: number, length: number): void {
    const hash = foldHash(bytes, offset, length) & this.#mask;
    this.#bits[hash >> 5]! |= 1 << (hash & 31); // the mask keeps it inside
  }

  has({ bytes, offsets, lengths }: NameTable, index: number): boolean {
    const hash = foldHash(bytes, offsets[index]!, lengths[index]!) & this.#mask;
    return (this.#bits[hash >> 5]! >>> (hash & 31) & 1) !== 0;
  }
}
