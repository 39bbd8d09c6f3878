/**
 * Header fields on the wire (HPACK, RFC 7541), with a dynamic table of no bytes: nothing is
 * remembered from one block to the next, at either end.
 *
 * @module
 */
import { decodeHuffman } from "./huffman.ts";
import { Http2Error } from "./http2_error.ts";

/** Header fields, by their names in small letters. */
export type Fields = ReadonlyMap<string, string>;

/** RFC 7541, Appendix A. */
const STATIC: readonly (readonly [string, string])[] = [
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

/**
 * Decodes a block of fields. Of fields with one name the last counts.
 *
 * ```ts
 * import { decodeFields, encodeFields } from "./hpack.ts";
 * import assert from "node:assert/strict";
 * const fields = new Map([[":method", "POST"], ["te", "trailers"]]);
 * assert.deepEqual(decodeFields(encodeFields(fields)), fields);
 * // :status 200 and, as a literal with a name of the table, content-type (RFC 7541, 6.1 and 6.2.2)
 * const block = Uint8Array.of(0x88, 0x0f, 0x10, 0x01, 0x78);
 * assert.deepEqual(decodeFields(block), new Map([[":status", "200"], ["content-type", "x"]]));
 * ```
 *
 * @throws {Http2Error} for what is no such block
 */
export function decodeFields(block: Uint8Array): Fields {
  const fields = new Map<string, string>();
  const cursor: Cursor = { bytes: block, at: 0 };
  while (cursor.at < block.length) {
    const first = block[cursor.at]!; // within the block
    if ((first & 0x80) !== 0) {
      const [name, value] = known(takeInteger(cursor, 0x7f));
      fields.set(name, value);
    } else if ((first & 0xe0) === 0x20) {
      if (takeInteger(cursor, 0x1f) !== 0) throw bad("a table that was not allowed");
    } else {
      const index = takeInteger(cursor, (first & 0x40) !== 0 ? 0x3f : 0x0f);
      const name = index === 0 ? takeText(cursor) : known(index)[0];
      fields.set(name, takeText(cursor));
    }
  }
  return fields;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function known(index: number): readonly [string, string] {
  const field = STATIC[index - 1];
  if (field === undefined) throw bad(`a field number ${index}, which there is not`);
  return field;
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

function bad(what: string): Http2Error {
  return new Http2Error(`The header fields have ${what}.`);
}
