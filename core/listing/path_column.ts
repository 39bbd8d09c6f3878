/** Rows in one chunk at most. */
export const CHUNK_ROWS = 1024;

/** A chunk takes no further row once its paths have this many bytes. */
export const CHUNK_BYTES: number = 256 * 1024;

/**
 * The paths of a chunk: one blob, relative to the endpoint, a NUL after each. So the blob is what
 * `find -print0` prints, and a path in it can be passed on without a copy.
 * Hot path; guarded by the find scenario of `deno task bench`.
 */
export class PathColumn {
  /** All paths; only the first `used` bytes count. Grows, so take it anew after each chunk. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64 * 1024);
  /** Where each path starts. */
  readonly offsets: Uint32Array = new Uint32Array(CHUNK_ROWS);
  /** Length of each path in bytes, without the NUL. */
  readonly lengths: Uint32Array = new Uint32Array(CHUNK_ROWS);
  /** How many paths there are. */
  count = 0;
  /** Bytes of the blob in use. */
  used = 0;

  /** Whether no further row may be added. */
  get isFull(): boolean {
    return this.count === CHUNK_ROWS || this.used >= CHUNK_BYTES;
  }

  /** A copy of a path, without its NUL. */
  copy(row: number): Uint8Array<ArrayBuffer> {
    const offset = this.offsets[row] ?? 0;
    return this.bytes.slice(offset, offset + (this.lengths[row] ?? 0));
  }

  /** A view of a path, without its NUL; good until the chunk is filled anew. */
  view(row: number): Uint8Array<ArrayBuffer> {
    const offset = this.offsets[row] ?? 0;
    return this.bytes.subarray(offset, offset + (this.lengths[row] ?? 0));
  }

  /** Empties the column. */
  clear(): void {
    this.count = 0;
    this.used = 0;
  }

  /**
   * Appends `from[start, start + length)` behind the first `prefixLength` bytes of `prefix`; gives
   * the row. The column must not be full.
   */
  add(
    prefix: Uint8Array,
    prefixLength: number,
    from: Uint8Array,
    start: number,
    length: number,
  ): number {
    const offset = this.used;
    const total = prefixLength + length;
    const end = offset + total;
    if (end >= this.bytes.length) this.#grow(end + 1);
    const bytes = this.bytes;
    for (let at = 0; at < prefixLength; at++) bytes[offset + at] = prefix[at]!; // within both
    for (let at = 0, to = offset + prefixLength; at < length; at++) {
      bytes[to + at] = from[start + at]!; // as above
    }
    bytes[end] = 0;
    this.used = end + 1;
    const row = this.count++;
    this.offsets[row] = offset;
    this.lengths[row] = total;
    return row;
  }

  /** Takes the last row away again. */
  dropLast(): void {
    this.used = this.offsets[--this.count] ?? 0;
  }

  /**
   * Fills the column from a blob that came from elsewhere, which must hold `count` paths with a
   * NUL after each; false (and an empty column) where it does not. The blob is copied.
   */
  take(blob: Uint8Array, count: number): boolean {
    this.clear();
    if (count > CHUNK_ROWS) return false;
    if (blob.length > this.bytes.length) this.#grow(blob.length);
    this.bytes.set(blob);
    let start = 0;
    for (let row = 0; row < count; row++) {
      const end = blob.indexOf(0, start);
      if (end < 0) return false;
      this.offsets[row] = start;
      this.lengths[row] = end - start;
      start = end + 1;
    }
    if (start !== blob.length) return false;
    this.count = count;
    this.used = start;
    return true;
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.max(least, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
  }
}
