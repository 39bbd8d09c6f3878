import { isDevice, Kind } from "../../entry/kind.ts";
import { BATCH_ENTRIES } from "../../entry/names.ts";
import type { StatTable } from "../../entry/stats.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";

// Hot path; guarded by bench/batch_bench.ts. Rows come from a list of those that take part, so
// that every row exists: that is why elements are taken for granted in this file.

/**
 * Non-directories with more than one link: entry (u16), links, inode and device (u32 each);
 * `from` is the row of entry 0. Then the numbers of device nodes. Gives how many links there are.
 */
export function writeLinksAndNodes(
  writer: ByteWriter,
  stats: StatTable,
  rows: Uint16Array,
  from: number,
): number {
  let links = 0;
  let nodes = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    const kind = stats.mode[row]! >>> 12;
    if (isDevice(kind)) nodes++;
    if (kind === Kind.Directory || stats.links[row]! < 2) continue;
    links++;
    writer.u16(row - from);
    writer.u32(stats.links[row]!);
    writer.u32(stats.inodeLow[row]!);
    writer.u32(stats.inodeHigh[row]!);
    writer.u32(stats.deviceMajor[row]!);
    writer.u32(stats.deviceMinor[row]!);
  }
  for (let at = 0; nodes > 0 && at < rows.length; at++) {
    const row = rows[at]!;
    if (!isDevice(stats.mode[row]! >>> 12)) continue;
    nodes--;
    writer.u32(stats.nodeMajor[row]!);
    writer.u32(stats.nodeMinor[row]!);
  }
  return links;
}

/** Fills what {@linkcode writeLinksAndNodes} wrote; modes must be there already. */
export function readLinksAndNodes(
  reader: ByteReader,
  stats: StatTable,
  rows: Uint16Array,
  links: number,
): void {
  let next = 0;
  for (let at = 0; at < links; at++) {
    const row = reader.u16();
    const count = reader.u32();
    const kind = row < BATCH_ENTRIES ? stats.mode[row]! >>> 12 : 0;
    const known = row >= next && row <= (rows[rows.length - 1] ?? -1) && kind !== 0;
    if (!known || kind === Kind.Directory || count < 2) {
      throw reader.fault("links", "has malformed hard links");
    }
    next = row + 1;
    stats.links[row] = count;
    stats.inodeLow[row] = reader.u32();
    stats.inodeHigh[row] = reader.u32();
    stats.deviceMajor[row] = reader.u32();
    stats.deviceMinor[row] = reader.u32();
  }
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    if (!isDevice(stats.mode[row]! >>> 12)) continue;
    stats.nodeMajor[row] = reader.u32();
    stats.nodeMinor[row] = reader.u32();
  }
}
