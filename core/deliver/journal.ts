import { type SourceState, STATE_BYTES } from "./source_state.ts";

/** Bytes of a journal: a partial ends with it. */
export const JOURNAL_BYTES = 256;

/** It begins at a multiple of this behind the content, so that content ends on blocks of its own. */
const ALIGN_BYTES = 4096;

const MAGIC = new TextEncoder().encode("BLITPART");
const VERSION = 1;
/** Digits and dashes of a boot id (random(4)). */
const BOOT_BYTES = 36;

const At = {
  Version: 8,
  Proven: 16,
  Size: 24,
  MtimeSeconds: 32,
  MtimeNanoseconds: 40,
  State: 48,
  InodeLow: 72,
  InodeHigh: 76,
  WrittenSeconds: 80,
  WrittenNanoseconds: 88,
  Final: 92,
  Boot: 96,
  Sum: 248,
} as const;

/**
 * What a partial knows of itself: how much of it is the source's, and what must still be so for
 * that to hold.
 */
export interface Journal {
  /** So many bytes from the beginning are what the source's file held in that state. */
  readonly proven: number;
  /** The source's file: its size, mtime, and what else tells its state. */
  readonly size: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly state: SourceState;
  /** The partial's own inode. */
  readonly inodeLow: number;
  readonly inodeHigh: number;
  /** When the journal was written, by the clock of the partial's file system. */
  readonly writtenSeconds: number;
  readonly writtenNanoseconds: number;
  /** Nothing was written after it. */
  readonly isFinal: boolean;
  /** The start of the machine that it was written in: what only memory held does not survive it. */
  readonly boot: string;
}

/** Where the journal of a file of `size` bytes begins. */
export function journalOffset(size: number): number {
  return Math.ceil(size / ALIGN_BYTES) * ALIGN_BYTES;
}

/** The journal as bytes, which `decodeJournal` reads. */
export function encodeJournal(journal: Journal): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(JOURNAL_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(At.Version, VERSION, true);
  view.setFloat64(At.Proven, journal.proven, true);
  view.setFloat64(At.Size, journal.size, true);
  view.setFloat64(At.MtimeSeconds, journal.mtimeSeconds, true);
  view.setUint32(At.MtimeNanoseconds, journal.mtimeNanoseconds, true);
  bytes.set(journal.state, At.State);
  view.setUint32(At.InodeLow, journal.inodeLow, true);
  view.setUint32(At.InodeHigh, journal.inodeHigh, true);
  view.setFloat64(At.WrittenSeconds, journal.writtenSeconds, true);
  view.setUint32(At.WrittenNanoseconds, journal.writtenNanoseconds, true);
  view.setUint32(At.Final, journal.isFinal ? 1 : 0, true);
  for (let at = 0; at < BOOT_BYTES; at++) bytes[At.Boot + at] = journal.boot.charCodeAt(at);
  view.setUint32(At.Sum, sumOf(bytes, 0x811c9dc5), true);
  view.setUint32(At.Sum + 4, sumOf(bytes, 0x2545f491), true);
  return bytes;
}

/** A journal from the last bytes of a partial; undefined for what is none, or not of this form. */
export function decodeJournal(bytes: Uint8Array<ArrayBuffer>): Journal | undefined {
  if (bytes.length !== JOURNAL_BYTES || MAGIC.some((byte, at) => bytes[at] !== byte)) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const isWhole = view.getUint32(At.Version, true) === VERSION &&
    view.getUint32(At.Sum, true) === sumOf(bytes, 0x811c9dc5) &&
    view.getUint32(At.Sum + 4, true) === sumOf(bytes, 0x2545f491);
  if (!isWhole) return undefined;
  const boot = bytes.subarray(At.Boot, At.Boot + BOOT_BYTES);
  const journal: Journal = {
    proven: view.getFloat64(At.Proven, true),
    size: view.getFloat64(At.Size, true),
    mtimeSeconds: view.getFloat64(At.MtimeSeconds, true),
    mtimeNanoseconds: view.getUint32(At.MtimeNanoseconds, true),
    state: bytes.slice(At.State, At.State + STATE_BYTES),
    inodeLow: view.getUint32(At.InodeLow, true),
    inodeHigh: view.getUint32(At.InodeHigh, true),
    writtenSeconds: view.getFloat64(At.WrittenSeconds, true),
    writtenNanoseconds: view.getUint32(At.WrittenNanoseconds, true),
    isFinal: view.getUint32(At.Final, true) === 1,
    boot: String.fromCharCode(...boot).replaceAll("\0", ""),
  };
  const { proven, size } = journal;
  const isSane = Number.isSafeInteger(size) && Number.isSafeInteger(proven) && proven >= 0 &&
    proven <= size;
  return isSane ? journal : undefined;
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/, from two bases. */
function sumOf(bytes: Uint8Array, basis: number): number {
  let sum = basis;
  for (let at = 0; at < At.Sum; at++) sum = Math.imul(sum ^ bytes[at]!, 0x01000193); // in it
  return sum >>> 0;
}
