import { Kind } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import type { Sys } from "../sys/mod.ts";
import { type Listing, RowMark } from "./chunk.ts";
import type { FileHash } from "./hashing.ts";
import type { OpenedStart } from "./open_start.ts";
import { Rows } from "./rows.ts";
import type { ListingStart } from "./start.ts";
import type { ListOptions } from "./types.ts";
import { type Ground, openWalk, type Visitor } from "./walk.ts";
import type { ListingWork } from "./work.ts";

/**
 * Begins to list what a directory holds, or (recursively) everything below it. A heading row
 * stands before the entries of each directory, the endpoint's own included, and the entries of
 * one directory stand together, in the order the file system gives. Directories follow one
 * another as with `ls -R`: each before what is below it, those of one directory by the bytes of
 * their names. What is no directory gives one row with an empty path and no heading.
 *
 * With a hash, which is this work's alone, files below a directory that is listed are hashed.
 *
 * @throws {TransferError} when what was named is not there or cannot be read
 */
export function openListing(
  sys: Sys,
  start: ListingStart,
  options: ListOptions = {},
  hash?: FileHash,
): ListingWork<Listing> {
  const work = openWalk(sys, start, (ground) => new Lister(ground, options, hash));
  if (hash === undefined) return work;
  return {
    next: () => work.next(),
    close: () => {
      hash.close(sys);
      work.close();
    },
  };
}

const EMPTY = new Uint8Array(0);
const NO_STATS = new StatTable(1);

class Lister implements Visitor<Listing> {
  readonly chunk: Listing;
  readonly isDone = false;
  readonly #ground: Ground;
  readonly #rows: Rows;
  readonly #recursive: boolean;

  constructor(ground: Ground, options: ListOptions, readonly hash: FileHash | undefined) {
    this.#ground = ground;
    this.#recursive = options.recursive === true;
    this.#rows = new Rows(ground, options.targets === true, options.pathsOnly !== true);
    this.chunk = this.#rows.chunk;
  }

  get isFull(): boolean {
    return this.chunk.paths.isFull;
  }

  begin(start: OpenedStart): void {
    if (start.directory === undefined) this.#rows.addStart(start);
    else this.enter();
  }

  enter(): void {
    const { prefix, prefixLength } = this.#ground.descent;
    const { chunk } = this;
    // Without the slash that stands before names.
    const row = chunk.paths.add(prefix, Math.max(prefixLength - 1, 0), EMPTY, 0, 0);
    chunk.marks[row] = RowMark.Heading;
    chunk.kinds[row] = Kind.Directory;
    if (chunk.hasStats) chunk.stats.copyRow(row, NO_STATS, 0);
  }

  take(from: number): number {
    const { descent } = this.#ground;
    const { names } = descent;
    let index = from;
    for (; index < names.count && !this.chunk.paths.isFull; index++) {
      const row = this.#rows.add(index);
      if (this.hash !== undefined && row >= 0 && !this.#addHash(this.hash, index, row)) {
        // The row comes when its file has been hashed.
        this.chunk.paths.dropLast();
        return index;
      }
      if (row >= 0 && this.#recursive && this.chunk.kinds[row] === Kind.Directory) {
        descent.remember(index);
      }
    }
    return index;
  }

  /** Hashes some of the row's file, if it is one; false when there is more of it. */
  #addHash(hash: FileHash, index: number, row: number): boolean {
    if (this.chunk.kinds[row] !== Kind.File) return true;
    const { sys, descent, failures } = this.#ground;
    const { names, prefix, prefixLength } = descent;
    const result = hash.step(sys, descent.handle, names.at(index));
    if (result > 0) return false;
    if (result === 0) this.chunk.hashes.set(row, hash.digest());
    else failures.add(prefix.subarray(0, prefixLength), names.at(index), "read", result);
    return true;
  }

  listed(): void {
    this.#ground.descent.sort();
  }

  refuse(): void {}

  leave(): void {}
}
