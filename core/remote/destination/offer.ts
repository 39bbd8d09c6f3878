import type { SourceState, Stamp } from "../../deliver/mod.ts";
import { BASIS_BLOCK_BYTES, VALUE_BYTES } from "../batch/mod.ts";

/** What the source has been told that is here of a file, and what it has said of that so far. */
export interface Offer {
  /** What is kept is in the partial, or in the old file that is to be replaced. */
  readonly where: "partial" | "old";
  readonly proven: number;
  readonly state: SourceState;
  /** Values of the blocks, of all there may be; all 0 for one that was not told. */
  readonly values: Uint8Array<ArrayBuffer>;
  /** What that was then: if it has been changed since, nothing of it is kept. */
  readonly stamp: Stamp;
  /** The file has come, or failed, or comes once more as a whole: nothing is kept any more. */
  isOver: boolean;
  /** Up to here the source has sent, or said that it is kept. */
  position: number;
  /** Where what is kept ended last. */
  keptEnd: number;
}

/** An offer of which nothing has come yet. */
export function newOffer(
  from: Pick<Offer, "where" | "proven" | "state" | "values" | "stamp">,
): Offer {
  return { ...from, isOver: false, position: 0, keptEnd: 0 };
}

/** Whether an offer covers a part of a file of `size` bytes. */
export function isOffered(offer: Offer, offset: number, length: number, size: number): boolean {
  const { proven, values } = offer;
  const end = offset + length;
  if (end <= proven) return true;
  const isAligned = offset % BASIS_BLOCK_BYTES === 0 &&
    (end % BASIS_BLOCK_BYTES === 0 || end === size);
  if (!isAligned || Math.ceil(end / BASIS_BLOCK_BYTES) * VALUE_BYTES > values.length) return false;
  for (let at = offset / BASIS_BLOCK_BYTES; at < Math.ceil(end / BASIS_BLOCK_BYTES); at++) {
    const value = values.subarray(at * VALUE_BYTES, (at + 1) * VALUE_BYTES);
    if (value.every((byte) => byte === 0)) return false;
  }
  return true;
}
