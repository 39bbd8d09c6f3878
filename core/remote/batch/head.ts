import { BATCH_ENTRIES } from "../../entry/names.ts";
import { trimNul } from "../../entry/path.ts";
import { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { BATCH_BYTES, NAME_BYTES, PATH_BYTES } from "./limits.ts";
import { WireError } from "./wire_error.ts";

/** What a batch says of the directory whose entries it holds. Bits of {@linkcode BatchHead.flags}. */
export const BatchFlag = {
  /** The first batch of its directory; it carries the directory's own stat. */
  First: 1,
  /** The last batch of its directory. */
  Last: 2,
  /** The listing failed: entries are missing, so no extras may be derived. */
  Incomplete: 4,
  /** Hard links are to be made at once, not in a later phase. */
  LinksNow: 8,
  /** Whatever blocked these entries at the destination has been cleared away. */
  Cleared: 16,
} as const;

/** All bits that there are. */
const FLAGS = 31;

/** Which directory a batch belongs to. */
export interface BatchHead {
  /** The batch's number: 1 to 2^32 - 1, unique in the session. */
  number: number;
  /** The number of the batch that lists this directory; 0 for a root. */
  parent: number;
  /** Which entry of `parent` the directory is: 0 to 4,095. */
  parentEntry: number;
  /** Which of the session's sources this is: 0 to 65,535. */
  source: number;
  /** Bits of {@linkcode BatchFlag}. */
  flags: number;
  /** The directory's path relative to the roots; may be empty; NUL-terminated once decoded. */
  path: Uint8Array<ArrayBuffer>;
}

/** A batch's head with the numbers that the main thread needs of its entries. */
export interface BatchSummary extends BatchHead {
  /** How many entries there are. */
  entries: number;
  /** How many of them take part and are directories. */
  directories: number;
  /** How many take part, are no directories and have more than one link. */
  links: number;
}

/** Parts of a batch that are not always there: bits of the byte after the flags. */
export const Section = { Attributes: 1, Hashes: 2 } as const;

/** All that stands before the columns. */
export interface Preamble extends BatchSummary {
  /** Bits of {@linkcode Section}. */
  sections: number;
  /** How many entries take part. */
  participants: number;
}

/** The first byte of every batch. */
const FORMAT = 1;

/** Bytes before the path. */
export const HEAD_BYTES = 26;

/** Where {@linkcode writeCounts} puts the numbers of directories and links. */
const COUNTS_AT = 16;

/**
 * The head of an encoded batch, without looking at its entries.
 * Throws a {@linkcode WireError} for a malformed one.
 *
 * ```ts
 * import { BatchFlag, encodeBatch, newColumns, peekBatch } from "./mod.ts";
 * import { nameOf } from "../../entry/mod.ts";
 * import assert from "node:assert/strict";
 * const flags = BatchFlag.Last;
 * const head = { number: 7, parent: 0, parentEntry: 0, source: 0, flags, path: nameOf("a/b") };
 * const { number, entries } = peekBatch(encodeBatch(head, newColumns()));
 * assert.deepEqual([number, entries], [7, 0]);
 * ```
 */
export function peekBatch(bytes: Uint8Array): BatchSummary {
  const head = readHead(new ByteReader(bytes, "batch"));
  // One by one: to take two fields out of an object costs more than to read the head.
  const { number, parent, parentEntry, source, flags, path, entries, directories, links } = head;
  return { number, parent, parentEntry, source, flags, path, entries, directories, links };
}

/** Writes the head; what is counted while columns are written is put in later. */
export function writeHead(writer: ByteWriter, head: BatchHead, sections: number): void {
  const path = trimNul(head.path);
  if (!inRange(head, path.length)) {
    throw new WireError(
      "batch-head",
      `Batch ${head.number} has a number out of range in its head.`,
    );
  }
  writer.u8(FORMAT);
  writer.u8(head.flags);
  writer.u8(sections);
  writer.u8(0);
  writer.u32(head.number);
  writer.u32(head.parent);
  writer.u16(head.parentEntry);
  writer.u16(head.source);
  writer.at += 8; // writeCounts
  writer.u16(path.length);
  writer.raw(path);
}

function inRange(head: BatchHead, pathLength: number): boolean {
  const { number, parent, parentEntry, source, flags } = head;
  return number > 0 && number < 2 ** 32 && parent !== number && parent >= 0 && parent < 2 ** 32 &&
    parentEntry >= 0 &&
    parentEntry < BATCH_ENTRIES && source >= 0 && source < 2 ** 16 && (flags & ~FLAGS) === 0 &&
    pathLength <= PATH_BYTES;
}

/** Puts the numbers of entries into a head that is written. */
export function writeCounts(
  writer: ByteWriter,
  entries: number,
  participants: number,
  directories: number,
  links: number,
): void {
  const end = writer.at;
  writer.at = COUNTS_AT;
  writer.u16(entries);
  writer.u16(participants);
  writer.u16(directories);
  writer.u16(links);
  writer.at = end;
}

/** Reads the head and the path. */
export function readHead(reader: ByteReader): Preamble {
  if (reader.bytes.length > BATCH_BYTES) throw reader.fault("large", "is larger than 1 MiB");
  if (reader.u8() !== FORMAT) throw reader.fault("format", "has an unknown format");
  const flags = reader.u8();
  const sections = reader.u8();
  const reserved = reader.u8();
  const number = reader.u32();
  const parent = reader.u32();
  const parentEntry = reader.u16();
  const source = reader.u16();
  const entries = reader.u16();
  const participants = reader.u16();
  const directories = reader.u16();
  const links = reader.u16();
  const pathLength = reader.u16();
  if (
    (flags & ~FLAGS) !== 0 || (sections & ~3) !== 0 || reserved !== 0 || number === 0 ||
    parent === number || parentEntry >= BATCH_ENTRIES
  ) throw reader.fault("head", "has a malformed head");
  if (
    entries > BATCH_ENTRIES || participants > entries || directories + links > participants
  ) throw reader.fault("count", "has impossible numbers of entries");
  const path = reader.name(pathLength);
  checkPath(reader, path);
  return {
    number,
    parent,
    parentEntry,
    source,
    flags,
    path,
    entries,
    directories,
    links,
    sections,
    participants,
  };
}

const SLASH = 47;
const DOT = 46;

/** No empty, `.` or `..` component, none too long; so neither absolute nor out of the root. */
function checkPath(reader: ByteReader, path: Uint8Array): void {
  const end = path.length - 1; // the NUL
  for (let start = 0; start < end || (start === end && end > 0);) {
    let stop = path.indexOf(SLASH, start);
    if (stop < 0) stop = end;
    const length = stop - start;
    const dots = path[start] === DOT && (length === 1 || (length === 2 && path[start + 1] === DOT));
    if (length === 0 || length > NAME_BYTES || dots) {
      throw reader.fault("path", "has a path that is absolute, malformed or leaves its root");
    }
    start = stop + 1;
  }
}
