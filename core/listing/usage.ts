import { Kind } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import type { Sys } from "../sys/mod.ts";
import { Usage } from "./chunk.ts";
import { InodeSet } from "./inode_set.ts";
import type { OpenedStart } from "./open_start.ts";
import type { ListingStart } from "./start.ts";
import type { UsageOptions } from "./types.ts";
import { type Ground, openWalk, type Visitor } from "./walk.ts";
import type { ListingWork } from "./work.ts";

/**
 * Begins to add up what a tree takes, as `du` does: a directory's row comes after everything
 * below it, the endpoint's comes last, and an inode with several links counts once, where it is
 * met first.
 *
 * @throws {TransferError} when what was named is not there or cannot be read
 */
export function openUsage(
  sys: Sys,
  start: ListingStart,
  options: UsageOptions = {},
): ListingWork<Usage> {
  return openWalk(sys, start, (ground) => new Adder(ground, options));
}

const EMPTY = new Uint8Array(0);

/** Hot path; guarded by the du scenario of `deno task bench`. */
class Adder implements Visitor<Usage> {
  readonly chunk: Usage = new Usage();
  readonly isDone = false;
  readonly #ground: Ground;
  readonly #maxDepth: number;
  readonly #all: boolean;
  readonly #seen = new InodeSet();
  readonly #stats = new StatTable(1);
  /** Sums of the directories between the root and the one at hand, by depth. */
  #size = new Float64Array(256);
  #allocated = new Float64Array(256);
  #entries = new Float64Array(256);

  constructor(ground: Ground, options: UsageOptions) {
    this.#ground = ground;
    this.#maxDepth = options.maxDepth ?? Infinity;
    this.#all = options.all === true;
  }

  get isFull(): boolean {
    return this.chunk.paths.isFull;
  }

  begin({ directory, stats }: OpenedStart): void {
    if (directory !== undefined) return this.#begin(stats);
    const row = this.chunk.paths.add(EMPTY, 0, EMPTY, 0, 0);
    this.#fill(row, stats.size[0]!, stats.blocks[0]! * 512, 1); // openStart has filled it
  }

  enter(): void {
    const { sys, descent } = this.#ground;
    const result = sys.statHandle(descent.handle, this.#stats, 0);
    if (result < 0) this.#fail(EMPTY, result);
    this.#begin(this.#stats);
  }

  /** The sums of the directory at hand begin with what it takes itself. */
  #begin(own: StatTable): void {
    const { depth } = this.#ground.descent;
    if (depth === this.#size.length) {
      this.#size = doubled(this.#size);
      this.#allocated = doubled(this.#allocated);
      this.#entries = doubled(this.#entries);
    }
    this.#size[depth] = own.size[0]!; // one row, filled
    this.#allocated[depth] = own.blocks[0]! * 512; // as above
    this.#entries[depth] = 1;
  }

  take(from: number): number {
    const { sys, descent } = this.#ground;
    const { names, handle, depth } = descent;
    const stats = this.#stats;
    const wantsRows = this.#all && depth < this.#maxDepth;
    let size = 0, blocks = 0, entries = 0;
    let index = from;
    for (; index < names.count; index++) {
      if (names.kinds[index] === Kind.Directory) {
        descent.remember(index);
        continue;
      }
      if (wantsRows && this.isFull) break;
      const result = sys.stat(handle, names.at(index), stats, 0);
      if (result < 0) {
        this.#fail(names.at(index), result);
        continue;
      }
      // One row, just filled.
      if (stats.mode[0]! >>> 12 === Kind.Directory) {
        descent.remember(index);
        continue;
      }
      if (stats.links[0]! > 1 && !this.#seen.add(stats, 0)) continue;
      size += stats.size[0]!;
      blocks += stats.blocks[0]!;
      entries++;
      if (wantsRows) this.#addFile(index);
    }
    this.#size[depth]! += size; // begun when it was entered
    this.#allocated[depth]! += blocks * 512; // as above
    this.#entries[depth]! += entries; // as above
    return index;
  }

  #addFile(index: number): void {
    const { names, prefix, prefixLength } = this.#ground.descent;
    const stats = this.#stats;
    // The tables hold what is asked for.
    const offset = names.offsets[index]!;
    const length = names.lengths[index]!;
    const row = this.chunk.paths.add(prefix, prefixLength, names.bytes, offset, length);
    this.#fill(row, stats.size[0]!, stats.blocks[0]! * 512, 1); // just filled
  }

  listed(): void {}

  /** A directory that cannot be opened takes what it takes itself. */
  refuse(): void {
    const { sys, descent } = this.#ground;
    const { depth, prefix, prefixLength, name, nameLength } = descent;
    const stats = this.#stats;
    if (sys.stat(descent.handle, name, stats, 0) < 0) return;
    // One row, just filled; the sums were begun when the directory at hand was entered.
    const size = stats.size[0]!;
    const allocated = stats.blocks[0]! * 512;
    this.#size[depth]! += size;
    this.#allocated[depth]! += allocated;
    this.#entries[depth]! += 1;
    if (depth >= this.#maxDepth) return;
    const row = this.chunk.paths.add(prefix, prefixLength, name, 0, nameLength);
    this.#fill(row, size, allocated, 1);
  }

  leave(): void {
    const { depth, prefix, prefixLength } = this.#ground.descent;
    // Begun when it was entered, as was the one above it.
    const size = this.#size[depth]!;
    const allocated = this.#allocated[depth]!;
    const entries = this.#entries[depth]!;
    if (depth > 0) {
      this.#size[depth - 1]! += size;
      this.#allocated[depth - 1]! += allocated;
      this.#entries[depth - 1]! += entries;
    }
    if (depth > this.#maxDepth) return;
    // Without the slash that stands before names.
    const row = this.chunk.paths.add(prefix, Math.max(prefixLength - 1, 0), EMPTY, 0, 0);
    this.#fill(row, size, allocated, entries);
  }

  #fill(row: number, size: number, allocated: number, entries: number): void {
    this.chunk.size[row] = size;
    this.chunk.allocated[row] = allocated;
    this.chunk.entries[row] = entries;
  }

  #fail(name: Uint8Array, result: number): void {
    const { prefix, prefixLength } = this.#ground.descent;
    this.#ground.failures.add(prefix.subarray(0, prefixLength), name, "read", result);
  }
}

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(values.length * 2);
  grown.set(values);
  return grown;
}
