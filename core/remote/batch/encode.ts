import { ByteWriter } from "./byte_writer.ts";
import { type BatchColumns, EntryState } from "./columns.ts";
import { writeAttributes, writeHashes, writeTargets } from "./detail_columns.ts";
import { writeDirectory } from "./directory_row.ts";
import { batchFits } from "./fit.ts";
import { BatchFlag, type BatchHead, Section, writeCounts, writeHead } from "./head.ts";
import { BATCH_BYTES } from "./limits.ts";
import { writeLinksAndNodes } from "./link_columns.ts";
import { rowsOf, writeNames, writeStates } from "./name_column.ts";
import { writeSizes, writeTimes } from "./size_columns.ts";
import { writeIds, writeModes } from "./stat_columns.ts";
import { WireError } from "./wire_error.ts";

/** Made with the first batch: pages that are never written to cost nothing. */
let scratch: ByteWriter | undefined;

/**
 * Entries `from` up to `to` of the columns as one batch of at most `BATCH_BYTES`, in bytes of its
 * own. In the batch, entry `from` has the number 0. Throws a {@linkcode WireError} for what cannot
 * be sent: more entries than {@linkcode batchFits} says, attributes that {@linkcode attributesFit}
 * refuses, an entry that takes part without a kind, a symbolic link without a target.
 * Hot path; guarded by bench/batch_bench.ts.
 *
 * ```ts
 * import { BatchFlag, decodeBatch, encodeBatch, EntryState, newColumns } from "./mod.ts";
 * import { Kind, nameOf } from "../../entry/mod.ts";
 * import assert from "node:assert/strict";
 * const columns = newColumns();
 * columns.names.add(nameOf("notes.txt"), Kind.File);
 * columns.states[0] = EntryState.TakesPart;
 * columns.stats.mode[0] = 0o100644;
 * columns.stats.size[0] = 1234;
 * const flags = BatchFlag.Last;
 * const head = { number: 1, parent: 0, parentEntry: 0, source: 0, flags, path: nameOf("docs") };
 * const decoded = newColumns();
 * assert.deepEqual(decodeBatch(encodeBatch(head, columns), decoded), head);
 * assert.equal(decoded.stats.size[0], 1234);
 * ```
 */
export function encodeBatch(
  head: BatchHead,
  columns: BatchColumns,
  from: number = 0,
  to: number = columns.names.count,
): Uint8Array<ArrayBuffer> {
  if (batchFits(head, columns, from, to) !== to) {
    throw new WireError("batch-large", `Entries ${from} to ${to} do not fit into one batch.`);
  }
  const writer = scratch ??= new ByteWriter(BATCH_BYTES);
  writer.at = 0;
  const { stats, attributes, hashes } = columns;
  const first = (head.flags & BatchFlag.First) !== 0;
  const rows = rowsOf(columns.states, from, to);
  let sections = hashes === undefined ? 0 : Section.Hashes;
  if (hasAttributes(columns, first, from, to)) sections |= Section.Attributes;
  writeHead(writer, head, sections);
  if (first) writeDirectory(writer, columns.directory);
  if (rows.length < to - from) writeStates(writer, columns, from, to);
  writeNames(writer, columns.names, from, to);
  const directories = writeModes(writer, stats.mode, rows);
  writeIds(writer, stats.uid, rows);
  writeIds(writer, stats.gid, rows);
  const links = writeLinksAndNodes(writer, stats, rows, from);
  writeSizes(writer, stats, rows);
  writeTimes(writer, stats, rows);
  writeTargets(writer, columns, rows);
  if ((sections & Section.Attributes) !== 0) {
    if (first) writeAttributes(writer, columns.directoryAttributes);
    for (const row of rows) writeAttributes(writer, attributes[row]);
  }
  if (hashes !== undefined) writeHashes(writer, hashes, stats, rows);
  writeCounts(writer, to - from, rows.length, directories, links);
  return writer.finish();
}

function hasAttributes(columns: BatchColumns, first: boolean, from: number, to: number): boolean {
  if (first && columns.directoryAttributes !== undefined) return true;
  for (let index = from; index < to; index++) {
    if (columns.attributes[index] === undefined) continue;
    if (columns.states[index] === EntryState.TakesPart) return true;
  }
  return false;
}
