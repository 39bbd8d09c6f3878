import type {
  Completions,
  Failures,
  Filesystem,
  Removals,
  Usages,
} from "../../../proto/generated/blit.ts";
import type { PathCompletions } from "../../listing/complete.ts";
import { CHUNK_ROWS, type ListingFailure, type Usage } from "../../listing/mod.ts";
import type { FilesystemRow } from "../../listing/types.ts";
import type { Removed, RemovedRows } from "../../removal/mod.ts";
import { CONTROL, MESSAGE_LENGTH } from "../session/peer_text.ts";
import { column, fillColumn, rowsOf, unreadable } from "./columns.ts";

const SLASH = 47;

/** Rows of `du` as they are sent. */
export function usagesToWire(usage: Usage): Usages {
  const { paths, count } = usage;
  return {
    paths: paths.bytes.subarray(0, paths.used),
    sizes: column(usage.size, count),
    allocated: column(usage.allocated, count),
    entries: column(usage.entries, count),
  };
}

/** Fills a chunk with rows of `du` as they came. */
export function usagesFromWire(usages: Usages, usage: Usage): void {
  usage.clear();
  const count = rowsOf(usages.paths, CHUNK_ROWS);
  if (!usage.paths.take(usages.paths, count)) throw unreadable("paths");
  fillColumn(usage.size, usages.sizes, count, "sizes");
  fillColumn(usage.allocated, usages.allocated, count, "sizes");
  fillColumn(usage.entries, usages.entries, count, "counts");
}

/** What was removed as it is sent. */
export function removalsToWire({ endpoint, rows }: RemovedRows): Removals {
  const { paths, count } = rows;
  return {
    source: endpoint,
    paths: paths.bytes.subarray(0, paths.used),
    kinds: rows.kinds.subarray(0, count),
    sizes: column(rows.sizes, count),
  };
}

/** Fills a chunk with what was removed as it came. */
export function removalsFromWire(removals: Removals, rows: Removed): void {
  rows.clear();
  const count = rowsOf(removals.paths, CHUNK_ROWS);
  if (!rows.paths.take(removals.paths, count)) throw unreadable("paths");
  if (removals.kinds.length !== count) throw unreadable("kinds");
  rows.kinds.set(removals.kinds);
  fillColumn(rows.sizes, removals.sizes, count, "sizes");
}

/** Failures as they came; the sentences may go to a terminal. */
export function failuresFromWire({ failures }: Failures): ListingFailure[] {
  return failures.map(({ path, operation, code, message }) => ({
    type: "failure",
    path: Uint8Array.from(path),
    operation: shown(operation),
    code: shown(code),
    message: shown(message),
  }));
}

/** A peer's text, as it may be shown. */
export function shown(text: string): string {
  return text.slice(0, MESSAGE_LENGTH).replace(CONTROL, "\ufffd");
}

/** How full a file system is, as it is sent. */
export function filesystemToWire(row: FilesystemRow, isReadOnly: boolean): Filesystem {
  const { filesystem, size, used, available, inodes, inodesUsed } = row;
  const readOnly = row.readOnly || isReadOnly;
  return { type: filesystem, size, used, available, inodes, inodesUsed, readOnly };
}

/** How full a file system is, as it came. */
export function filesystemFromWire(row: Filesystem): FilesystemRow {
  const { type, size, used, available, inodes, inodesUsed, readOnly } = row;
  const numbers = [size, used, available, inodes, inodesUsed];
  if (!numbers.every((value) => Number.isFinite(value) && value >= 0)) throw unreadable("sizes");
  return { filesystem: shown(type), size, used, available, inodes, inodesUsed, readOnly };
}

/**
 * Completions as they came; a name that does not go on from what was typed of it, or leads elsewhere,
 * is none.
 */
export function completionsFromWire(
  { names, more }: Completions,
  typed: Uint8Array,
): PathCompletions {
  const goesOn = (name: Uint8Array): boolean => {
    const slash = name.indexOf(SLASH);
    return typed.every((byte, at) => name[at] === byte) &&
      (slash < 0 || (slash > 0 && slash === name.length - 1));
  };
  return { names: names.filter(goesOn).map((name) => Uint8Array.from(name)), more };
}
