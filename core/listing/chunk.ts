import { kindWord } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import { CHUNK_ROWS, PathColumn } from "./path_column.ts";
import type { ListedEntry, UsageRow } from "./types.ts";

/** What a row of a {@linkcode Listing} is. */
export const RowMark = {
  /** An entry. */
  Entry: 0,
  /**
   * No entry, but a heading: the entries of the directory with this path follow, up to the next
   * heading or the end. Only `openListing` gives any.
   */
  Heading: 1,
} as const;

const NO_STATS = new StatTable(1);

/**
 * Up to 1,024 entries in columns. One object is filled anew for every chunk: whoever wants to
 * keep a row copies it.
 */
export class Listing {
  /** Tells it from a failure. */
  readonly type = "listing";
  /** Relative to the endpoint; empty for the endpoint itself. */
  readonly paths: PathColumn = new PathColumn();
  /** See {@linkcode RowMark}. */
  readonly marks: Uint8Array<ArrayBuffer> = new Uint8Array(CHUNK_ROWS);
  /** Kind codes, see core/entry/kind.ts; filled also where `stats` is not. */
  readonly kinds: Uint8Array<ArrayBuffer> = new Uint8Array(CHUNK_ROWS);
  /** What stat tells; zeros for headings. */
  readonly stats: StatTable = new StatTable(CHUNK_ROWS);
  /** Whether `stats` has been filled; without it they say nothing. */
  hasStats = true;
  /** Where links point, by row; only where asked for. */
  readonly targets: Map<number, Uint8Array<ArrayBuffer>> = new Map();

  /** BLAKE3 of files, 32 bytes each, by row; only where asked for. */
  readonly hashes: Map<number, Uint8Array<ArrayBuffer>> = new Map();

  /** How many rows there are; may be 0 though more is to come. */
  get count(): number {
    return this.paths.count;
  }

  /** Empties it. */
  clear(): void {
    this.paths.clear();
    if (this.targets.size > 0) this.targets.clear();
    if (this.hashes.size > 0) this.hashes.clear();
  }

  /** A row as an object of its own, or undefined for a heading. */
  entry(row: number): ListedEntry | undefined {
    if (this.marks[row] !== RowMark.Entry) return undefined;
    const stats = this.hasStats ? this.stats : NO_STATS;
    const at = this.hasStats ? row : 0;
    const target = this.targets.get(row);
    const hash = this.hashes.get(row);
    return {
      type: "entry",
      path: this.paths.copy(row),
      kind: kindWord(this.kinds[row] ?? 0),
      size: stats.size[at] ?? 0,
      allocated: (stats.blocks[at] ?? 0) * 512,
      mtimeSeconds: stats.mtimeSeconds[at] ?? 0,
      mtimeNanoseconds: stats.mtimeNanoseconds[at] ?? 0,
      mode: (stats.mode[at] ?? 0) & 0o7777,
      uid: stats.uid[at] ?? 0,
      gid: stats.gid[at] ?? 0,
      links: stats.links[at] ?? 0,
      ...(target === undefined ? {} : { target }),
      ...(hash === undefined ? {} : { hash }),
    };
  }
}

/** Up to 1,024 rows of `du` in columns. Filled anew like a {@linkcode Listing}. */
export class Usage {
  /** Tells it from a failure. */
  readonly type = "usage";
  /** Relative to the endpoint; empty for the endpoint itself, the very last row. */
  readonly paths: PathColumn = new PathColumn();
  /** Sum of sizes in bytes. */
  readonly size: Float64Array<ArrayBuffer> = new Float64Array(CHUNK_ROWS);
  /** Sum of bytes taken on disk. */
  readonly allocated: Float64Array<ArrayBuffer> = new Float64Array(CHUNK_ROWS);
  /** Entries counted. */
  readonly entries: Float64Array<ArrayBuffer> = new Float64Array(CHUNK_ROWS);

  /** How many rows there are; may be 0 though more is to come. */
  get count(): number {
    return this.paths.count;
  }

  /** Empties it. */
  clear(): void {
    this.paths.clear();
  }

  /** A row as an object of its own. */
  row(row: number): UsageRow {
    return {
      type: "usage",
      path: this.paths.copy(row),
      size: this.size[row] ?? 0,
      allocated: this.allocated[row] ?? 0,
      entries: this.entries[row] ?? 0,
    };
  }
}
