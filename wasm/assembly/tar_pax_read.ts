/** Reading the records of a pax header that change the entry behind it. */
import { isText, startsWith } from "./tar_format";
import { decimalNumber, decimalTime, NO_NUMBER, timeNanoseconds } from "./tar_number";
import { BAD_PAX, ENTRY_READY, UNSUPPORTED_PAX } from "./tar_status";

/** The most a pax header may hold: two names of 64 KiB and change. */
export const PAX_LIMIT: i64 = 192 * 1024;

/** What the records said; an address of 0, and NO_NUMBER, mean that they said nothing. */
export let paxName: usize = 0;
export let paxNameLength: usize = 0;
export let paxLink: usize = 0;
export let paxLinkLength: usize = 0;
export let paxSize: i64 = NO_NUMBER;
export let paxUid: i64 = NO_NUMBER;
export let paxGid: i64 = NO_NUMBER;
export let paxMtime: i64 = NO_NUMBER;
export let paxMtimeNanoseconds: u32 = 0;

/** Forgets the records of the entry before. */
export function resetPax(): void {
  paxName = 0;
  paxLink = 0;
  paxSize = NO_NUMBER;
  paxUid = NO_NUMBER;
  paxGid = NO_NUMBER;
  paxMtime = NO_NUMBER;
  paxMtimeNanoseconds = 0;
}

/** Reads all records of a pax header's body. */
export function readRecords(at: usize, end: usize): i32 {
  while (at < end) {
    let length: usize = 0;
    let p = at;
    while (p < end && load<u8>(p) - 0x30 < 10 && length <= <usize> PAX_LIMIT) {
      length = length * 10 + (load<u8>(p++) - 0x30);
    }
    const recordEnd = at + length;
    if (p == at || length > end - at || p + 2 >= recordEnd) return BAD_PAX;
    if (load<u8>(p++) != 0x20 || load<u8>(recordEnd - 1) != 0x0a) return BAD_PAX;
    let equals = p;
    while (equals < recordEnd - 1 && load<u8>(equals) != 0x3d) equals++;
    if (equals == p || equals == recordEnd - 1) return BAD_PAX;
    const status = applyRecord(p, equals - p, equals + 1, recordEnd - equals - 2);
    if (status != ENTRY_READY) return status;
    at = recordEnd;
  }
  return ENTRY_READY;
}

/** Takes one record to heart. An empty value takes an earlier one back (POSIX). */
function applyRecord(keyword: usize, keywordLength: usize, value: usize, length: usize): i32 {
  const empty = length == 0;
  if (isText(keyword, keywordLength, "mtime")) {
    paxMtime = empty ? NO_NUMBER : decimalTime(value, length);
    paxMtimeNanoseconds = empty ? 0 : timeNanoseconds;
    if (!empty && paxMtime == NO_NUMBER) return BAD_PAX;
  } else if (isText(keyword, keywordLength, "path")) {
    paxName = empty ? 0 : value;
    paxNameLength = length;
  } else if (isText(keyword, keywordLength, "linkpath")) {
    paxLink = empty ? 0 : value;
    paxLinkLength = length;
  } else if (isText(keyword, keywordLength, "size")) {
    paxSize = empty ? NO_NUMBER : decimalNumber(value, length);
    if (!empty && paxSize == NO_NUMBER) return BAD_PAX;
  } else if (isText(keyword, keywordLength, "uid")) {
    paxUid = empty ? NO_NUMBER : decimalNumber(value, length);
    if (!empty && paxUid == NO_NUMBER) return BAD_PAX;
  } else if (isText(keyword, keywordLength, "gid")) {
    paxGid = empty ? NO_NUMBER : decimalNumber(value, length);
    if (!empty && paxGid == NO_NUMBER) return BAD_PAX;
  } else if (isText(keyword, keywordLength, "hdrcharset")) {
    // Bytes are bytes here: both charsets POSIX knows leave them as they are.
    const known = empty || isText(value, length, "BINARY") ||
      isText(value, length, "ISO-IR 10646 2000 UTF-8");
    if (!known) return UNSUPPORTED_PAX;
  } else if (startsWith(keyword, keywordLength, "GNU.sparse.")) {
    // Ignored, it would make the file's content wrong.
    return UNSUPPORTED_PAX;
  }
  return ENTRY_READY;
}
