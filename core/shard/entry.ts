import { entryAt } from "../../wasm/blit.wasm";
import { KIND_DIGITS, paddingBytes, type ShardKind } from "./header.ts";
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
   * True for a file too long for any shard: `content` is empty, and `readContent` of the reader
   * gives it piece by piece.
   */
  isStreamed = false;

  #name = 0;
  #nameLength = 0;
  #link = 0;
  #linkLength = 0;
  #content = 0;
  #contentLength = 0;

  /** Relative path as bytes: not empty, no NUL, no leading or trailing slash, no ".." in it. */
  get name(): Uint8Array<ArrayBuffer> {
    return wasmBytes.subarray(this.#name, this.#name + this.#nameLength);
  }

  /** A link's target, not empty, without NULs (for a hard link a name); otherwise empty. */
  get linkTarget(): Uint8Array<ArrayBuffer> {
    return wasmBytes.subarray(this.#link, this.#link + this.#linkLength);
  }

  /** A file's content, all of it unless `isStreamed`. */
  get content(): Uint8Array<ArrayBuffer> {
    return wasmBytes.subarray(this.#content, this.#content + this.#contentLength);
  }

  /**
   * Takes over the entry the WASM module just read from bytes that reach to `end`; gives the
   * address where its content begins. For the reader.
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
    this.isStreamed = this.#content + this.sizeBytes + paddingBytes(this.sizeBytes) > end;
    this.#contentLength = this.isStreamed ? 0 : this.sizeBytes;
    return this.#content;
  }
}
