import { trimNul } from "./path.ts";

const CASE_BIT = 0x20;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * What names have in common that some file system takes for one: case and Unicode normal form do
 * not count. It is as coarse as any of them, and coarser than each: only the file system itself
 * can say that two such names are one.
 *
 * ```ts
 * import { foldName } from "./spelling.ts";
 * import assert from "node:assert/strict";
 * const fold = (name: string) => foldName(new TextEncoder().encode(name));
 * assert.equal(fold("README"), fold("ReadMe"));
 * assert.equal(fold("caf\u00e9"), fold("Cafe\u0301"));
 * assert.notEqual(fold("a"), fold("b"));
 * ```
 */
export function foldName(name: Uint8Array): string {
  // Up first: what is several letters in capitals (ß) is folded with those.
  return decoder.decode(trimNul(name)).normalize("NFKC").toUpperCase().toLowerCase()
    .normalize("NFKC");
}

/**
 * A hash (FNV-1a, draft-eastlake-fnv) of what {@linkcode foldName} makes of a name of `length` bytes
 * at an offset: names of one fold have one hash. Of ASCII alone no text is made.
 */
export function foldHash(bytes: Uint8Array, offset: number, length: number): number {
  const end = offset + length;
  let hash = 0x811c9dc5;
  for (let at = offset; at < end; at++) {
    let byte = bytes[at]!; // callers name what is in the array
    if (byte >= 0x80) return textHash(foldName(bytes.subarray(offset, end)));
    if (byte >= 0x41 && byte <= 0x5a) byte |= CASE_BIT;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash ^ hash >>> 16;
}

function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash ^ hash >>> 16;
}

/**
 * The name with the case of its last ASCII letter turned; undefined without one. Of the last, so
 * that it is a spelling which nobody uses: ntfs-3g remembers what it was asked for by either
 * spelling, beyond what has been renamed meanwhile by the other.
 */
export function turnCase(name: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const turned = terminated(name);
  const at = turned.findLastIndex((byte) => {
    const small = byte | CASE_BIT;
    return small >= 0x61 && small <= 0x7a;
  });
  if (at < 0) return undefined;
  turned[at] = turned[at]! ^ CASE_BIT; // found there
  return turned;
}

/** The name in the other Unicode normal form; undefined where both are the same. */
export function turnForm(name: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const text = wideText(name);
  if (text === undefined) return undefined;
  const [composed, decomposed] = [text.normalize("NFC"), text.normalize("NFD")];
  if (composed === decomposed) return undefined;
  return encoder.encode(`${text === composed ? decomposed : composed}\0`);
}

/** A name with letters beyond ASCII in capitals, or in small letters; undefined without any. */
export function turnWideCase(name: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const text = wideText(name);
  if (text === undefined) return undefined;
  const turned = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
  return turned === text ? undefined : encoder.encode(`${turned}\0`);
}

/** A name that is not ASCII alone, as text. */
function wideText(name: Uint8Array): string | undefined {
  const bytes = trimNul(name);
  return bytes.some((byte) => byte >= 0x80) ? decoder.decode(bytes) : undefined;
}

function terminated(name: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = trimNul(name);
  const whole = new Uint8Array(bytes.length + 1);
  whole.set(bytes);
  return whole;
}
