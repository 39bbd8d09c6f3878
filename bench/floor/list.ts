/** What a directory holds, as the kernel gives it: records in one arena. */
import { bindLooking, type Bytes } from "./libc.ts";

/** Opens, lists and closes. */
export const looking = bindLooking();

/** Where a name begins in a record of getdents64(2), and where the record's length stands. */
const NAME_AT = 19;
const LENGTH_AT = 16;
/** As much as one call is asked for. */
const STEP_BYTES = 1 << 17;

/** What an entry is, as the byte before its name says: DT_DIR. */
export const DIRECTORY = 4;

/** Names that a directory holds, each ended by a zero; the byte before a name says what it is. */
export class Listing {
  readonly arena: Bytes = new Uint8Array(2 * STEP_BYTES);
  /** Where the names begin in the arena. */
  readonly starts = new Uint32Array(1 << 14);
  count = 0;
  readonly #views = new Array<Bytes | undefined>(this.arena.length >> 3);

  /** Lists an open directory, without `.` and `..`. */
  read(directory: number): void {
    const { arena, starts } = this;
    this.count = 0;
    for (let filled = 0;;) {
      const into = filled === 0 ? arena : arena.subarray(filled);
      const got = looking.ffiGetdents64(directory, into, STEP_BYTES);
      if (got <= 0) return;
      for (let record = filled; record < filled + got;) {
        const start = record + NAME_AT;
        if (!isDots(arena, start)) starts[this.count++] = start;
        // In the arena.
        record += arena[record + LENGTH_AT]! | arena[record + LENGTH_AT + 1]! << 8;
      }
      filled += got;
    }
  }

  /** The name of an entry, to give to a call. Records begin at multiples of eight. */
  name(index: number): Bytes {
    const start = this.starts[index]!; // below the count
    return this.#views[start >> 3] ??= this.arena.subarray(start);
  }

  /** A number that is hardly another name's. */
  hash(index: number): number {
    const { arena } = this;
    let hash = 0;
    // A zero ends each name.
    for (let at = this.starts[index]!; arena[at] !== 0; at++) hash = hash * 31 + arena[at]! | 0;
    return hash;
  }
}

function isDots(arena: Bytes, start: number): boolean {
  return arena[start] === 46 &&
    (arena[start + 1] === 0 || (arena[start + 1] === 46 && arena[start + 2] === 0));
}
