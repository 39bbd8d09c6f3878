import { Kind } from "../../entry/kind.ts";
import type { StatTable } from "../../entry/stats.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { isKind } from "./name_column.ts";
import { WireError } from "./wire_error.ts";

// Hot path; guarded by bench/batch_bench.ts. Rows come from a list of those that take part, so
// that every row exists: that is why elements are taken for granted in this file.

/** Fills rows 0 to `entries` as far as no column that follows does it. */
export function clearRows(stats: StatTable, rows: Uint16Array, entries: number): void {
  stats.inodeLow.fill(0, 0, entries);
  stats.inodeHigh.fill(0, 0, entries);
  stats.deviceMajor.fill(0, 0, entries);
  stats.deviceMinor.fill(0, 0, entries);
  stats.nodeMajor.fill(0, 0, entries);
  stats.nodeMinor.fill(0, 0, entries);
  if (rows.length === entries) {
    stats.links.fill(1, 0, entries);
    return;
  }
  for (const column of [stats.mode, stats.uid, stats.gid, stats.links, stats.mtimeNanoseconds]) {
    column.fill(0, 0, entries);
  }
  for (const column of [stats.size, stats.blocks, stats.mtimeSeconds]) column.fill(0, 0, entries);
  for (let at = 0; at < rows.length; at++) stats.links[rows[at]!] = 1;
}

/** The kind and permissions of each row in runs: how many (u16), the mode (u16). Gives how many are directories. */
export function writeModes(writer: ByteWriter, mode: Uint32Array, rows: Uint16Array): number {
  let directories = 0;
  for (let at = 0; at < rows.length;) {
    const value = mode[rows[at]!]!;
    const start = at++;
    while (at < rows.length && mode[rows[at]!] === value) at++;
    if (value > 0xffff || !isKind(value >>> 12)) {
      throw new WireError("batch-kind", `An entry of mode ${value} cannot be sent.`);
    }
    if (value >>> 12 === Kind.Directory) directories += at - start;
    writer.u16(at - start);
    writer.u16(value);
  }
  return directories;
}

/** Fills modes and kinds, and gives how many rows are directories. */
export function readModes(
  reader: ByteReader,
  mode: Uint32Array,
  kinds: Uint8Array,
  rows: Uint16Array,
): number {
  let directories = 0;
  for (let at = 0; at < rows.length;) {
    const stop = at + reader.u16();
    const value = reader.u16();
    const kind = value >>> 12;
    if (stop === at || stop > rows.length) throw reader.fault("run", "has a malformed run");
    if (!isKind(kind)) throw reader.fault("kind", "has an unknown kind");
    if (kind === Kind.Directory) directories += stop - at;
    for (; at < stop; at++) {
      const row = rows[at]!;
      mode[row] = value;
      kinds[row] = kind;
    }
  }
  return directories;
}

/** Owners or groups in runs: how many (u16), the id (u32). */
export function writeIds(writer: ByteWriter, ids: Uint32Array, rows: Uint16Array): void {
  for (let at = 0; at < rows.length;) {
    const value = ids[rows[at]!]!;
    const start = at++;
    while (at < rows.length && ids[rows[at]!] === value) at++;
    writer.u16(at - start);
    writer.u32(value);
  }
}

/** Fills what {@linkcode writeIds} wrote. */
export function readIds(reader: ByteReader, ids: Uint32Array, rows: Uint16Array): void {
  for (let at = 0; at < rows.length;) {
    const stop = at + reader.u16();
    const value = reader.u32();
    if (stop === at || stop > rows.length) throw reader.fault("run", "has a malformed run");
    for (; at < stop; at++) ids[rows[at]!] = value;
  }
}
