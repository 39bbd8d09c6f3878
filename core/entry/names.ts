/** Entries in one batch at most; a directory with more is sliced. */
export const BATCH_ENTRIES = 4096;

/**
 * Bytes of the arena behind a {@linkcode NameTable}: a `dirent64` record is at least 24 bytes,
 * so an arena that getdents64(2) fills can never hold more than {@linkcode BATCH_ENTRIES}.
 */
export const ARENA_BYTES: number = BATCH_ENTRIES * 24;

/**
 * The names of one directory batch, in columns over one arena of bytes.
 *
 * A name is bytes, ends with a NUL and starts at an offset with `offset % 8 === 3`
 * (where getdents64 puts it: 19 bytes into a record aligned to 8). Views are made once per
 * offset and reused, so that passing a name to a system call allocates nothing.
 * Hot path; guarded by the no-op scenario of `deno task bench`.
 */
export class NameTable {
  /** The arena. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(ARENA_BYTES);
  /** The same by words: that of a name's first byte holds no other, and names go on from the next. */
  readonly words: Uint32Array<ArrayBuffer> = new Uint32Array(this.bytes.buffer);
  /** Where each name starts in the arena. */
  readonly offsets: Uint32Array = new Uint32Array(BATCH_ENTRIES);
  /** Length of each name in bytes, without the NUL. */
  readonly lengths: Uint16Array = new Uint16Array(BATCH_ENTRIES);
  /** Kind of each entry as the listing told it; may be `Kind.Unknown`. */
  readonly kinds: Uint8Array = new Uint8Array(BATCH_ENTRIES);
  /** How many entries the table holds. */
  count = 0;
  #used = 0;
  // Made at its full length: a list that grows by leaps becomes a slow dictionary.
  readonly #views = new Array<Uint8Array<ArrayBuffer> | undefined>(ARENA_BYTES >> 3);

  /** The NUL-terminated name of entry `index` (the view reaches past the NUL). */
  at(index: number): Uint8Array<ArrayBuffer> {
    const offset = this.offsets[index] ?? 0;
    return this.#views[offset >> 3] ??= this.bytes.subarray(offset);
  }

  /** A copy of the name of entry `index`, without the NUL. */
  copy(index: number): Uint8Array<ArrayBuffer> {
    const offset = this.offsets[index] ?? 0;
    return this.bytes.slice(offset, offset + (this.lengths[index] ?? 0));
  }

  /** Empties the table. */
  clear(): void {
    this.count = 0;
    this.#used = 0;
  }

  /**
   * Appends a name (up to its first NUL, if it has one); false when the table is full.
   * Backends that fill the arena themselves set the columns instead.
   */
  add(name: Uint8Array, kind: number): boolean {
    const end = name.indexOf(0);
    return this.addFrom(name, 0, end < 0 ? name.length : end, kind);
  }

  /** Appends the `length` bytes of a name at an offset of others; false when the table is full. */
  addFrom(from: Uint8Array, offset: number, length: number, kind: number): boolean {
    const record = (19 + length + 1 + 7) & ~7;
    if (this.count === BATCH_ENTRIES || this.#used + record > ARENA_BYTES) return false;
    const { bytes } = this;
    const start = this.#used + 19;
    // Names are short: to make a view of one takes longer than to copy it.
    for (let at = 0; at < length; at++) bytes[start + at] = from[offset + at]!; // as callers say
    bytes[start + length] = 0;
    this.offsets[this.count] = start;
    this.lengths[this.count] = length;
    this.kinds[this.count] = kind;
    this.#used += record;
    this.count++;
    return true;
  }
}
