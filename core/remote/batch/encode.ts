import type { BatchColumns } from "./columns.ts";
import type { BatchHead } from "./head.ts";

/**
 * Entries `from` up to `to` of the columns as one batch of at most `BATCH_BYTES`, in bytes of its
 * own. In the batch, entry `from` has the number 0. Throws a {@linkcode WireError} for what cannot
 * be sent, such as more entries than {@linkcode batchFits} says; the caller has asked before.
 */
export function encodeBatch(
  _head: BatchHead,
  columns: BatchColumns,
  _from: number = 0,
  _to: number = columns.names.count,
): Uint8Array<ArrayBuffer> {
  throw new Error("Not written yet");
}
