import { Kind } from "../entry/kind.ts";
import { trimNul } from "../entry/path.ts";
import type { Sys } from "../sys/mod.ts";
import type { Listing } from "./chunk.ts";
import { Criteria } from "./criteria.ts";
import type { OpenedStart } from "./open_start.ts";
import { Rows } from "./rows.ts";
import type { ListingStart } from "./start.ts";
import type { FindOptions } from "./types.ts";
import { type Ground, openWalk, type Visitor } from "./walk.ts";
import type { ListingWork } from "./work.ts";

/**
 * Begins to look for entries, the endpoint itself included (its path is empty). A directory comes
 * before what is below it; those of one directory are walked in the order the file system gives.
 *
 * An expression runs on this thread and is V8's: one like `(a+)+$` can take longer than anybody
 * waits. Whoever serves others must not let them choose one for a thread that others need.
 *
 * @throws {TransferError} when what was named is not there or cannot be read; `usage` for an
 * expression that is broken (`regex`) and for numbers that mean nothing (`find-options`)
 */
export function openFind(
  sys: Sys,
  start: ListingStart,
  options: FindOptions = {},
): ListingWork<Listing> {
  const criteria = new Criteria(options, Date.now() / 1000);
  return openWalk(sys, start, (ground) => new Finder(ground, criteria, options));
}

/** Hot path; guarded by the find scenario of `deno task bench`. */
class Finder implements Visitor<Listing> {
  readonly chunk: Listing;
  readonly #ground: Ground;
  readonly #rows: Rows;
  readonly #criteria: Criteria;
  readonly #maxDepth: number;
  /** Nothing but paths and kinds is wanted, and those of everything. */
  readonly #isBare: boolean;
  /** Rows that may still be given. */
  #left: number;

  constructor(ground: Ground, criteria: Criteria, options: FindOptions) {
    this.#ground = ground;
    this.#criteria = criteria;
    this.#maxDepth = options.maxDepth ?? Infinity;
    this.#left = options.limit ?? Infinity;
    const wantsStats = options.pathsOnly !== true || criteria.needsStats;
    this.#rows = new Rows(ground, options.targets === true, wantsStats);
    this.chunk = this.#rows.chunk;
    this.#isBare = criteria.takesAll && !wantsStats && options.targets !== true;
  }

  get isFull(): boolean {
    return this.chunk.paths.isFull;
  }

  get isDone(): boolean {
    return this.#left <= 0;
  }

  begin(start: OpenedStart): void {
    if (this.isDone) return;
    const { chunk } = this;
    const criteria = this.#criteria;
    const name = trimNul(start.name);
    const row = this.#rows.addStart(start);
    const isWanted = criteria.acceptsKind(start.stats.kind(0)) &&
      criteria.acceptsName(name, 0, name.length) &&
      criteria.acceptsPath(chunk.paths, row) &&
      criteria.acceptsStats(chunk.stats, row);
    if (isWanted) this.#left--;
    else this.#drop(row);
    if (this.#maxDepth < 1) this.#left = 0;
  }

  #drop(row: number): void {
    this.chunk.paths.dropLast();
    this.chunk.targets.delete(row);
  }

  enter(): void {}

  take(from: number): number {
    const { descent } = this.#ground;
    const { names, depth } = descent;
    const { paths } = this.chunk;
    const isDeepest = depth + 1 >= this.#maxDepth;
    let index = from;
    for (; index < names.count && !paths.isFull && this.#left > 0; index++) {
      const listed = names.kinds[index]!; // the tables hold what is asked for
      let kind: number = listed;
      // A bare `find` of a large tree is as fast as this loop.
      if (!this.#isBare || listed === Kind.Unknown) kind = this.#add(index);
      else {
        this.#rows.addPath(index);
        this.#left--;
      }
      if (kind === Kind.Directory && !isDeepest) descent.remember(index);
    }
    return index;
  }

  /** Adds the row of an entry, if it is wanted; gives its kind, or a negated errno. */
  #add(index: number): number {
    const { names } = this.#ground.descent;
    const criteria = this.#criteria;
    const rows = this.#rows;
    const { chunk } = rows;
    // The tables hold what is asked for.
    const listed = names.kinds[index]!;
    const offset = names.offsets[index]!;
    const isKnown = listed !== Kind.Unknown;
    const isNamed = criteria.acceptsName(names.bytes, offset, offset + names.lengths[index]!);
    if (isKnown && !(isNamed && criteria.acceptsKind(listed))) return listed;
    const row = rows.addPath(index);
    const isWanted = isNamed && criteria.acceptsPath(chunk.paths, row);
    if (isKnown && !isWanted) {
      chunk.paths.dropLast();
      return listed;
    }
    if (chunk.hasStats || !isKnown) {
      const result = rows.stat(index, row);
      if (result < 0) return isKnown ? listed : result;
    }
    const kind = chunk.kinds[row]!; // just set
    if (!isWanted || !criteria.acceptsKind(kind) || !criteria.acceptsStats(chunk.stats, row)) {
      chunk.paths.dropLast();
      return kind;
    }
    rows.readTarget(index, row);
    this.#left--;
    return kind;
  }

  listed(): void {}

  refuse(): void {}

  leave(): void {}
}
