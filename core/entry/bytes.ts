/** Whether two arrays hold the same bytes. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** Orders arrays by their bytes, the shorter first where it is the other's beginning: for `sort`. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const difference = one[at]! - other[at]!; // below both lengths
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
