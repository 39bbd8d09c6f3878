/**
 * The Huffman code of HPACK (RFC 7541, Appendix B). It is canonical, so the lengths of the codes of
 * all bytes are enough: codes of one length follow one another in the order of their bytes.
 *
 * @module
 */

/** Bits of each byte's code, in digits of base 36. */
const LENGTHS = [
  "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca",
  "d67777777777777777777777878djde6f56565666577666567655677777fbeds",
  "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn",
  "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq",
].join("");

const LONGEST = 30;

/** Of each length: its first code, how many there are, and where their bytes stand in `BYTES`. */
const FIRST = new Uint32Array(LONGEST + 1);
const COUNT = new Uint32Array(LONGEST + 1);
const START = new Uint32Array(LONGEST + 1);
const BYTES = new Uint8Array(256);

for (const digit of LENGTHS) COUNT[parseInt(digit, 36)]!++; // there are no longer ones
for (let length = 1, code = 0, at = 0; length <= LONGEST; length++) {
  code <<= 1;
  FIRST[length] = code;
  START[length] = at;
  for (let byte = 0; byte < 256; byte++) {
    if (parseInt(LENGTHS[byte]!, 36) === length) BYTES[at++] = byte; // there are 256
  }
  code += COUNT[length]!;
}

/**
 * Decodes a string; undefined if it is none.
 *
 * ```ts
 * import { decodeHuffman } from "./huffman.ts";
 * import assert from "node:assert/strict";
 * // RFC 7541, C.4.1
 * const bytes = Uint8Array.fromHex("f1e3c2e5f23a6ba0ab90f4ff");
 * assert.equal(new TextDecoder().decode(decodeHuffman(bytes)), "www.example.com");
 * ```
 */
export function decodeHuffman(coded: Uint8Array): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.ceil(coded.length * 8 / 5));
  let count = 0;
  let code = 0;
  let length = 0;
  for (const eight of coded) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code << 1 | eight >> bit & 1;
      length++;
      const offset = code - FIRST[length]!; // length is at most 30
      if (offset < COUNT[length]!) {
        bytes[count++] = BYTES[START[length]! + offset]!;
        code = 0;
        length = 0;
      } else if (length === LONGEST) return undefined; // the end of the string must not be coded
    }
  }
  // The last byte is filled with the beginning of the longest code, which is all ones.
  const isPadding = length < 8 && code === (1 << length) - 1;
  return isPadding ? bytes.subarray(0, count) : undefined;
}
