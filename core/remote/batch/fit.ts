import type { Attributes, BatchColumns } from "./columns.ts";
import type { BatchHead } from "./head.ts";

/**
 * Where a batch that begins with entry `from` has to end, at most at `to`: all of them fit unless
 * link targets or attributes are large. Gives `from` itself only when the attributes of the
 * directory (with `BatchFlag.First`) leave no room; the batch then has no entries, and the next
 * begins with the same one.
 */
export function batchFits(
  _head: BatchHead,
  columns: BatchColumns,
  _from: number = 0,
  _to: number = columns.names.count,
): number {
  throw new Error("Not written yet");
}

/**
 * Whether the attributes of one entry can be sent. One whose attributes cannot is a failure of that
 * entry, to be reported by the caller.
 */
export function attributesFit(_attributes: Attributes): boolean {
  throw new Error("Not written yet");
}
