import { joinPath, pathKey } from "../entry/path.ts";
import type { ListingFailure } from "../listing/types.ts";
import type { ListingWork } from "../listing/work.ts";
import type { Name, Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { openNamed, shownParent } from "./named_entry.ts";
import type { Removable } from "./removable.ts";
import { openRemoval, type RemovalRules } from "./removal.ts";
import { Removed } from "./removed.ts";

const EMPTY: Name = new Uint8Array(1);

/** Entries that were removed (or would be), and what they were or were below. */
export interface RemovedRows {
  /** Tells it from a failure. */
  readonly type: "removed";
  /** Which of those that were named, counted from 0. */
  readonly endpoint: number;
  /** The entries; filled anew for every chunk. */
  readonly rows: Removed;
}

/**
 * Looks at all that is to be removed and makes ready to remove one after the other; nothing has
 * been removed when this returns or throws. See `openRemoval`, also for what it throws.
 */
export function openRemovals(
  sys: Sys,
  removables: readonly Removable[],
  rules: RemovalRules,
): ListingWork<RemovedRows> {
  // Looked at, and not kept: there may be more of them than descriptors.
  for (const removable of removables) {
    sys.close(openNamed(sys, removable, rules.recursive).directory);
  }
  return new Removals(sys, removables, rules);
}

/**
 * Those that go with another one, because they are named twice or lie below it. By their names
 * alone: where links lead to one place by two, a dry run counts twice what then goes once.
 */
function goingWithOthers(removables: readonly Removable[]): ReadonlySet<number> {
  const keys = removables.map(({ parent, name }) =>
    pathKey(joinPath(joinPath(parent.root, parent.beneath ?? EMPTY), name)).replace(
      /\/(\.?\/)+/g,
      "/",
    )
  );
  const named = new Set(keys);
  const seen = new Set<string>();
  const going = new Set<number>();
  for (const [number, key] of keys.entries()) {
    if (seen.has(key)) going.add(number);
    seen.add(key);
    for (let cut = key.lastIndexOf("/"); cut > 0; cut = key.lastIndexOf("/", cut - 1)) {
      if (named.has(key.slice(0, cut))) going.add(number);
    }
  }
  return going;
}

class Removals implements ListingWork<RemovedRows> {
  #at = -1;
  #work: ListingWork<Removed> | undefined;
  readonly #rows = new Removed();
  readonly #going: ReadonlySet<number>;

  constructor(
    readonly sys: Sys,
    readonly removables: readonly Removable[],
    readonly rules: RemovalRules,
  ) {
    this.#going = goingWithOthers(removables);
  }

  next(): RemovedRows | ListingFailure | undefined {
    for (;;) {
      const step = this.#work?.next();
      if (step?.type === "failure") return step;
      if (step !== undefined) return { type: "removed", endpoint: this.#at, rows: step };
      this.close();
      const removable = this.removables[++this.#at];
      if (removable === undefined) return undefined;
      const failure = this.#going.has(this.#at) ? undefined : this.#open(removable);
      if (failure !== undefined) return failure;
    }
  }

  close(): void {
    this.#work?.close();
    this.#work = undefined;
  }

  /** Opens the next one; what has changed since all were looked at fails as entries do. */
  #open(removable: Removable): ListingFailure | undefined {
    try {
      this.#work = openRemoval(this.sys, removable, this.rules, this.#rows);
      return undefined;
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      // Somebody else was faster.
      if (error.code === "path-missing") return undefined;
      const path = joinPath(shownParent(removable), removable.name).subarray(0, -1);
      return {
        type: "failure",
        path,
        operation: "remove",
        code: error.code,
        message: error.message,
      };
    }
  }
}
