/**
 * Header fields on the wire (HPACK, RFC 7541). What is encoded here uses no dynamic table: nothing
 * is remembered from one block to the next.
 *
 * @module
 */
import { Code } from "./frames.ts";
import { decodeHuffman } from "./huffman.ts";
import { Http2Error } from "./http2_error.ts";

/** Header fields, by their names in small letters. */
export type Fields = ReadonlyMap<string, string>;

/** RFC 7541, Appendix A. */
const STATIC: readonly Field[] = [
  [":authority", ""],
  [":method", "GET"],
  [":method", "POST"],
  [":path", "/"],
  [":path", "/index.html"],
  [":scheme", "http"],
  [":scheme", "https"],
  ...["200", "204", "206", "304", "400", "404", "500"].map((code) => [":status", code] as const),
  ["accept-charset", ""],
  ["accept-encoding", "gzip, deflate"],
  ...[
    "accept-language accept-ranges accept access-control-allow-origin age allow authorization",
    "cache-control content-disposition content-encoding content-language content-length",
    "content-location content-range content-type cookie date etag expect expires from host",
    "if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link",
    "location max-forwards proxy-authenticate proxy-authorization range referer refresh",
    "retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary",
    "via www-authenticate",
  ].join(" ").split(" ").map((name) => [name, ""] as const),
];

/** Encodes fields, each as a literal that nobody keeps. Names and values are ASCII. */
export function encodeFields(fields: Fields): Uint8Array<ArrayBuffer> {
  // First that the table is empty, which a peer may insist on to hear (RFC 7541, 4.2).
  const bytes: number[] = [0x20];
  for (const [name, value] of fields) {
    bytes.push(0);
    for (const text of [name, value]) {
      putInteger(bytes, text.length, 0x7f);
      for (let at = 0; at < text.length; at++) bytes.push(text.charCodeAt(at));
    }
  }
  return Uint8Array.from(bytes);
}

/** What a peer's dynamic table may hold where nobody has said otherwise (RFC 9113, 6.5.2). */
const TABLE_BYTES = 4096;
/** What a field takes in a table, or of a list, besides its name and value (RFC 7541, 4.1). */
const FIELD_OVERHEAD = 32;
/** Bytes of the fields of one block, once decoded. */
export const LIST_BYTES = 65_536;

type Field = readonly [name: string, value: string];

/**
 * Decodes the blocks of one connection, in their order: what one holds may stand in a table for the
 * next. Of fields with one name the last counts.
 *
 * ```ts
 * import { encodeFields, FieldsDecoder } from "./hpack.ts";
 * import assert from "node:assert/strict";
 * const fields = new Map([[":method", "POST"], ["te", "trailers"]]);
 * assert.deepEqual(new FieldsDecoder().decode(encodeFields(fields)), fields);
 * const decoder = new FieldsDecoder();
 * // :status 200 and, with a name of the static table, content-type (RFC 7541, 6.1 and 6.2.1),
 * const block = Uint8Array.of(0x88, 0x5f, 0x01, 0x78);
 * const answer = new Map([[":status", "200"], ["content-type", "x"]]);
 * assert.deepEqual(decoder.decode(block), answer);
 * // which stands in the dynamic table from now on
 * assert.deepEqual(decoder.decode(Uint8Array.of(0x88, 0xbe)), answer);
 * ```
 */
export class FieldsDecoder {
  /** The newest first. */
  readonly #table: Field[] = [];
  #tableBytes = 0;
  #tableMax = TABLE_BYTES;

  /**
   * Decodes a block.
   *
   * @throws {Http2Error} for what is none
   */
  decode(block: Uint8Array): Fields {
    const fields = new Map<string, string>();
    const cursor: Cursor = { bytes: block, at: 0 };
    let listBytes = 0;
    while (cursor.at < block.length) {
      const field = this.#take(cursor, block[cursor.at]!); // within the block
      if (field === undefined) continue;
      listBytes += bytesOf(field);
      if (listBytes > LIST_BYTES) throw bad("too many bytes", Code.EnhanceYourCalm);
      fields.set(...field);
    }
    return fields;
  }

  /** The next field; undefined for what only changes the table (RFC 7541, 6). */
  #take(cursor: Cursor, first: number): Field | undefined {
    if ((first & 0x80) !== 0) return this.#known(takeInteger(cursor, 0x7f));
    if ((first & 0xe0) === 0x20) {
      const max = takeInteger(cursor, 0x1f);
      if (max > TABLE_BYTES) throw bad("a table larger than was allowed");
      this.#tableMax = max;
      this.#evict();
      return undefined;
    }
    const isKept = (first & 0x40) !== 0;
    const index = takeInteger(cursor, isKept ? 0x3f : 0x0f);
    const name = index === 0 ? takeText(cursor) : this.#known(index)[0];
    const field = [name, takeText(cursor)] as const;
    if (isKept) {
      this.#table.unshift(field);
      this.#tableBytes += bytesOf(field);
      this.#evict();
    }
    return field;
  }

  #known(index: number): Field {
    const field = STATIC[index - 1] ?? this.#table[index - 1 - STATIC.length];
    if (field === undefined) throw bad(`a field number ${index}, which there is not`);
    return field;
  }

  /** The oldest fields go until the rest has room. */
  #evict(): void {
    while (this.#tableBytes > this.#tableMax) {
      this.#tableBytes -= bytesOf(this.#table.pop()!); // what takes bytes stands in it
    }
  }
}

function bytesOf([name, value]: Field): number {
  return name.length + value.length + FIELD_OVERHEAD;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** RFC 7541, 5.1: `mask` has the bits of the first byte that belong to it. */
function putInteger(bytes: number[], value: number, mask: number): void {
  if (value < mask) {
    bytes.push(value);
    return;
  }
  bytes.push(mask);
  let rest = value - mask;
  for (; rest > 0x7f; rest >>>= 7) bytes.push(rest & 0x7f | 0x80);
  bytes.push(rest);
}

function takeInteger(cursor: Cursor, mask: number): number {
  let value = takeByte(cursor) & mask;
  if (value < mask) return value;
  // Four more bytes are enough for any length that a block can have.
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = takeByte(cursor);
    value += (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw bad("a number that is too large");
}

function takeText(cursor: Cursor): string {
  const isCoded = ((cursor.bytes[cursor.at] ?? 0) & 0x80) !== 0;
  const length = takeInteger(cursor, 0x7f);
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw bad("a text that breaks off");
  const raw = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  const bytes = isCoded ? decodeHuffman(raw) : raw;
  if (bytes === undefined) throw bad("a text in no code");
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function takeByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) throw bad("a block that breaks off");
  return byte;
}

function bad(what: string, code: number = Code.Compression): Http2Error {
  return new Http2Error(`The header fields have ${what}.`, code);
}
