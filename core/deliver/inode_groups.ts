import { BATCH_ENTRIES } from "../entry/names.ts";
import type { StatTable } from "../entry/stats.ts";

/** Slots of the hash table: a power of two, at most half full. */
const SLOTS = BATCH_ENTRIES * 2;

/**
 * Entries of one batch by their inodes: a chain of entries for each, without an object per name.
 * Hot path: a no-op run of a tree of hard links asks for each name.
 */
export class InodeGroups {
  /** By slot: the first entry of an inode and one; 0 where there is none. */
  readonly #slots = new Uint16Array(SLOTS);
  /** By entry: the next one of its inode and one; 0 for the last. */
  readonly #next = new Uint16Array(BATCH_ENTRIES);
  /** By first entry. */
  readonly #last = new Uint16Array(BATCH_ENTRIES);
  readonly #sizes = new Uint16Array(BATCH_ENTRIES);
  /** The first entry of each inode, in their order. */
  readonly firsts: number[] = [];

  /** Groups entries, no more than fit a batch, by the inodes that their rows tell. */
  fill(entries: readonly number[], table: StatTable): this {
    this.#slots.fill(0);
    this.firsts.length = 0;
    for (const entry of entries) this.#add(entry, table);
    return this;
  }

  #add(entry: number, table: StatTable): void {
    let slot = Math.imul(table.inodeLow[entry]!, 0x9e3779b1) >>> 16 & (SLOTS - 1); // in the table
    while (this.#slots[slot] !== 0 && !table.sameInode(this.#slots[slot]! - 1, table, entry)) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    this.#next[entry] = 0;
    if (this.#slots[slot] === 0) {
      this.#slots[slot] = entry + 1;
      this.#last[entry] = entry;
      this.#sizes[entry] = 1;
      this.firsts.push(entry);
      return;
    }
    const first = this.#slots[slot]! - 1; // just seen, as what follows
    this.#next[this.#last[first]!] = entry + 1;
    this.#last[first] = entry;
    this.#sizes[first]!++;
  }

  /** How many entries there are of the inode whose first entry is `first`. */
  size(first: number): number {
    return this.#sizes[first]!; // callers take it from `firsts`
  }

  /** The entry of the same inode behind `entry`, or -1. */
  after(entry: number): number {
    return this.#next[entry]! - 1; // callers have it from here
  }
}
