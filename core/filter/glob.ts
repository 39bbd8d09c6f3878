// Matching runs once per entry and rule: it allocates nothing.

import { readCharacterClass } from "./character_class.ts";

const STAR_BYTE = 0x2a, SLASH = 0x2f, QUESTION = 0x3f, OPEN = 0x5b, BACKSLASH = 0x5c;

/** An operation below this matches that one byte. */
const ANY_BYTE = 256;
/** `*`: any bytes but slashes. */
export const STAR = 257;
/** `**`: any bytes. */
export const DEEP_STAR = 258;
/** An operation from here on matches a byte of the class of that number. */
const CLASS = 512;

/** A pattern taken apart: one operation for each byte or run of bytes to match. */
export interface Glob {
  readonly ops: Uint16Array;
  /** 256 bytes for each character class, 1 where the class has the byte. */
  readonly classes: Uint8Array;
}

/** Whether a byte makes a pattern a glob; without any, even a backslash stands for itself. */
export function isWildcard(byte: number): boolean {
  return byte === STAR_BYTE || byte === QUESTION || byte === OPEN;
}

/** A glob that matches exactly these bytes. */
export function literalGlob(bytes: Uint8Array): Glob {
  return { ops: Uint16Array.from(bytes), classes: new Uint8Array() };
}

/**
 * Takes a pattern with wildcards apart.
 *
 * @returns null if it can match nothing: a malformed class, or a backslash at its end
 */
export function compileGlob(pattern: Uint8Array): Glob | null {
  const ops: number[] = [];
  const classes: number[] = [];
  for (let at = 0; at < pattern.length;) {
    const byte = pattern[at++];
    if (byte === undefined) break;
    if (byte === STAR_BYTE) {
      const first = at;
      while (pattern[at] === STAR_BYTE) at++;
      ops.push(at === first ? STAR : DEEP_STAR);
    } else if (byte === QUESTION) {
      ops.push(ANY_BYTE);
    } else if (byte === OPEN) {
      const table = new Uint8Array(256);
      at = readCharacterClass(pattern, at, table);
      if (at < 0) return null;
      ops.push(CLASS + classes.length / 256);
      classes.push(...table);
    } else if (byte === BACKSLASH) {
      const escaped = pattern[at++];
      if (escaped === undefined) return null;
      ops.push(escaped);
    } else {
      ops.push(byte);
    }
  }
  return { ops: Uint16Array.from(ops), classes: Uint8Array.from(classes) };
}

/** The operations `[start, end)` of a glob as a glob of their own. */
export function sliceGlob(glob: Glob, start: number, end?: number): Glob {
  return { ops: glob.ops.subarray(start, end), classes: glob.classes };
}

/**
 * Whether the whole of `text[start, end)` matches. The results are those of rsync's
 * lib/wildmatch.c; the method is another: instead of recursion, the last `*` and the last `**`
 * are the two places to come back to. No third is needed, because what a later star cannot
 * reach, an earlier one of its kind cannot either; so the time is at most quadratic.
 */
export function matchGlob(glob: Glob, text: Uint8Array, start: number, end: number): boolean {
  const { ops, classes } = glob;
  let op = 0;
  let at = start;
  let starOp = -1;
  let starAt = 0;
  let deepOp = -1;
  let deepAt = 0;
  for (;;) {
    if (op === ops.length) {
      if (at === end) return true;
    } else {
      const wanted = ops[op];
      if (wanted === STAR) {
        starOp = ++op;
        starAt = at;
        continue;
      }
      if (wanted === DEEP_STAR) {
        deepOp = ++op;
        if (op === ops.length) return true;
        deepAt = at;
        starOp = -1;
        continue;
      }
      // Beginning a star later leaves still less text for what follows it.
      if (at === end) return false;
      if (matchesByte(wanted, text[at], classes)) {
        op++;
        at++;
        continue;
      }
    }
    if (starOp >= 0 && starAt < end && text[starAt] !== SLASH) {
      at = ++starAt;
      op = starOp;
    } else if (deepOp >= 0 && deepAt < end) {
      at = ++deepAt;
      op = deepOp;
      starOp = -1;
    } else {
      return false;
    }
  }
}

function matchesByte(
  wanted: number | undefined,
  byte: number | undefined,
  classes: Uint8Array,
): boolean {
  if (wanted === byte) return true;
  if (wanted === undefined || byte === undefined || wanted < ANY_BYTE) return false;
  return wanted === ANY_BYTE ? byte !== SLASH : classes[(wanted - CLASS) * 256 + byte] === 1;
}
