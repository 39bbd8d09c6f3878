import type { Rows } from "./rows.ts";

/** What a directory may be sorted by. */
export type SortKey = "name" | "size" | "time";

/** Bytes of a name that fit into a double as a whole number. */
const KEY_BYTES = 6;

/**
 * The rows in the order to print them: by the bytes of names, by size with the largest first, or
 * by modification time with the newest first, ties by name, as `ls` with `-S` and `-t`.
 */
export function sortedOrder(rows: Rows, by: SortKey, reverse: boolean): Uint32Array {
  const order = new Uint32Array(rows.count).map((_, index) => index);
  const keys = by === "name" ? nameKeys(rows) : by === "size" ? rows.size : rows.mtimeSeconds;
  const nanoseconds = by === "time" ? rows.mtimeNanoseconds : undefined;
  const sign = (by === "name" ? 1 : -1) * (reverse ? -1 : 1);
  const nameSign = reverse ? -1 : 1;
  return order.sort((left, right) => {
    const first = keys[left]! - keys[right]!; // both are rows
    if (first !== 0) return first * sign;
    if (nanoseconds !== undefined) {
      const second = nanoseconds[left]! - nanoseconds[right]!; // as above
      if (second !== 0) return second * sign;
    }
    return compareNames(rows, left, right) * nameSign;
  });
}

/** The beginning of each name as a number, so that most comparisons touch no bytes. */
function nameKeys({ bytes, offsets, lengths, count }: Rows): Float64Array {
  const keys = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const offset = offsets[row]!; // `count` rows are filled
    const length = lengths[row]!; // as above
    let key = 0;
    for (let at = 0; at < KEY_BYTES; at++) {
      key = key * 256 + (at < length ? bytes[offset + at]! : 0);
    }
    keys[row] = key;
  }
  return keys;
}

function compareNames({ bytes, offsets, lengths }: Rows, left: number, right: number): number {
  const leftStart = offsets[left]!; // both are rows
  const rightStart = offsets[right]!;
  const leftLength = lengths[left]!;
  const rightLength = lengths[right]!;
  const shorter = Math.min(leftLength, rightLength);
  for (let at = 0; at < shorter; at++) {
    const difference = bytes[leftStart + at]! - bytes[rightStart + at]!; // within both
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}
