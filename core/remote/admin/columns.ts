import { TransferError } from "../../transfer/failure.ts";

const SLASH = 47;
const DOT = 46;

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

/** Fills the first `count` places of a column with numbers as they came, none below `least`. */
export function fillColumn(
  to: Column,
  values: readonly number[],
  count: number,
  what: string,
  least = 0,
): void {
  if (count === 0) return;
  if (values.length === 1) {
    to.fill(whole(values[0], what, least), 0, count);
    return;
  }
  if (values.length !== count) throw unreadable(what);
  for (let row = 0; row < count; row++) to[row] = whole(values[row], what, least);
}

/** All our numbers are whole and exact; only a time may be negative. */
function whole(value: number | undefined, what: string, least: number): number {
  if (value === undefined || !Number.isSafeInteger(value) || value < least) {
    throw unreadable(what);
  }
  return value;
}

/**
 * How many paths a blob holds, a NUL after each. They may be handed on to other programs: each must
 * lie below what was asked for, or be empty. So none begins or ends with a slash, or has `.`, `..`
 * or nothing between two.
 */
export function rowsOf(blob: Uint8Array, most: number): number {
  let rows = 0;
  /** Where the path at hand begins, and the component. */
  let start = 0;
  let component = 0;
  for (let at = 0; at < blob.length; at++) {
    const byte = blob[at];
    if (byte !== 0 && byte !== SLASH) continue;
    const isEmptyPath = byte === 0 && at === start;
    if (!isEmptyPath && isNowhere(blob, component, at - component)) throw unreadable("paths");
    component = at + 1;
    if (byte !== 0) continue;
    start = component;
    rows++;
  }
  if (rows > most || start !== blob.length) throw unreadable("paths");
  return rows;
}

/** Whether a component is empty, `.` or `..`. */
function isNowhere(bytes: Uint8Array, start: number, length: number): boolean {
  if (length > 2) return false;
  return (length < 1 || bytes[start] === DOT) && (length < 2 || bytes[start + 1] === DOT);
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
