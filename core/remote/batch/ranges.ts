import { BATCH_ENTRIES } from "../../entry/names.ts";
import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";

// Two varints of at most two bytes for each range, and every other entry can begin one.
const writer = new ByteWriter(BATCH_ENTRIES * 2);
const found = new Uint16Array(BATCH_ENTRIES);

/**
 * The first `count` of these entry numbers, ascending and below 4,096, as ranges: for each how many
 * entries lie between it and the one before, and how many more than one it holds, as varints.
 * No entries are no bytes. Throws a RangeError for numbers that do not ascend.
 *
 * ```ts
 * import { decodeRanges, encodeRanges } from "./mod.ts";
 * import assert from "node:assert/strict";
 * const bytes = encodeRanges([0, 1, 2, 3, 9]);
 * assert.deepEqual(bytes, new Uint8Array([0, 3, 5, 0]));
 * assert.deepEqual(decodeRanges(bytes, 10), new Uint16Array([0, 1, 2, 3, 9]));
 * ```
 */
export function encodeRanges(
  indices: ArrayLike<number>,
  count: number = indices.length,
): Uint8Array<ArrayBuffer> {
  writer.at = 0;
  let next = 0;
  for (let at = 0; at < count;) {
    const start = indices[at++] ?? -1;
    if (start < next) throw new RangeError(`Entry ${start} does not come after ${next - 1}`);
    let end = start + 1;
    while (at < count && indices[at] === end) {
      at++;
      end++;
    }
    if (end > BATCH_ENTRIES) throw new RangeError(`Entry ${end - 1} cannot be in a batch`);
    writer.varint(start - next);
    writer.varint(end - start - 1);
    next = end;
  }
  return writer.finish();
}

/**
 * Entry numbers of a batch of `limit` entries from ranges, ascending.
 * Throws a {@linkcode WireError} for anything malformed.
 *
 * ```ts
 * import { decodeRanges, WireError } from "./mod.ts";
 * import assert from "node:assert/strict";
 * assert.throws(() => decodeRanges(new Uint8Array([0, 3]), 3), WireError);
 * ```
 */
export function decodeRanges(bytes: Uint8Array, limit: number): Uint16Array<ArrayBuffer> {
  const reader = new ByteReader(bytes, "ranges");
  const most = Math.min(limit, BATCH_ENTRIES);
  let count = 0;
  let next = 0;
  while (reader.at < reader.bytes.length) {
    const gap = reader.varint();
    if (gap === 0 && next > 0) throw reader.fault("order", "are not as few as they could be");
    const start = next + gap;
    next = start + reader.varint() + 1;
    if (next > most) throw reader.fault("limit", "go beyond the entries of their batch");
    for (let index = start; index < next; index++) found[count++] = index;
  }
  return found.slice(0, count);
}
