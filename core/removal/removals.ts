import type { ListingFailure } from "../listing/types.ts";
import type { ListingWork } from "../listing/work.ts";
import type { Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { Removable } from "./removable.ts";
import { openRemoval, type RemovalRules } from "./removal.ts";
import type { Removed } from "./removed.ts";

/** Entries that were removed, or would be, of one of several that were named. */
export interface RemovedRows {
  /** Tells it from a failure. */
  readonly type: "removed";
  /** Which of those named they were, or were below, counted from 0. */
  readonly endpoint: number;
  /** The entries, in columns; good until the next chunk is asked for. */
  readonly rows: Removed;
}

/**
 * Looks at everything that is to be removed, and makes ready to remove one after the other. Nothing
 * has been removed when this returns or throws. What has gone or changed when its turn comes is a
 * failure, and the rest goes on.
 *
 * @throws {TransferError} as `openRemoval` does
 */
export function openRemovals(
  sys: Sys,
  removables: readonly Removable[],
  rules: RemovalRules,
): ListingWork<RemovedRows> {
  // Not all held open: they may be more than a process may have open.
  for (const removable of removables) openRemoval(sys, removable, rules).close();
  return new Removals(sys, removables, rules);
}

class Removals implements ListingWork<RemovedRows> {
  #at = 0;
  #work: ListingWork<Removed> | undefined;

  constructor(
    readonly sys: Sys,
    readonly removables: readonly Removable[],
    readonly rules: RemovalRules,
  ) {}

  next(): RemovedRows | ListingFailure | undefined {
    for (; this.#at < this.removables.length; this.#at++) {
      const work = this.#opened();
      if ("type" in work) {
        this.#at++;
        return work;
      }
      const step = work.next();
      if (step?.type === "removed") return { type: "removed", endpoint: this.#at, rows: step };
      if (step !== undefined) return step;
      this.close();
    }
    return undefined;
  }

  close(): void {
    this.#work?.close();
    this.#work = undefined;
  }

  #opened(): ListingWork<Removed> | ListingFailure {
    if (this.#work !== undefined) return this.#work;
    // Only where there is a next one.
    const removable = this.removables[this.#at]!;
    try {
      return this.#work = openRemoval(this.sys, removable, this.rules);
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      const { code, message } = error;
      const path = new TextEncoder().encode(removable.text);
      return { type: "failure", path, operation: "remove", code, message };
    }
  }
}
