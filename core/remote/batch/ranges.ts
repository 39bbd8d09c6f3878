/** Entry numbers, ascending, as ranges. */
export function encodeRanges(
  _indices: ArrayLike<number>,
  _count: number = _indices.length,
): Uint8Array<ArrayBuffer> {
  throw new Error("Not written yet");
}

/** Entry numbers of a batch of `limit` entries from ranges. */
export function decodeRanges(_bytes: Uint8Array, _limit: number): Uint16Array<ArrayBuffer> {
  throw new Error("Not written yet");
}
