import type { StatTable } from "../../entry/stats.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { SIZE_MAX } from "./limits.ts";
import { WireError } from "./wire_error.ts";

// Hot path; guarded by bench/batch_bench.ts. Rows come from a list of those that take part, so
// that every row exists: that is why elements are taken for granted in this file.

/** Sizes as varints, then blocks: 0 for a file that fills blocks of 4 KiB, else one more than there are. */
export function writeSizes(writer: ByteWriter, stats: StatTable, rows: Uint16Array): void {
  const { size, blocks } = stats;
  for (let at = 0; at < rows.length; at++) {
    const value = size[rows[at]!]!;
    if (!(value >= 0 && value <= SIZE_MAX)) throw outOfRange("size", value);
    writer.varint(value);
  }
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    const value = blocks[row]!;
    if (!(value >= 0 && value < SIZE_MAX)) throw outOfRange("number of blocks", value);
    if (value === fullBlocks(size[row]!)) writer.u8(0);
    else writer.varint(value + 1);
  }
}

/** Fills what {@linkcode writeSizes} wrote. */
export function readSizes(reader: ByteReader, stats: StatTable, rows: Uint16Array): void {
  const { size, blocks } = stats;
  for (let at = 0; at < rows.length; at++) size[rows[at]!] = reader.varint();
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    const code = reader.varint();
    blocks[row] = code === 0 ? fullBlocks(size[row]!) : code - 1;
  }
}

/** Blocks of 512 bytes of a file without holes in blocks of 4 KiB, as most file systems have it. */
function fullBlocks(size: number): number {
  return Math.ceil(size / 4096) * 8;
}

/** Seconds: a width, the smallest (f64), and for each row what is added to it; then nanoseconds. */
export function writeTimes(writer: ByteWriter, stats: StatTable, rows: Uint16Array): void {
  if (rows.length === 0) return;
  const { mtimeSeconds: seconds, mtimeNanoseconds: nanoseconds } = stats;
  let least = Infinity;
  let most = -Infinity;
  let anyNanoseconds = false;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    const value = seconds[row]!;
    if (!Number.isSafeInteger(value)) throw outOfRange("time", value);
    if (value < least) least = value;
    if (value > most) most = value;
    if (nanoseconds[row] !== 0) anyNanoseconds = true;
  }
  const width = widthOf(most - least);
  writer.u8(width);
  if (width === 8) {
    for (let at = 0; at < rows.length; at++) writer.integer(seconds[rows[at]!]!);
  } else {
    writer.integer(least);
    const { bytes } = writer;
    let to = writer.at;
    for (let at = 0; at < rows.length; at++) {
      const value = seconds[rows[at]!]! - least;
      for (let shift = 0; shift < width * 8; shift += 8) bytes[to++] = value >>> shift;
    }
    writer.at = to;
  }
  writer.u8(anyNanoseconds ? 4 : 0);
  if (!anyNanoseconds) return;
  for (let at = 0; at < rows.length; at++) {
    // A damaged file system can tell more, which the other end would refuse with all the rest.
    writer.u32(Math.min(nanoseconds[rows[at]!]!, 999_999_999));
  }
}

function widthOf(span: number): number {
  if (span === 0) return 0;
  if (span < 2 ** 8) return 1;
  if (span < 2 ** 16) return 2;
  if (span < 2 ** 24) return 3;
  return span < 2 ** 32 ? 4 : 8;
}

/** Fills what {@linkcode writeTimes} wrote. */
export function readTimes(reader: ByteReader, stats: StatTable, rows: Uint16Array): void {
  if (rows.length === 0) return;
  const { mtimeSeconds: seconds, mtimeNanoseconds: nanoseconds } = stats;
  const { bytes } = reader;
  const width = reader.u8();
  if (width === 8) {
    for (let at = 0; at < rows.length; at++) seconds[rows[at]!] = reader.integer();
  } else {
    if (width > 4) throw reader.fault("time", "has times of an unknown width");
    const least = reader.integer();
    let from = reader.take(width * rows.length);
    for (let at = 0; at < rows.length; at++) {
      let value = 0;
      for (let shift = 0; shift < width * 8; shift += 8) value |= bytes[from++]! << shift;
      const sum = least + (value >>> 0);
      if (sum > SIZE_MAX) throw reader.fault("number", "has a number out of range");
      seconds[rows[at]!] = sum;
    }
  }
  const nanosecondsWidth = reader.u8();
  if (nanosecondsWidth !== 0 && nanosecondsWidth !== 4) {
    throw reader.fault("time", "has times of an unknown width");
  }
  for (let at = 0; at < rows.length; at++) {
    const value = nanosecondsWidth === 0 ? 0 : reader.u32();
    if (value > 999_999_999) throw reader.fault("time", "has more than a second of nanoseconds");
    nanoseconds[rows[at]!] = value;
  }
}

function outOfRange(what: string, value: number): WireError {
  return new WireError("batch-number", `An entry with the ${what} ${value} cannot be sent.`);
}
