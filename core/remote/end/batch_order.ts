import type { BatchSummary } from "../batch/mod.ts";
import { BatchFlag } from "../batch/mod.ts";

/** A batch that is waiting for the one that lists its directory. */
export interface Arrived {
  readonly head: BatchSummary;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is known of a batch that has been compared: which of its directories there are. */
interface Parent {
  /** Directories among its entries whose own batches have not begun to come. */
  children: number;
  readonly made: Uint16Array;
  /** Undefined: none of its directories is there. */
  readonly refused: Uint16Array | undefined;
}

/** What is to be done with a batch. */
export type Verdict =
  | { readonly do: "compare"; readonly fresh: boolean }
  /** The directory is not there, and that has been told of. */
  | { readonly do: "drop" }
  | { readonly do: "wait" };

/**
 * Keeps directories in order: one is compared when the batch that lists it has been, for only
 * then it is there. Remembers of a batch no more than its directories need.
 */
export class BatchOrder {
  readonly #parents = new Map<number, Parent>();
  readonly #waiting = new Map<number, Arrived[]>();

  /** What to do with a batch now. One that waits is kept, and given back by `compared`. */
  judge(arrived: Arrived): Verdict {
    const { parent, parentEntry, flags } = arrived.head;
    if (parent === 0) return { do: "compare", fresh: false };
    const known = this.#parents.get(parent);
    if (known === undefined) {
      const waiting = this.#waiting.get(parent);
      if (waiting === undefined) this.#waiting.set(parent, [arrived]);
      else waiting.push(arrived);
      return { do: "wait" };
    }
    // Later batches of a directory come while its parent is still remembered: see `last`.
    if ((flags & BatchFlag.Last) !== 0 && --known.children === 0) this.#parents.delete(parent);
    if (known.refused === undefined || known.refused.includes(parentEntry)) return { do: "drop" };
    return { do: "compare", fresh: known.made.includes(parentEntry) };
  }

  /** Notes what became of a batch; gives those that have waited for it. */
  compared(
    head: BatchSummary,
    made: Uint16Array,
    refused: Uint16Array | undefined,
  ): readonly Arrived[] {
    if (head.directories > 0) {
      this.#parents.set(head.number, { children: head.directories, made, refused });
    }
    const waiting = this.#waiting.get(head.number) ?? [];
    this.#waiting.delete(head.number);
    return waiting;
  }

  /** Batches that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }
}
