/**
 * Characters of names that may not be UTF-8: code points, and for a byte that belongs to none a
 * number of its own from here on.
 */
export const LONE_BYTE = 0x110000;

/** Bytes that the character read last takes. */
export let characterWidth = 1;

/**
 * The character that starts at `at`, before `end`; `characterWidth` is its length. Well-formed is
 * what Unicode's table 3-7 says, so nothing overlong and no surrogate is one.
 */
export function characterAt(text: Uint8Array, at: number, end: number): number {
  characterWidth = 1;
  const first = text[at]!; // callers stay before the end
  if (first < 0x80) return first;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > end) return LONE_BYTE + first;
  let code = first & (0x7f >> length);
  for (let next = at + 1; next < at + length; next++) {
    const byte = text[next]!; // before the end, see above
    if ((byte & 0xc0) !== 0x80) return LONE_BYTE + first;
    code = code << 6 | byte & 0x3f;
  }
  const isShortest = length === 2 || code >= (length === 3 ? 0x800 : 0x10000);
  if (!isShortest || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    return LONE_BYTE + first;
  }
  characterWidth = length;
  return code;
}

/** The lower case of a character, where that is one character. */
export function lowerCase(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  if (code >= LONE_BYTE) return code;
  const lower = String.fromCodePoint(code).toLowerCase();
  const folded = lower.codePointAt(0) ?? code;
  return String.fromCodePoint(folded).length === lower.length ? folded : code;
}
