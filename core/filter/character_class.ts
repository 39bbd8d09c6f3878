const BANG = 0x21, SLASH = 0x2f, MINUS = 0x2d, COLON = 0x3a, OPEN = 0x5b, BACKSLASH = 0x5c;
const CLOSE = 0x5d, CARET = 0x5e;

/** The POSIX classes of the C locale: bytes above 127 are in none of them. */
const NAMED_CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // deno-lint-ignore no-control-regex
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/**
 * Reads the class after a `[` and sets the bytes it matches in `table` (256 bytes, all zero).
 * The rules are rsync's: `!` or `^` first negates, a `]` first stands for itself, a backslash
 * takes the next byte as it is, no class matches a slash.
 *
 * @param at where the byte after the `[` stands
 * @returns where the byte after the closing `]` stands, or -1 if the class is malformed, in
 * which case the pattern matches nothing
 */
export function readCharacterClass(pattern: Uint8Array, at: number, table: Uint8Array): number {
  const isNegated = pattern[at] === BANG || pattern[at] === CARET;
  if (isNegated) at++;
  // The low end of a range that a `-` may complete; 0 where a `-` stands for itself.
  let low = 0;
  let isFirst = true;
  for (; isFirst || pattern[at] !== CLOSE; isFirst = false) {
    let byte = pattern[at++];
    if (byte === undefined) return -1;
    const next = pattern[at];
    if (byte === MINUS && low !== 0 && next !== undefined && next !== CLOSE) {
      at++;
      const high = next === BACKSLASH ? pattern[at++] : next;
      if (high === undefined) return -1;
      if (low <= high) table.fill(1, low, high + 1);
      low = 0;
      continue;
    }
    if (byte === OPEN && next === COLON) {
      const close = pattern.indexOf(CLOSE, at + 1);
      if (close < 0) return -1;
      if (close > at + 1 && pattern[close - 1] === COLON) {
        if (!addNamedClass(pattern.subarray(at + 1, close - 1), table)) return -1;
        at = close + 1;
        low = 0;
        continue;
      }
    }
    if (byte === BACKSLASH) {
      byte = pattern[at++];
      if (byte === undefined) return -1;
    }
    table[byte] = 1;
    low = byte;
  }
  if (isNegated) { for (let byte = 0; byte < 256; byte++) table[byte] = table[byte] === 1 ? 0 : 1; }
  table[SLASH] = 0;
  return at + 1;
}

function addNamedClass(name: Uint8Array, table: Uint8Array): boolean {
  const members = NAMED_CLASSES[new TextDecoder().decode(name)];
  if (members === undefined) return false;
  for (let byte = 0; byte < 128; byte++) {
    if (members.test(String.fromCharCode(byte))) table[byte] = 1;
  }
  return true;
}
