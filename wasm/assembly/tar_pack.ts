/**
 * Writing tar headers: ustar where everything fits there, a pax header before it where not. The hot
 * path of sending small files, guarded by bench/shard_bench.ts.
 */
import { LINK, NAME, PAX } from "./layout";
import { BAD_LINK, BAD_NAME } from "./tar_status";
import {
  BLOCK,
  checksum,
  CHECKSUM_AT,
  GID_AT,
  KIND_FILE,
  KIND_HARD_LINK,
  KIND_SYMLINK,
  LINK_AT,
  MAGIC_AT,
  MODE_AT,
  MTIME_AT,
  NAME_AT,
  NAME_FIELD,
  padded,
  PREFIX_AT,
  PREFIX_FIELD,
  putText,
  SIZE_AT,
  TYPE_AT,
  UID_AT,
} from "./tar_format";
import { isName, isTarget, isUtf8 } from "./tar_name";
import { paxMtime, paxNumber, paxRecord, paxText } from "./tar_pax_write";

/** The largest numbers seven and eleven octal digits hold. */
const SEVEN_DIGITS: u64 = 0o7777777;
const ELEVEN_DIGITS: u64 = 0o77777777777;
const SLASH: u8 = 0x2f;

/** Fills a field with octal digits and a NUL. */
function putOctal(at: usize, width: usize, value: u64): void {
  store<u8>(at + width - 1, 0);
  for (let i = <isize> width - 2; i >= 0; i--) {
    store<u8>(at + i, 0x30 + <u8> (value & 7));
    value >>= 3;
  }
}

function putChecksum(header: usize): void {
  putOctal(header + CHECKSUM_AT, 7, checksum(header));
  store<u8>(header + CHECKSUM_AT + 7, 0x20);
}

/** Begins a header block: zeros, type, magic and numbers; what does not fit its field becomes 0. */
function putHeader(
  at: usize,
  type: u8,
  mode: u32,
  uid: u64,
  gid: u64,
  size: u64,
  mtime: i64,
): void {
  memory.fill(at, 0, BLOCK);
  putOctal(at + MODE_AT, 8, mode & 0o7777);
  putOctal(at + UID_AT, 8, uid > SEVEN_DIGITS ? 0 : uid);
  putOctal(at + GID_AT, 8, gid > SEVEN_DIGITS ? 0 : gid);
  putOctal(at + SIZE_AT, 12, size > ELEVEN_DIGITS ? 0 : size);
  putOctal(at + MTIME_AT, 12, <u64> mtime > ELEVEN_DIGITS ? 0 : <u64> mtime);
  store<u8>(at + TYPE_AT, type);
  store<u8>(putText(at + MAGIC_AT, "ustar") + 1, 0x30);
  store<u8>(at + MAGIC_AT + 7, 0x30);
}

/** Puts the name in its two fields, split at a slash; false if it fits in no way. */
function putName(header: usize, length: usize): bool {
  if (length <= NAME_FIELD) {
    memory.copy(header + NAME_AT, NAME, length);
    return true;
  }
  for (let cut = length - NAME_FIELD - 1; cut <= PREFIX_FIELD && cut < length - 1; cut++) {
    if (cut == 0 || load<u8>(NAME + cut) != SLASH) continue;
    memory.copy(header + PREFIX_AT, NAME, cut);
    memory.copy(header + NAME_AT, NAME + cut + 1, length - cut - 1);
    return true;
  }
  // Readers that know no pax get the beginning.
  memory.copy(header + NAME_AT, NAME, NAME_FIELD);
  return false;
}

/** Whether a name of this length at NAME fits the two fields. */
function nameFits(length: usize): bool {
  if (length <= NAME_FIELD) return true;
  if (length > NAME_FIELD + 1 + PREFIX_FIELD) return false;
  for (let cut = length - NAME_FIELD - 1; cut <= PREFIX_FIELD && cut < length - 1; cut++) {
    if (cut > 0 && load<u8>(NAME + cut) == SLASH) return true;
  }
  return false;
}

/** Builds the pax records an entry needs at PAX and gives the address behind them. */
function putRecords(
  uid: u64,
  gid: u64,
  size: u64,
  mtime: i64,
  nanoseconds: u32,
  nameLength: usize,
  linkLength: usize,
): usize {
  let end = PAX;
  const longName = !nameFits(nameLength);
  const longLink = linkLength > NAME_FIELD;
  if ((longName && !isUtf8(NAME, nameLength)) || (longLink && !isUtf8(LINK, linkLength))) {
    end = paxText(end, "hdrcharset", "BINARY");
  }
  if (longName) end = paxRecord(end, "path", NAME, nameLength);
  if (longLink) end = paxRecord(end, "linkpath", LINK, linkLength);
  if (size > ELEVEN_DIGITS) end = paxNumber(end, "size", size);
  if (uid > SEVEN_DIGITS) end = paxNumber(end, "uid", uid);
  if (gid > SEVEN_DIGITS) end = paxNumber(end, "gid", gid);
  if (nanoseconds != 0 || <u64> mtime > ELEVEN_DIGITS) end = paxMtime(end, mtime, nanoseconds);
  return end;
}

/**
 * Writes the header of an entry at `at`: its name is at NAME, its link target at LINK. Gives the
 * address behind it, where the content goes; 0 if header and `room` bytes of content do not fit
 * before `limit`; a negative status if a name or target may not be.
 */
export function packHeader(
  at: usize,
  limit: usize,
  room: u32,
  kind: u32,
  mode: u32,
  uid: u32,
  gid: u32,
  size: f64,
  mtimeSeconds: f64,
  mtimeNanoseconds: u32,
  nameLength: u32,
  linkLength: u32,
): i32 {
  const isLink = kind == KIND_HARD_LINK || kind == KIND_SYMLINK;
  if (!isName(NAME, nameLength)) return BAD_NAME;
  if (kind == KIND_HARD_LINK && !isName(LINK, linkLength)) return BAD_LINK;
  if (kind == KIND_SYMLINK && !isTarget(LINK, linkLength)) return BAD_LINK;
  if (!isLink) linkLength = 0;
  const bytes: u64 = kind == KIND_FILE ? <u64> size : 0;
  const mtime = <i64> mtimeSeconds;
  const records = putRecords(uid, gid, bytes, mtime, mtimeNanoseconds, nameLength, linkLength) -
    PAX;
  const extended = records > 0 ? BLOCK + <usize> padded(records) : 0;
  if (<u64> at + extended + BLOCK + padded(room) > <u64> limit) return 0;
  if (records > 0) {
    putHeader(at, 0x78, 0o644, 0, 0, records, 0);
    // The name GNU tar and Python give it too; only readers without pax ever show it.
    putText(at + NAME_AT, "././@PaxHeader");
    putChecksum(at);
    memory.fill(at + extended - BLOCK, 0, BLOCK);
    memory.copy(at + BLOCK, PAX, records);
    at += extended;
  }
  putHeader(at, 0x30 + <u8> kind, mode, uid, gid, bytes, mtime);
  putName(at, nameLength);
  memory.copy(at + LINK_AT, LINK, min<usize>(linkLength, NAME_FIELD));
  putChecksum(at);
  return <i32> (at + BLOCK);
}

/**
 * Ends the content of the entry whose content begins at `content`: fills its last block with zeros
 * and, if it came out shorter than its header says, sets that right. Gives where the next begins.
 */
export function packContentEnd(content: usize, announced: u32, written: u32): usize {
  if (written != announced) {
    putOctal(content - BLOCK + SIZE_AT, 12, written);
    putChecksum(content - BLOCK);
  }
  const end = content + <usize> padded(written);
  memory.fill(content + written, 0, end - content - written);
  return end;
}

/** Writes the two zero blocks that end an archive. */
export function packEnd(at: usize): usize {
  memory.fill(at, 0, 2 * BLOCK);
  return at + 2 * BLOCK;
}
