import { Kind } from "../../entry/kind.ts";
import { BATCH_ENTRIES } from "../../entry/names.ts";
import { trimNul } from "../../entry/path.ts";
import type { StatTable } from "../../entry/stats.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import type { Attributes, BatchColumns } from "./columns.ts";
import { attributesFit } from "./fit.ts";
import { ATTRIBUTE_BYTES, ATTRIBUTES_BYTES, HASH_BYTES, TARGET_BYTES } from "./limits.ts";
import { WireError } from "./wire_error.ts";

// Rows come from a list of those that take part, so that every row exists.

/** For each symbolic link the length of its target (u16) and the target. */
export function writeTargets(writer: ByteWriter, columns: BatchColumns, rows: Uint16Array): void {
  const { mode } = columns.stats;
  for (let at = 0; at < rows.length; at++) {
    if (mode[rows[at]!]! >>> 12 !== Kind.Symlink) continue;
    const target = trimNul(columns.linkTargets[rows[at]!] ?? EMPTY);
    if (target.length === 0 || target.length > TARGET_BYTES) {
      throw new WireError("batch-target", `A link of ${target.length} bytes cannot be sent.`);
    }
    writer.u16(target.length);
    writer.raw(target);
  }
}

const EMPTY = new Uint8Array(0);

/** Fills the targets of the first `entries` rows. */
export function readTargets(
  reader: ByteReader,
  columns: BatchColumns,
  rows: Uint16Array,
  entries: number,
): void {
  const { mode } = columns.stats;
  const { bytes } = reader;
  columns.linkTargets.fill(undefined, 0, entries);
  let targets: Uint8Array<ArrayBuffer> | undefined;
  let used = 0;
  for (let at = 0; at < rows.length; at++) {
    if (mode[rows[at]!]! >>> 12 !== Kind.Symlink) continue;
    const length = reader.u16();
    if (length === 0 || length > TARGET_BYTES) {
      throw reader.fault("target", "has a link target that is empty or too long");
    }
    // One buffer for all of them: a NUL takes less than the length that went before the target.
    targets ??= new Uint8Array(bytes.length - reader.at + 2);
    const from = reader.take(length);
    const target = targets.subarray(used, used += length + 1);
    for (let byte = 0; byte < length; byte++) {
      const value = target[byte] = bytes[from + byte]!; // take() has seen it
      if (value === 0) throw reader.fault("nul", "has a NUL inside a name or path");
    }
    columns.linkTargets[rows[at]!] = target;
  }
}

/** 0 for none known, else one more than there are; each as name (u8, bytes) and value (varint, bytes). */
export function writeAttributes(writer: ByteWriter, attributes: Attributes | undefined): void {
  if (attributes === undefined) return writer.u8(0);
  if (!attributesFit(attributes)) {
    throw new WireError("batch-attributes", "An entry with attributes so large cannot be sent.");
  }
  writer.varint(attributes.length + 1);
  for (const [given, value] of attributes) {
    const name = trimNul(given);
    writer.u8(name.length);
    writer.raw(name);
    writer.varint(value.length);
    writer.raw(value);
  }
}

/** What {@linkcode writeAttributes} wrote. */
export function readAttributes(reader: ByteReader): Attributes | undefined {
  const start = reader.at;
  const code = reader.varint();
  if (code === 0) return undefined;
  const attributes: [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>][] = [];
  for (let left = code - 1; left > 0; left--) {
    const nameLength = reader.u8();
    if (nameLength === 0) throw reader.fault("attributes", "has an attribute without a name");
    const name = reader.name(nameLength);
    const length = reader.varint();
    if (length > ATTRIBUTE_BYTES) throw reader.fault("attributes", "has too large an attribute");
    const from = reader.take(length);
    const value = new Uint8Array(length);
    value.set(reader.bytes.subarray(from, from + length));
    attributes.push([name, value]);
    if (reader.at - start > ATTRIBUTES_BYTES) {
      throw reader.fault("attributes", "has too large attributes");
    }
  }
  return attributes;
}

/** The hashes of regular files that take part. */
export function writeHashes(
  writer: ByteWriter,
  hashes: Uint8Array,
  stats: StatTable,
  rows: Uint16Array,
): void {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    if (stats.mode[row]! >>> 12 !== Kind.File) continue;
    writer.raw(hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES));
  }
}

/** Fills the hashes of the first `entries` rows. */
export function readHashes(
  reader: ByteReader,
  columns: BatchColumns,
  rows: Uint16Array,
  entries: number,
): void {
  let { hashes } = columns;
  if (hashes === undefined || hashes.length < BATCH_ENTRIES * HASH_BYTES) {
    hashes = columns.hashes = new Uint8Array(BATCH_ENTRIES * HASH_BYTES);
  }
  hashes.fill(0, 0, entries * HASH_BYTES);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    if (columns.stats.mode[row]! >>> 12 !== Kind.File) continue;
    const from = reader.take(HASH_BYTES);
    hashes.set(reader.bytes.subarray(from, from + HASH_BYTES), row * HASH_BYTES);
  }
}
