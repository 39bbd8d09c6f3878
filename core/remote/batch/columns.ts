import { BATCH_ENTRIES, NameTable } from "../../entry/names.ts";
import { Kind } from "../../entry/kind.ts";
import { StatTable } from "../../entry/stats.ts";

/**
 * Extended attributes and ACLs of one entry: name and value. Names may end with a NUL when they
 * are encoded, and do when they were decoded, so that they can be given to a system call.
 */
export type Attributes = readonly (readonly [
  name: Uint8Array<ArrayBuffer>,
  value: Uint8Array<ArrayBuffer>,
])[];

/** What is known of an entry. */
export const EntryState = {
  /** It is there (so it is no extra), and nothing else: left out by a filter, or it failed. */
  PresentOnly: 0,
  /** It takes part: all columns hold its row. */
  TakesPart: 1,
} as const;

/**
 * One directory's entries in columns: what an encoder is given and a decoder fills. All of it is
 * reused for every batch. Rows from `names.count` on mean nothing; rows of entries that do not take
 * part are zero once decoded.
 */
export interface BatchColumns {
  /** The names; `kinds` are right for every entry whose kind is known. */
  readonly names: NameTable;
  /**
   * What stat told. Of inode and device numbers only those of non-directories with more than one
   * link travel; `links` is 1 for all others.
   */
  readonly stats: StatTable;
  /** One of {@linkcode EntryState} for each entry. */
  readonly states: Uint8Array<ArrayBuffer>;
  /** The directory itself, in row 0; travels with `BatchFlag.First`, without links and inode. */
  readonly directory: StatTable;
  /** Targets of symbolic links that take part; NUL-terminated once decoded. */
  readonly linkTargets: (Uint8Array<ArrayBuffer> | undefined)[];
  /** Attributes of entries that take part, where they are kept. */
  readonly attributes: (Attributes | undefined)[];
  /** Attributes of the directory itself; travel with `BatchFlag.First`. */
  directoryAttributes: Attributes | undefined;
  /** 32 bytes for each entry where contents are compared by hash; zero but for regular files. */
  hashes: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Whether an entry's content is sent with its batch where that goes unasked: it is a regular file
 * with one name. Those with several come when all names are known.
 */
export function comesUnasked({ states, stats }: BatchColumns, index: number): boolean {
  return states[index] === EntryState.TakesPart && stats.kind(index) === Kind.File &&
    stats.links[index]! < 2; // in the batch
}

/**
 * Columns that hold nothing yet, with room for the largest batch.
 *
 * ```ts
 * import { newColumns } from "./columns.ts";
 * import assert from "node:assert/strict";
 * const columns = newColumns();
 * assert.equal(columns.names.count, 0);
 * ```
 */
export function newColumns(): BatchColumns {
  return {
    names: new NameTable(),
    stats: new StatTable(),
    states: new Uint8Array(BATCH_ENTRIES),
    directory: new StatTable(1),
    linkTargets: new Array<Uint8Array<ArrayBuffer> | undefined>(BATCH_ENTRIES).fill(undefined),
    attributes: new Array<Attributes | undefined>(BATCH_ENTRIES).fill(undefined),
    directoryAttributes: undefined,
    hashes: undefined,
  };
}
