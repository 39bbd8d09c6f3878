import type { Entries } from "../../../proto/generated/blit.ts";
import { isDevice } from "../../entry/kind.ts";
import { CHUNK_ROWS, type Listing, RowMark } from "../../listing/mod.ts";
import {
  type Column,
  column,
  fillColumn,
  joinNul,
  rowsOf,
  splitNul,
  unreadable,
} from "./columns.ts";

/** Bytes of a BLAKE3. */
const HASH_BYTES = 32;

/** A chunk of entries as it is sent. Hot path: columns, and no object for an entry. */
export function entriesToWire(listing: Listing): Entries {
  const { count, paths, stats, hasStats, kinds } = listing;
  const whole = (values: Column, known = hasStats): number[] => known ? column(values, count) : [];
  const modes = hasStats ? stats.mode : Uint32Array.from(kinds, (kind) => kind << 12);
  const headings: number[] = [];
  const deviceMajors: number[] = [];
  const deviceMinors: number[] = [];
  for (let row = 0; row < count; row++) {
    if (listing.marks[row] === RowMark.Heading) headings.push(row);
    if (!hasStats || !isDevice((stats.mode[row] ?? 0) >>> 12)) continue;
    deviceMajors.push(stats.nodeMajor[row] ?? 0);
    deviceMinors.push(stats.nodeMinor[row] ?? 0);
  }
  const targetRows = [...listing.targets.keys()].sort((left, right) => left - right);
  return {
    paths: paths.bytes.subarray(0, paths.used),
    modes: whole(modes, true),
    hasStats,
    uids: whole(stats.uid),
    gids: whole(stats.gid),
    links: whole(stats.links),
    sizes: whole(stats.size),
    blocks: whole(stats.blocks),
    mtimeSeconds: whole(stats.mtimeSeconds),
    mtimeNanoseconds: whole(stats.mtimeNanoseconds),
    headings,
    targetRows,
    targets: joinNul(targetRows.map((row) => listing.targets.get(row) ?? new Uint8Array())),
    ...hashesToWire(listing),
    deviceMajors,
    deviceMinors,
  };
}

function hashesToWire({ hashes }: Listing): Pick<Entries, "hashRows" | "hashes"> {
  const hashRows = [...hashes.keys()]; // in the order in which files were hashed
  const blob = new Uint8Array(hashRows.length * HASH_BYTES);
  hashRows.forEach((row, at) => blob.set(hashes.get(row) ?? [], at * HASH_BYTES));
  return { hashRows, hashes: blob };
}

/**
 * Fills a chunk with entries as they came.
 *
 * @throws {TransferError} `protocol` for what no daemon of ours sends
 */
export function entriesFromWire(entries: Entries, listing: Listing): void {
  listing.clear();
  const count = rowsOf(entries.paths, CHUNK_ROWS);
  if (!listing.paths.take(entries.paths, count)) throw unreadable("paths");
  const { stats, marks, kinds } = listing;
  fillColumn(stats.mode, entries.modes, count, "modes");
  listing.hasStats = entries.hasStats;
  const fill = (to: Column, values: readonly number[], what: string, least?: number): void => {
    if (entries.hasStats) fillColumn(to, values, count, what, least);
    else to.fill(0, 0, count);
  };
  fill(stats.uid, entries.uids, "uids");
  fill(stats.gid, entries.gids, "gids");
  fill(stats.links, entries.links, "links");
  fill(stats.size, entries.sizes, "sizes");
  fill(stats.blocks, entries.blocks, "blocks");
  fill(stats.mtimeSeconds, entries.mtimeSeconds, "times", -Infinity);
  fill(stats.mtimeNanoseconds, entries.mtimeNanoseconds, "times");
  for (let row = 0; row < count; row++) kinds[row] = (stats.mode[row] ?? 0) >>> 12;
  takeDevices(entries, listing);
  marks.fill(RowMark.Entry, 0, count);
  for (const row of entries.headings) {
    if (row >= count) throw unreadable("headings");
    marks[row] = RowMark.Heading;
  }
  const targets = splitNul(entries.targets, entries.targetRows.length);
  entries.targetRows.forEach((row, at) => {
    const target = targets[at];
    if (row >= count || target === undefined) throw unreadable("targets");
    listing.targets.set(row, target);
  });
  if (entries.hashes.length !== entries.hashRows.length * HASH_BYTES) throw unreadable("hashes");
  entries.hashRows.forEach((row, at) => {
    if (row >= count) throw unreadable("hashes");
    const start = at * HASH_BYTES;
    listing.hashes.set(row, Uint8Array.from(entries.hashes.subarray(start, start + HASH_BYTES)));
  });
}

/** Fills in the numbers of devices; the kinds of all rows are known. */
function takeDevices({ hasStats, deviceMajors, deviceMinors }: Entries, listing: Listing): void {
  const { stats, kinds, count } = listing;
  stats.nodeMajor.fill(0, 0, count);
  stats.nodeMinor.fill(0, 0, count);
  let next = 0;
  for (let row = 0; hasStats && row < count; row++) {
    if (!isDevice(kinds[row] ?? 0)) continue;
    const [major, minor] = [deviceMajors[next], deviceMinors[next]];
    if (major === undefined || minor === undefined) throw unreadable("devices");
    stats.nodeMajor[row] = major;
    stats.nodeMinor[row] = minor;
    next++;
  }
  if (deviceMajors.length !== next || deviceMinors.length !== next) throw unreadable("devices");
}
