import { Kind } from "../entry/kind.ts";
import { Listing, RowMark } from "./chunk.ts";
import type { OpenedStart } from "./open_start.ts";
import type { Ground } from "./walk.ts";

const EMPTY = new Uint8Array(0);

/**
 * Makes rows of the names at hand. No object is made for an entry, and no stat but those that are
 * wanted. Hot path; guarded by the find scenario of `deno task bench`.
 */
export class Rows {
  readonly chunk: Listing = new Listing();
  readonly #ground: Ground;
  readonly #wantsTargets: boolean;

  constructor(ground: Ground, wantsTargets: boolean, wantsStats: boolean) {
    this.#ground = ground;
    this.#wantsTargets = wantsTargets;
    this.chunk.hasStats = wantsStats;
  }

  /** Adds the row of what was named; gives its number. */
  addStart({ stats, target }: OpenedStart): number {
    const { chunk } = this;
    const row = chunk.paths.add(EMPTY, 0, EMPTY, 0, 0);
    chunk.marks[row] = RowMark.Entry;
    chunk.kinds[row] = stats.kind(0);
    chunk.stats.copyRow(row, stats, 0);
    if (!this.#wantsTargets || target === undefined) return row;
    if (typeof target === "number") this.#ground.failures.add(EMPTY, EMPTY, "read", target);
    else chunk.targets.set(row, target);
    return row;
  }

  /**
   * Adds the row of the name at hand number `index`; gives its number, or a negated errno where
   * it cannot be statted, which is then noted and no row.
   */
  add(index: number): number {
    const { chunk } = this;
    const row = this.addPath(index);
    if (chunk.hasStats || chunk.kinds[row] === Kind.Unknown) {
      const result = this.stat(index, row);
      if (result < 0) return result;
    }
    if (this.#wantsTargets) this.readTarget(index, row);
    return row;
  }

  /** Adds a row with a path and the kind that the listing tells. */
  addPath(index: number): number {
    const { chunk } = this;
    const { names, prefix, prefixLength } = this.#ground.descent;
    const { paths } = chunk;
    // The tables hold what callers ask for.
    const offset = names.offsets[index]!;
    const row = paths.add(prefix, prefixLength, names.bytes, offset, names.lengths[index]!);
    chunk.marks[row] = RowMark.Entry;
    chunk.kinds[row] = names.kinds[index]!;
    return row;
  }

  /** Stats the name at hand number `index` into the last row, or takes that away again. */
  stat(index: number, row: number): number {
    const { chunk } = this;
    const { sys, descent } = this.#ground;
    const result = sys.stat(descent.handle, descent.names.at(index), chunk.stats, row);
    if (result >= 0) {
      chunk.kinds[row] = chunk.stats.mode[row]! >>> 12; // just filled
      return result;
    }
    chunk.paths.dropLast();
    this.#fail(index, result);
    return result;
  }

  /** Reads where the last row points, if it is a link and that is wanted. */
  readTarget(index: number, row: number): void {
    const { chunk } = this;
    if (!this.#wantsTargets || chunk.kinds[row] !== Kind.Symlink) return;
    const { sys, descent } = this.#ground;
    const target = sys.readLink(descent.handle, descent.names.at(index));
    if (typeof target === "number") this.#fail(index, target);
    else chunk.targets.set(row, target);
  }

  #fail(index: number, result: number): void {
    const { names, prefix, prefixLength } = this.#ground.descent;
    const directory = prefix.subarray(0, prefixLength);
    this.#ground.failures.add(directory, names.at(index), "read", result);
  }
}
