import type { NameTable } from "./names.ts";

/** Room at first; it grows by doubling. */
const FIRST_BYTES = 64;

/**
 * Names packed for a queue or a log: per name a kind byte, the length in two bytes (little
 * endian), then the bytes. Grows by doubling.
 */
export class PackedNames {
  /** How many names there are. */
  count = 0;
  // Small enough for V8 to keep beside the object: most directories have few extras.
  #bytes = new Uint8Array(FIRST_BYTES);
  #used = 0;

  /** Appends entry `index` of a table. */
  addFrom(names: NameTable, index: number): void {
    const offset = names.offsets[index] ?? 0;
    const length = names.lengths[index] ?? 0;
    this.#add(names.bytes, offset, length, names.kinds[index] ?? 0);
  }

  /** How many bytes they take. */
  get byteLength(): number {
    return this.#used;
  }

  /** Appends all names of another. */
  addAll(others: PackedNames): void {
    this.#reserve(others.#used);
    this.#bytes.set(others.#bytes.subarray(0, others.#used), this.#used);
    this.#used += others.#used;
    this.count += others.count;
  }

  /** Appends a name. */
  add(name: Uint8Array, kind: number): void {
    const end = name.indexOf(0);
    this.#add(name, 0, end < 0 ? name.length : end, kind);
  }

  #add(from: Uint8Array, offset: number, length: number, kind: number): void {
    this.#reserve(length + 3);
    const bytes = this.#bytes;
    let to = this.#used;
    bytes[to++] = kind;
    bytes[to++] = length & 0xff;
    bytes[to++] = length >> 8;
    // Names are short: to make a view of one takes longer than to copy it.
    const end = offset + length;
    for (let at = offset; at < end; at++) bytes[to++] = from[at]!; // callers name what is there
    this.#used = to;
    this.count++;
  }

  #reserve(more: number): void {
    const needed = this.#used + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = grown;
  }

  /** The packed bytes, trimmed. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#used);
  }
}

/** All entries of a table, packed. */
export function packNames(names: NameTable): Uint8Array<ArrayBuffer> {
  const packed = new PackedNames();
  for (let index = 0; index < names.count; index++) packed.addFrom(names, index);
  return packed.finish();
}

/** Packed names in pieces, `most` of them in each. */
export function* splitNames(
  packed: Uint8Array<ArrayBuffer>,
  most: number,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let start = 0; start < packed.length;) {
    let end = start;
    for (let count = 0; count < most && end < packed.length; count++) {
      end += 3 + (packed[end + 1]! | packed[end + 2]! << 8); // a record is never cut
    }
    yield end - start === packed.length ? packed : packed.slice(start, end);
    start = end;
  }
}

/**
 * Fills a table from packed names, beginning at byte `from`; gives where it stopped, which is
 * `packed.length` unless the table was full.
 */
export function unpackNames(packed: Uint8Array, from: number, names: NameTable): number {
  names.clear();
  let at = from;
  while (at < packed.length) {
    const length = packed[at + 1]! | packed[at + 2]! << 8; // a record is never cut
    if (!names.addFrom(packed, at + 3, length, packed[at]!)) break; // as above
    at += 3 + length;
  }
  return at;
}
