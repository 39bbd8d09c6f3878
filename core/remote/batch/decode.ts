import { ByteReader } from "./byte_reader.ts";
import type { BatchColumns } from "./columns.ts";
import { readAttributes, readHashes, readTargets } from "./detail_columns.ts";
import { readDirectory } from "./directory_row.ts";
import { BatchFlag, type BatchHead, readHead, Section } from "./head.ts";
import { readLinksAndNodes } from "./link_columns.ts";
import { readNames, readStates } from "./name_column.ts";
import { readSizes, readTimes } from "./size_columns.ts";
import { clearRows, readIds, readModes } from "./stat_columns.ts";

/**
 * Fills columns from an encoded batch and gives its head. Throws a {@linkcode WireError} for
 * anything malformed; what the columns hold is then undefined. `directory` is left as it is in a
 * batch without `BatchFlag.First`. Hot path; guarded by bench/batch_bench.ts.
 *
 * ```ts
 * import { decodeBatch, newColumns, WireError } from "./mod.ts";
 * import assert from "node:assert/strict";
 * assert.throws(() => decodeBatch(new Uint8Array(10), newColumns()), WireError);
 * ```
 */
export function decodeBatch(bytes: Uint8Array, into: BatchColumns): BatchHead {
  const reader = new ByteReader(bytes, "batch");
  const head = readHead(reader);
  const { entries, sections } = head;
  const { stats } = into;
  const first = (head.flags & BatchFlag.First) !== 0;
  if (first) readDirectory(reader, into.directory);
  const rows = readStates(reader, into, entries, head.participants);
  readNames(reader, into.names, entries);
  clearRows(stats, rows, entries);
  const directories = readModes(reader, stats.mode, into.names.kinds, rows);
  readIds(reader, stats.uid, rows);
  readIds(reader, stats.gid, rows);
  readLinksAndNodes(reader, stats, rows, head.links);
  if (directories !== head.directories) {
    throw reader.fault("count", "has impossible numbers of entries");
  }
  readSizes(reader, stats, rows);
  readTimes(reader, stats, rows);
  readTargets(reader, into, rows, entries);
  into.attributes.fill(undefined, 0, entries);
  into.directoryAttributes = undefined;
  if ((sections & Section.Attributes) !== 0) {
    if (first) into.directoryAttributes = readAttributes(reader);
    for (const row of rows) into.attributes[row] = readAttributes(reader);
  }
  if ((sections & Section.Hashes) !== 0) readHashes(reader, into, rows, entries);
  else into.hashes = undefined;
  reader.end();
  const { number, parent, parentEntry, source, flags, path } = head;
  return { number, parent, parentEntry, source, flags, path };
}
