/** Compares four bytes at a time; both buffers begin at a multiple of 4. */
export function equalBytes(
  one: Uint8Array<ArrayBuffer>,
  other: Uint8Array<ArrayBuffer>,
  length: number,
): boolean {
  const words = length >> 2;
  const a = new Int32Array(one.buffer, one.byteOffset, words);
  const b = new Int32Array(other.buffer, other.byteOffset, words);
  for (let at = 0; at < words; at++) if (a[at] !== b[at]) return false;
  for (let at = words << 2; at < length; at++) if (one[at] !== other[at]) return false;
  return true;
}
