import type { BatchColumns } from "./columns.ts";
import type { BatchHead } from "./head.ts";

/**
 * Fills columns from an encoded batch and gives its head. Throws a {@linkcode WireError} for
 * anything malformed; what the columns hold is then undefined.
 */
export function decodeBatch(_bytes: Uint8Array, _into: BatchColumns): BatchHead {
  throw new Error("Not written yet");
}
