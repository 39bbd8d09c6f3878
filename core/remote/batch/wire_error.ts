/**
 * Bytes from the other end that are not what the protocol says; `code` tells programs what is
 * wrong with them. Whoever catches one ends the session: a peer that sends one wrong byte may
 * mean anything by the next.
 *
 * ```ts
 * import { WireError } from "./wire_error.ts";
 * import assert from "node:assert/strict";
 * const error = new WireError("batch-name", "A name in batch 7 has a slash in it.");
 * assert.equal(error.code, "batch-name");
 * ```
 */
export class WireError extends Error {
  /** The reason, for programs. Stable. */
  readonly code: string;

  /** Makes the error that says `sentence` for the reason `code`. */
  constructor(code: string, sentence: string) {
    super(sentence);
    this.name = "WireError";
    this.code = code;
  }
}
