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
  const keys = by === "name" ? nameKeys(rows) : by === "size" ? rows.size : timeKeys(rows);
  const sign = (by === "name" ? 1 : -1) * (reverse ? -1 : 1);
  const nameSign = reverse ? -1 : 1;
  return order.sort((left, right) => {
    const first = keys[left]! - keys[right]!; // both are rows
    if (first !== 0) return first * sign;
    const second = by === "time" ? compareTimes(rows, left, right) : 0;
    return second !== 0 ? second * sign : compareNames(rows, left, right) * nameSign;
  });
}

/** Times as one number each: what differs is in order, what is equal needs a closer look. */
function timeKeys({ mtimeSeconds, mtimeNanoseconds, count }: Rows): Float64Array {
  const keys = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    keys[row] = mtimeSeconds[row]! + mtimeNanoseconds[row]! * 1e-9; // `count` rows are filled
  }
  return keys;
}

function compareTimes(
  { mtimeSeconds, mtimeNanoseconds }: Rows,
  left: number,
  right: number,
): number {
  const seconds = mtimeSeconds[left]! - mtimeSeconds[right]!; // both are rows
  return seconds !== 0 ? seconds : mtimeNanoseconds[left]! - mtimeNanoseconds[right]!; // as above
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
