import { TransferError } from "../../transfer/failure.ts";

/** A column of numbers. */
export type Column = Uint8Array | Uint32Array | Float64Array;

/** Columns that came from a daemon and are not what the protocol says. */
export function unreadable(what: string): TransferError {
  return new TransferError("protocol", `The daemon sent an answer that cannot be read: ${what}.`);
}

/**
 * The first `count` numbers of a column as they are sent: a single one where all are the same. What
 * is given back is read once, at once.
 */
export function column(values: Column, count: number): number[] {
  if (count === 0) return [];
  const first = values[0];
  let at = 1;
  while (at < count && values[at] === first) at++;
  // The generated code asks for lists, and only counts and iterates them.
  return values.subarray(0, at === count ? 1 : count) as unknown as number[];
}

/** Fills the first `count` places of a column with numbers as they came. */
export function fillColumn(
  to: Column,
  values: readonly number[],
  count: number,
  what: string,
): void {
  if (count === 0) return;
  if (values.length === 1) {
    to.fill(whole(values[0], what), 0, count);
    return;
  }
  if (values.length !== count) throw unreadable(what);
  for (let row = 0; row < count; row++) to[row] = whole(values[row], what);
}

/** All our numbers are whole and exact; a time may be negative. */
function whole(value: number | undefined, what: string): number {
  if (value === undefined || !Number.isSafeInteger(value)) throw unreadable(what);
  return value;
}

/** How many paths a blob holds, a NUL after each. */
export function rowsOf(blob: Uint8Array, most: number): number {
  let rows = 0;
  for (let at = blob.indexOf(0); at >= 0; at = blob.indexOf(0, at + 1)) rows++;
  if (rows > most || (blob.length > 0 && blob[blob.length - 1] !== 0)) throw unreadable("paths");
  return rows;
}

/** Pieces one after the other, a NUL after each. */
export function joinNul(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length + 1, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length + 1;
  }
  return joined;
}

/** The pieces of {@linkcode joinNul}, copied. */
export function splitNul(blob: Uint8Array, count: number): Uint8Array<ArrayBuffer>[] {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let start = 0;
  for (let index = 0; index < count; index++) {
    const end = blob.indexOf(0, start);
    if (end < 0) throw unreadable("targets");
    pieces.push(Uint8Array.from(blob.subarray(start, end)));
    start = end + 1;
  }
  return pieces;
}
