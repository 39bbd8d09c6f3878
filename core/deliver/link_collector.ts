import type { NameTable } from "../entry/names.ts";
import type { StatTable } from "../entry/stats.ts";
import { PackedNames } from "../entry/packed.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Need } from "../plan/mod.ts";
import type { Place } from "../scan/place.ts";
import { InodeGroups } from "./inode_groups.ts";

/** Makes names that are all an inode has, of which none is there; gives those that it leaves. */
export type MakeGroup = (group: readonly number[]) => readonly number[];

/** Needed by one batch at a time. */
const groups = new InodeGroups();

/**
 * Collects the hard links of a batch. An inode that has all its names in the batch is dealt with at
 * once where that is little: all of them are as they should be, or none of them is there. The
 * others go to the run's log, for their names may be anywhere.
 */
export class LinkCollector {
  readonly #entries: number[] = [];

  constructor(
    readonly context: MoverContext,
    readonly place: Place,
    readonly names: NameTable,
  ) {}

  /** Adds entry `index`, whose rows of the context's tables tell what it is at both ends. */
  add(index: number): void {
    this.#entries.push(index);
  }

  /**
   * Deals with what can be dealt with, and hands the others to the log; gives how many those are.
   * `make` takes names that are not there yet; without, they are put off.
   */
  finish(make?: MakeGroup): number {
    if (this.#entries.length === 0) return 0;
    const putOff: number[] = [];
    groups.fill(this.#entries, this.context.source);
    for (const first of groups.firsts) {
      const need = this.#isWhole(first) ? this.context.needs[first] : undefined;
      if (need === Need.Same && this.#isOneThere(first)) {
        this.context.count(Counter.Same, groups.size(first));
      } else if (need === Need.Create && make !== undefined) {
        for (const entry of make(entriesOf(first))) putOff.push(entry);
      } else {
        for (let entry = first; entry >= 0; entry = groups.after(entry)) putOff.push(entry);
      }
    }
    this.#log(putOff);
    return putOff.length;
  }

  /** Whether all names of an inode are here, and need the same. */
  #isWhole(first: number): boolean {
    const { source: { links }, needs } = this.context;
    const size = groups.size(first);
    for (let entry = first; entry >= 0; entry = groups.after(entry)) {
      if (links[entry] !== size || needs[entry] !== needs[first]) return false;
    }
    return true;
  }

  /** Whether names that are all there are one inode there. */
  #isOneThere(first: number): boolean {
    const { destination } = this.context;
    for (let entry = groups.after(first); entry >= 0; entry = groups.after(entry)) {
      if (!destination.sameInode(first, destination, entry)) return false;
    }
    return true;
  }

  #log(entries: readonly number[]): void {
    if (entries.length === 0) return;
    const { source, destination, needs, log } = this.context;
    const packed = new PackedNames();
    const same = new Uint8Array(entries.length);
    const inodes = new Uint32Array(entries.length * 4);
    const there = new Uint32Array(entries.length * 4);
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at]!; // below the length
      packed.addFrom(this.names, entry);
      writeInode(source, entry, inodes, at * 4);
      if (needs[entry] !== Need.Same) continue;
      same[at] = 1;
      writeInode(destination, entry, there, at * 4);
    }
    log.links.push({
      source: this.place.sourceIndex,
      path: this.place.path,
      names: packed.finish(),
      count: entries.length,
      inodes,
      same,
      there,
      absent: this.place.destination < 0,
    });
  }
}

function writeInode(table: StatTable, entry: number, into: Uint32Array, at: number): void {
  into[at] = table.deviceMajor[entry]!; // in the table, as what follows
  into[at + 1] = table.deviceMinor[entry]!;
  into[at + 2] = table.inodeLow[entry]!;
  into[at + 3] = table.inodeHigh[entry]!;
}

function entriesOf(first: number): number[] {
  const entries: number[] = [];
  for (let entry = first; entry >= 0; entry = groups.after(entry)) entries.push(entry);
  return entries;
}
