import { Criteria } from "../../listing/criteria.ts";
import { type FindOptions, Listing, RowMark } from "../../listing/mod.ts";

/**
 * The rows for which an expression holds, of what a daemon has found without it. An expression can
 * take longer than anybody waits, and nothing ends a Worker that is at one: so it is tried by whoever
 * has written it, and no daemon takes any.
 */
export class ExpressionFilter {
  readonly #criteria: Criteria;
  readonly #kept = new Listing();
  #left: number;

  constructor({ regex = "", ignoreCase = false, limit = Infinity }: FindOptions) {
    this.#criteria = new Criteria({ regex, ignoreCase }, 0);
    this.#left = limit;
  }

  /** No further row is wanted. */
  get isDone(): boolean {
    return this.#left <= 0;
  }

  /** The rows of a chunk that are wanted, in a chunk that is filled anew each time. */
  take(listing: Listing): Listing {
    const kept = this.#kept;
    const { paths, stats, kinds, targets } = listing;
    kept.clear();
    kept.hasStats = listing.hasStats;
    for (let row = 0; row < listing.count && this.#left > 0; row++) {
      if (!this.#criteria.acceptsPath(paths, row)) continue;
      const path = paths.view(row);
      const at = kept.paths.add(path, 0, path, 0, path.length);
      kept.stats.copyRow(at, stats, row);
      kept.kinds[at] = kinds[row] ?? 0;
      kept.marks[at] = RowMark.Entry;
      const target = targets.get(row);
      if (target !== undefined) kept.targets.set(at, target);
      this.#left--;
    }
    return kept;
  }
}
