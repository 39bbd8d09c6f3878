import { kindWord } from "../entry/kind.ts";
import { CHUNK_ROWS, PathColumn } from "../listing/path_column.ts";
import type { RemovedEntry } from "../listing/types.ts";

/**
 * Up to 1,024 entries that were removed (or would be), in the order in which they went. One object
 * is filled anew for every chunk, like a `Listing`.
 */
export class Removed {
  /** Tells it from a failure. */
  readonly type = "removed";
  /** Relative to what was named; empty for that itself. */
  readonly paths: PathColumn = new PathColumn();
  /** Kind codes, see core/entry/kind.ts. */
  readonly kinds: Uint8Array<ArrayBuffer> = new Uint8Array(CHUNK_ROWS);
  /** Bytes that a file held; 0 for what is no file. */
  readonly sizes: Float64Array<ArrayBuffer> = new Float64Array(CHUNK_ROWS);

  /** How many rows there are; may be 0 though more is to come. */
  get count(): number {
    return this.paths.count;
  }

  /** Empties it. */
  clear(): void {
    this.paths.clear();
  }

  /** Adds a row: the first `prefixLength` bytes of `prefix`, and as many of `name` as are told. */
  add(
    prefix: Uint8Array,
    prefixLength: number,
    name: Uint8Array,
    length: number,
    kind: number,
    size: number,
  ): void {
    const row = this.paths.add(prefix, prefixLength, name, 0, length);
    this.kinds[row] = kind;
    this.sizes[row] = size;
  }

  /** A row as an object of its own, of what was named as number `endpoint`. */
  entry(row: number, endpoint: number): RemovedEntry {
    return {
      type: "removed",
      endpoint,
      path: this.paths.copy(row),
      kind: kindWord(this.kinds[row] ?? 0),
      size: this.sizes[row] ?? 0,
    };
  }
}
