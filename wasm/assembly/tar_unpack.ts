/**
 * Reading one tar entry from bytes that nobody vouches for. It either gives an entry that lies
 * wholly within the bytes it was shown, or asks for more, or says what is wrong; it keeps nothing
 * from one call to the next. The hot path of receiving small files (bench/shard_bench.ts).
 */
import { ENTRY, SLOT_BYTES } from "./layout";
import {
  BLOCK,
  checksum,
  CHECKSUM_AT,
  GID_AT,
  isText,
  isZeroBlock,
  KIND_DIRECTORY,
  KIND_FILE,
  KIND_HARD_LINK,
  KIND_SYMLINK,
  LARGEST,
  LINK_AT,
  MAGIC_AT,
  MODE_AT,
  MTIME_AT,
  NAME_AT,
  NAME_FIELD,
  padded,
  PREFIX_AT,
  PREFIX_FIELD,
  SIZE_AT,
  TYPE_AT,
  UID_AT,
} from "./tar_format";
import { isName, isTarget } from "./tar_name";
import { headerNumber, NO_NUMBER } from "./tar_number";
import * as pax from "./tar_pax_read";
import * as status from "./tar_status";

const SLASH: u8 = 0x2f;
/** Users and groups are 32 bits wide everywhere. */
const LARGEST_ID: i64 = 0xffffffff;

/** What unpackEntry leaves at ENTRY. */
@unmanaged
class Entry {
  size: f64;
  mtimeSeconds: f64;
  mtimeNanoseconds: u32;
  kind: u32;
  mode: u32;
  uid: u32;
  gid: u32;
  name: usize;
  nameLength: usize;
  link: usize;
  linkLength: usize;
  /** Where the content begins. */
  content: usize;
  /** Where the header at fault begins. */
  fault: usize;
}

/** Bytes before the first NUL, or all. */
function fieldLength(at: usize, width: usize): usize {
  let length: usize = 0;
  while (length < width && load<u8>(at + length) != 0) length++;
  return length;
}

function numberFault(value: i64): i32 {
  return value == NO_NUMBER ? status.BAD_NUMBER : status.NUMBER_TOO_LARGE;
}

/** Checks that a block is a header at all. */
function headerFault(at: usize): i32 {
  if (headerNumber(at + CHECKSUM_AT, 8) != <i64> checksum(at)) return status.BAD_CHECKSUM;
  if (!isText(at + MAGIC_AT, 5, "ustar")) return status.NOT_USTAR;
  // NUL and version 00; a blank instead is GNU's older format, which uses the prefix otherwise.
  if (load<u8>(at + MAGIC_AT + 5) != 0 || load<u16>(at + MAGIC_AT + 6) != 0x3030) {
    return status.NOT_USTAR;
  }
  return status.ENTRY_READY;
}

function kindOf(type: u8): i32 {
  switch (type) {
    case 0x00:
    case 0x30:
      return KIND_FILE;
    case 0x31:
      return KIND_HARD_LINK;
    case 0x32:
      return KIND_SYMLINK;
    case 0x35:
      return KIND_DIRECTORY;
    default:
      return -1;
  }
}

/** Reads mode, owner, size and time of the header, or of the pax records where they have them. */
function readNumbers(header: usize, entry: Entry): i32 {
  const mode = headerNumber(header + MODE_AT, 8);
  if (mode < 0 || mode > LARGEST_ID) return numberFault(mode);
  const uid = pax.paxUid != NO_NUMBER ? pax.paxUid : headerNumber(header + UID_AT, 8);
  if (uid < 0 || uid > LARGEST_ID) return numberFault(uid);
  const gid = pax.paxGid != NO_NUMBER ? pax.paxGid : headerNumber(header + GID_AT, 8);
  if (gid < 0 || gid > LARGEST_ID) return numberFault(gid);
  const size = pax.paxSize != NO_NUMBER ? pax.paxSize : headerNumber(header + SIZE_AT, 12);
  if (size < 0 || size > LARGEST) return numberFault(size);
  const hasMtime = pax.paxMtime != NO_NUMBER;
  const mtime = hasMtime ? pax.paxMtime : headerNumber(header + MTIME_AT, 12);
  if (mtime < -LARGEST || mtime > LARGEST) return numberFault(mtime);
  entry.mode = <u32> mode & 0o7777;
  entry.uid = <u32> uid;
  entry.gid = <u32> gid;
  entry.size = <f64> size;
  entry.mtimeSeconds = <f64> mtime;
  entry.mtimeNanoseconds = hasMtime ? pax.paxMtimeNanoseconds : 0;
  return status.ENTRY_READY;
}

/** Where a header block stands while its names are laid out anew. */
const BLOCK_COPY = memory.data(512, 16);

/** Joins prefix and name where the block began, and puts the link target behind them. */
function joinName(header: usize, prefix: usize, entry: Entry): void {
  memory.copy(BLOCK_COPY, header, BLOCK);
  memory.copy(header, BLOCK_COPY + PREFIX_AT, prefix);
  store<u8>(header + prefix, SLASH);
  memory.copy(header + prefix + 1, BLOCK_COPY + NAME_AT, entry.nameLength);
  entry.nameLength += prefix + 1;
  if (entry.link != header + LINK_AT) return;
  entry.link = header + entry.nameLength;
  memory.copy(entry.link, BLOCK_COPY + LINK_AT, entry.linkLength);
}

/** Finds name and link target. The header may be overwritten: everything else in it was read. */
function readNames(header: usize, entry: Entry): i32 {
  entry.name = pax.paxName;
  entry.nameLength = pax.paxNameLength;
  entry.link = 0;
  entry.linkLength = 0;
  if (entry.kind == KIND_HARD_LINK || entry.kind == KIND_SYMLINK) {
    const inHeader = pax.paxLink == 0;
    entry.link = inHeader ? header + LINK_AT : pax.paxLink;
    entry.linkLength = inHeader ? fieldLength(header + LINK_AT, NAME_FIELD) : pax.paxLinkLength;
  }
  if (pax.paxName == 0) {
    entry.name = header + NAME_AT;
    entry.nameLength = fieldLength(header + NAME_AT, NAME_FIELD);
    const prefix = fieldLength(header + PREFIX_AT, PREFIX_FIELD);
    if (prefix > 0) joinName(header, prefix, entry);
  }
  if (entry.kind == KIND_DIRECTORY) {
    while (entry.nameLength > 1 && load<u8>(entry.name + entry.nameLength - 1) == SLASH) {
      entry.nameLength--;
    }
  }
  if (!isName(entry.name, entry.nameLength)) return status.BAD_NAME;
  if (entry.kind == KIND_HARD_LINK && !isName(entry.link, entry.linkLength)) return status.BAD_LINK;
  if (entry.kind == KIND_SYMLINK && !isTarget(entry.link, entry.linkLength)) return status.BAD_LINK;
  return status.ENTRY_READY;
}

/** Steps over a pax header and takes its records in; gives where the entry's own header begins. */
let behindPax: usize = 0;
function readPax(at: usize, end: usize): i32 {
  const size = headerNumber(at + SIZE_AT, 12);
  if (size < 0) return numberFault(size);
  if (size > pax.PAX_LIMIT) return status.PAX_TOO_LARGE;
  const body = at + BLOCK;
  behindPax = body + <usize> padded(size);
  if (behindPax + BLOCK > end) return status.NEEDS_MORE;
  return pax.readRecords(body, body + <usize> size);
}

/** Whether the archive ends here: two zero blocks. */
function readEnd(at: usize, end: usize): i32 {
  if (at + 2 * BLOCK > end) return status.NEEDS_MORE;
  return isZeroBlock(at + BLOCK) ? status.AT_END : status.BAD_END;
}

/**
 * Reads the entry at `at` from bytes that reach to `end`. If it is ready its fields are at ENTRY,
 * and its content is all there, unless header and content are too long for any slot: then some of
 * the content is, and the rest is to be taken as it comes.
 */
export function unpackEntry(at: usize, end: usize): i32 {
  const entry = changetype<Entry>(ENTRY);
  const start = at;
  entry.fault = at;
  if (at + BLOCK > end) return status.NEEDS_MORE;
  if (load<u8>(at) == 0 && isZeroBlock(at)) return readEnd(at, end);
  let fault = headerFault(at);
  if (fault != status.ENTRY_READY) return fault;
  pax.resetPax();
  if (load<u8>(at + TYPE_AT) == 0x78) {
    fault = readPax(at, end);
    if (fault != status.ENTRY_READY) return fault;
    at = behindPax;
    entry.fault = at;
    fault = headerFault(at);
    if (fault != status.ENTRY_READY) return fault;
  }
  const kind = kindOf(load<u8>(at + TYPE_AT));
  if (kind < 0) return status.UNSUPPORTED_TYPE;
  entry.kind = kind;
  fault = readNumbers(at, entry);
  if (fault != status.ENTRY_READY) return fault;
  if (kind != KIND_FILE && entry.size != 0) return status.UNEXPECTED_CONTENT;
  entry.content = at + BLOCK;
  const needed = <u64> (entry.content - start) + padded(<u64> entry.size);
  const wanted = needed <= <u64> SLOT_BYTES ? <u64> start + needed : <u64> entry.content + 1;
  if (wanted > <u64> end) return status.NEEDS_MORE;
  return readNames(at, entry);
}
