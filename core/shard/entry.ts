import { entryAt } from "../../wasm/blit.wasm";
import { KIND_DIGITS, type ShardKind } from "./header.ts";
import { wasmBytes } from "./slot.ts";

const ENTRY_AT = entryAt();

/** The fields of class Entry in wasm/assembly/tar_unpack.ts, as eight-byte and four-byte words. */
const doubles = new Float64Array(wasmBytes.buffer, ENTRY_AT, 2);
const words = new Uint32Array(wasmBytes.buffer, ENTRY_AT, 15);
const SIZE = 0;
const MTIME_SECONDS = 1;
const MTIME_NANOSECONDS = 4;
const KIND = 5;
const MODE = 6;
const UID = 7;
const GID = 8;
const NAME = 9;
const NAME_LENGTH = 10;
const LINK = 11;
const LINK_LENGTH = 12;
const CONTENT = 13;
const FAULT = 14;

const SLASH = 47;

/** Bytes without the NUL at the end. */
function lengthOf(bytes: Uint8Array): number {
  return bytes[bytes.length - 1] === 0 ? bytes.length - 1 : bytes.length;
}

const kinds: ShardKind[] = [];
for (const [kind, digit] of Object.entries(KIND_DIGITS)) kinds[digit] = kind as ShardKind;

/** A word of the entry at ENTRY; every index above is within the view. */
function word(index: number): number {
  return words[index] as number;
}

/** Where the header at fault begins. */
export function faultAddress(): number {
  return word(FAULT);
}

/** Where the content of the entry just read begins. */
export function contentAddress(): number {
  return word(CONTENT);
}

/**
 * One entry of a shard. A reader has a single one and fills it anew for each entry; all views point
 * into WASM memory. Take what you need before asking for the next.
 */
export class ShardEntry {
  /** What it is. */
  kind: ShardKind = "file";
  /** Permission bits, 12 of them. */
  mode = 0;
  /** The owner's number. */
  uid = 0;
  /** The group's number. */
  gid = 0;
  /** Bytes of content of a file, exact up to 2^53; 0 for all else. */
  sizeBytes = 0;
  /** Whole seconds since 1970, rounded down. */
  mtimeSeconds = 0;
  /** The rest, 0 to 999,999,999. */
  mtimeNanoseconds = 0;
  /**
   * Where in the file `content` begins: 0, but for the later pieces of a file too long for any
   * shard, which comes as several entries, one behind the other.
   */
  contentOffset = 0;

  #name = 0;
  #nameLength = 0;
  #link = 0;
  #linkLength = 0;
  #content = 0;
  #contentLength = 0;

  /**
   * Relative path as bytes: not empty, no NUL, no leading or trailing slash, no ".." in it. Empty
   * for a later piece of a file.
   */
  get name(): Uint8Array<ArrayBuffer> {
    return wasmBytes.subarray(this.#name, this.#name + this.#nameLength);
  }

  /** Whether the name is that of `name` in directory `path`; either may end in a NUL. */
  isNamed(path: Uint8Array, name: Uint8Array): boolean {
    const pathLength = lengthOf(path);
    const nameLength = lengthOf(name);
    const start = pathLength > 0 ? pathLength + 1 : 0;
    if (this.#nameLength !== start + nameLength) return false;
    const from = this.#name;
    for (let at = 0; at < nameLength; at++) {
      if (wasmBytes[from + start + at] !== name[at]) return false;
    }
    for (let at = 0; at < pathLength; at++) if (wasmBytes[from + at] !== path[at]) return false;
    return start === 0 || wasmBytes[from + pathLength] === SLASH;
  }

  /** A link's target, not empty, without NULs (for a hard link a name); otherwise empty. */
  get linkTarget(): Uint8Array<ArrayBuffer> {
    return wasmBytes.subarray(this.#link, this.#link + this.#linkLength);
  }

  /** A file's content, or the piece of it that is there. */
  get content(): Uint8Array<ArrayBuffer> {
    return wasmBytes.subarray(this.#content, this.#content + this.#contentLength);
  }

  /** Whether the file is whole with this piece: true for all but files too long for any shard. */
  get isComplete(): boolean {
    return this.contentOffset + this.#contentLength === this.sizeBytes;
  }

  /**
   * Takes over the entry the WASM module just read from bytes that reach to `end`; gives the
   * length of the content that is there. For the reader.
   */
  take(end: number): number {
    this.kind = kinds[word(KIND)] as ShardKind;
    this.mode = word(MODE);
    this.uid = word(UID);
    this.gid = word(GID);
    this.sizeBytes = doubles[SIZE] as number;
    this.mtimeSeconds = doubles[MTIME_SECONDS] as number;
    this.mtimeNanoseconds = word(MTIME_NANOSECONDS);
    this.#name = word(NAME);
    this.#nameLength = word(NAME_LENGTH);
    this.#link = word(LINK);
    this.#linkLength = word(LINK_LENGTH);
    this.#content = word(CONTENT);
    this.contentOffset = 0;
    this.#contentLength = Math.min(this.sizeBytes, end - this.#content);
    return this.#contentLength;
  }

  /** Becomes the next piece of the same file; gives its length. For the reader. */
  continueAt(address: number, end: number): number {
    this.contentOffset += this.#contentLength;
    this.#content = address;
    this.#contentLength = Math.min(this.sizeBytes - this.contentOffset, end - address);
    this.#nameLength = 0;
    return this.#contentLength;
  }
}
