import { Kind } from "../../entry/kind.ts";
import { ARENA_BYTES, BATCH_ENTRIES, type NameTable } from "../../entry/names.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { type BatchColumns, EntryState } from "./columns.ts";

/** Bit `kind` is set for every kind that an entry may have. */
const KINDS: number = 1 << Kind.Fifo | 1 << Kind.CharacterDevice | 1 << Kind.Directory |
  1 << Kind.BlockDevice | 1 << Kind.File | 1 << Kind.Symlink | 1 << Kind.Socket;

/** Whether an entry that takes part can be of this kind. */
export function isKind(kind: number): boolean {
  return kind < 32 && (KINDS >>> kind & 1) !== 0;
}

/** Rows of entries that take part when all do. */
const ALL: Uint16Array = Uint16Array.from({ length: BATCH_ENTRIES }, (_, index) => index);
const some = new Uint16Array(BATCH_ENTRIES);

/** The rows from `from` to `to` whose entries take part, in order, in memory that is reused. */
export function rowsOf(states: Uint8Array, from: number, to: number): Uint16Array {
  let count = 0;
  for (let index = from; index < to; index++) {
    if (states[index] === EntryState.TakesPart) some[count++] = index;
  }
  return some.subarray(0, count);
}

/** A bit for each entry that takes part, then the kinds of the others; nothing when all do. */
export function writeStates(
  writer: ByteWriter,
  { states, names }: BatchColumns,
  from: number,
  to: number,
): void {
  const bits = writer.at;
  writer.at += (to - from + 7) >>> 3;
  writer.bytes.fill(0, bits, writer.at);
  for (let index = from; index < to; index++) {
    const at = index - from;
    if (states[index] === EntryState.TakesPart) writer.bytes[bits + (at >>> 3)]! |= 1 << (at & 7);
    else writer.u8(isKind(names.kinds[index]!) ? names.kinds[index]! : Kind.Unknown);
  }
}

/** Fills `states`, the kinds of entries that do not take part, and gives the rows of those that do. */
export function readStates(
  reader: ByteReader,
  { states, names }: BatchColumns,
  entries: number,
  participants: number,
): Uint16Array {
  if (participants === entries) {
    states.fill(EntryState.TakesPart, 0, entries);
    return ALL.subarray(0, entries);
  }
  const { bytes } = reader;
  const bits = reader.take((entries + 7) >>> 3);
  let count = 0;
  for (let index = 0; index < entries; index++) {
    const state = bytes[bits + (index >>> 3)]! >>> (index & 7) & 1; // take() has seen them
    states[index] = state;
    if (state === 0) {
      const kind = reader.u8();
      if (kind !== Kind.Unknown && !isKind(kind)) throw reader.fault("kind", "has an unknown kind");
      names.kinds[index] = kind;
    } else some[count++] = index;
  }
  const spare = entries & 7;
  if (count !== participants || (spare !== 0 && bytes[bits + (entries >>> 3)]! >>> spare !== 0)) {
    throw reader.fault("count", "has impossible numbers of entries");
  }
  return some.subarray(0, count);
}

/** A byte with the length of each name, then all names. */
export function writeNames(writer: ByteWriter, names: NameTable, from: number, to: number): void {
  const { bytes: arena, offsets, lengths } = names;
  const { bytes } = writer;
  let at = writer.at;
  for (let index = from; index < to; index++) bytes[at++] = lengths[index]!; // rows of the table
  for (let index = from; index < to; index++) {
    const start = offsets[index]!; // as above
    const end = start + lengths[index]!;
    for (let byte = start; byte < end; byte++) bytes[at++] = arena[byte]!;
  }
  writer.at = at;
}

const SLASH = 47;
const DOT = 46;

/** Fills a table with names, where getdents64 would have put them (see {@linkcode NameTable}). */
export function readNames(reader: ByteReader, names: NameTable, entries: number): void {
  const { bytes } = reader;
  const { bytes: arena, offsets, lengths } = names;
  names.clear();
  const lengthsAt = reader.take(entries);
  let used = 0;
  for (let index = 0; index < entries; index++) {
    const length = bytes[lengthsAt + index]!; // take() has seen it
    let at = reader.take(length);
    const offset = used + 19;
    used += (length + 27) & ~7;
    if (used > ARENA_BYTES) throw reader.fault("name", "has longer names than a listing can give");
    offsets[index] = offset;
    lengths[index] = length;
    const end = offset + length;
    for (let to = offset; to < end; to++) {
      const byte = bytes[at++]!; // as above
      if (byte === 0 || byte === SLASH) throw reader.fault("name", "has a malformed name");
      arena[to] = byte;
    }
    arena[end] = 0;
    if (length < 3) {
      const dots = arena[offset] === DOT && (length === 1 || arena[offset + 1] === DOT);
      if (length === 0 || dots) throw reader.fault("name", "has a malformed name");
    }
  }
  names.count = entries;
}
