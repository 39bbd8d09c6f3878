import { Kind } from "../../entry/kind.ts";
import { BATCH_ENTRIES } from "../../entry/names.ts";
import { trimNul } from "../../entry/path.ts";
import { type Attributes, type BatchColumns, EntryState } from "./columns.ts";
import { DIRECTORY_BYTES } from "./directory_row.ts";
import { BatchFlag, type BatchHead, HEAD_BYTES } from "./head.ts";
import {
  ATTRIBUTE_BYTES,
  ATTRIBUTES_BYTES,
  BATCH_BYTES,
  HASH_BYTES,
  NAME_BYTES,
} from "./limits.ts";

/**
 * What an entry needs at most beside its name, target, attributes and hash: length of the name 1,
 * state and kind 2, runs of mode 4, owner 6 and group 6, link 22, node 8, size and blocks 16,
 * time 12, no attributes 1.
 */
const ENTRY_BYTES = 78;

/** What a batch needs beside its head and entries: widths and the least of the times. */
const FRAME_BYTES = 16;

/**
 * Where a batch that begins with entry `from` has to end, at most at `to`: all of them fit unless
 * link targets or attributes are large. Gives `from` itself only when the attributes of the
 * directory (with `BatchFlag.First`) leave no room; the batch then has no entries, and the next
 * begins with the same one.
 *
 * ```ts
 * import { batchFits, BatchFlag, encodeBatch, newColumns } from "./mod.ts";
 * import { nameOf } from "../../entry/mod.ts";
 * import assert from "node:assert/strict";
 * const columns = newColumns();
 * const head = { number: 1, parent: 0, parentEntry: 0, source: 0, flags: 0, path: nameOf("a") };
 * for (const name of ["one", "two"]) columns.names.add(nameOf(name), 8);
 * let from = 0;
 * do {
 *   const to = batchFits(head, columns, from);
 *   if (to === columns.names.count) head.flags |= BatchFlag.Last;
 *   assert.ok(encodeBatch(head, columns, from, to).length <= 1 << 20);
 *   from = to;
 *   head.number++;
 * } while (from < columns.names.count);
 * ```
 */
export function batchFits(
  head: BatchHead,
  columns: BatchColumns,
  from: number = 0,
  to: number = columns.names.count,
): number {
  const { names, states, stats, linkTargets, attributes } = columns;
  const fixed = ENTRY_BYTES + (columns.hashes === undefined ? 0 : HASH_BYTES);
  let used = HEAD_BYTES + FRAME_BYTES + trimNul(head.path).length;
  if ((head.flags & BatchFlag.First) !== 0) {
    used += DIRECTORY_BYTES + attributesBytes(columns.directoryAttributes);
  }
  const stop = Math.min(to, from + BATCH_ENTRIES);
  for (let index = from; index < stop; index++) {
    used += fixed + names.lengths[index]!; // a row of the table, as are those below
    if (states[index] === EntryState.TakesPart) {
      const given = attributes[index];
      if (given !== undefined) used += attributesBytes(given);
      if (stats.mode[index]! >>> 12 === Kind.Symlink) {
        used += 2 + (linkTargets[index]?.length ?? 0);
      }
    }
    if (used > BATCH_BYTES) return index;
  }
  return stop;
}

/**
 * Whether the attributes of one entry can be sent: at most 512 KiB in all. An entry whose
 * attributes cannot is a failure of that entry, to be reported by the caller.
 *
 * ```ts
 * import { attributesFit } from "./mod.ts";
 * import { nameOf } from "../../entry/mod.ts";
 * import assert from "node:assert/strict";
 * assert.ok(attributesFit([[nameOf("user.note"), new Uint8Array(5)]]));
 * assert.ok(!attributesFit([[nameOf("user.note"), new Uint8Array(70_000)]]));
 * ```
 */
export function attributesFit(attributes: Attributes): boolean {
  for (const [name, value] of attributes) {
    const length = trimNul(name).length;
    if (length === 0 || length > NAME_BYTES || value.length > ATTRIBUTE_BYTES) return false;
  }
  return attributesBytes(attributes) <= ATTRIBUTES_BYTES;
}

/** How many bytes attributes take at most. */
function attributesBytes(attributes: Attributes | undefined): number {
  if (attributes === undefined) return 1;
  let bytes = 3;
  for (const [name, value] of attributes) bytes += 4 + name.length + value.length;
  return bytes;
}
