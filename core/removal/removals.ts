import { joinPath } from "../entry/path.ts";
import type { ListingFailure } from "../listing/types.ts";
import type { ListingWork } from "../listing/work.ts";
import type { Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { openNamed, shownParent } from "./named_entry.ts";
import { removalOrder } from "./order.ts";
import type { Removable } from "./removable.ts";
import { openRemoval, type RemovalRules } from "./removal.ts";
import { Removed } from "./removed.ts";

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

class Removals implements ListingWork<RemovedRows> {
  #at = -1;
  #work: ListingWork<Removed> | undefined;
  readonly #rows = new Removed();
  /** Numbers of `removables`. */
  readonly #order: readonly number[];

  constructor(
    readonly sys: Sys,
    readonly removables: readonly Removable[],
    readonly rules: RemovalRules,
  ) {
    this.#order = removalOrder(sys, removables);
  }

  next(): RemovedRows | ListingFailure | undefined {
    for (;;) {
      const step = this.#work?.next();
      if (step?.type === "failure") return step;
      const number = this.#order[this.#at] ?? -1;
      if (step !== undefined) return { type: "removed", endpoint: number, rows: step };
      this.close();
      const removable = this.removables[this.#order[++this.#at] ?? -1];
      if (removable === undefined) return undefined;
      const failure = this.#open(removable);
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
