import type { NameTable } from "../../entry/names.ts";

/**
 * Takes the records that getdents64(2) left in `names.bytes[0, filled)` into the columns,
 * without `.` and `..`; gives how many entries there are.
 *
 * A record is u64 d_ino, s64 d_off, u16 d_reclen, u8 d_type, then the name, NUL-terminated and
 * padded to 8 bytes. The name's end lies in the last 8 bytes, so only those are searched.
 * Hot path; guarded by the no-op scenario of `deno task bench`.
 */
export function takeListing(names: NameTable, filled: number): number {
  const { bytes, offsets, lengths, kinds } = names;
  let count = 0;
  for (let record = 0; record < filled;) {
    const reclen = bytes[record + 16]! | bytes[record + 17]! << 8; // inside what the kernel filled
    const start = record + 19;
    let end = record + reclen - 8;
    if (end < start) end = start;
    while (bytes[end] !== 0) end++;
    const length = end - start;
    const dots = bytes[start] === 46 && (length === 1 || (length === 2 && bytes[start + 1] === 46));
    if (!dots) {
      offsets[count] = start;
      lengths[count] = length;
      kinds[count] = bytes[record + 18]!; // as above
      count++;
    }
    record += reclen;
  }
  names.count = count;
  return count;
}
