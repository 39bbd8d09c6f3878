import { LONE_BYTE, lowerCase } from "./character.ts";

const BANG = 0x21, MINUS = 0x2d, DOT = 0x2e, COLON = 0x3a, EQUALS = 0x3d;
const OPEN = 0x5b, BACKSLASH = 0x5c, CLOSE = 0x5d, CARET = 0x5e;

/** POSIX's classes (XBD 7.3.1), beyond ASCII by Unicode's properties. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /^[\p{Alphabetic}\p{Nd}]$/u,
  alpha: /^\p{Alphabetic}$/u,
  blank: /^[\t\p{Zs}]$/u,
  cntrl: /^\p{Cc}$/u,
  digit: /^[0-9]$/u,
  graph: /^[^\p{C}\p{Z}]$/u,
  lower: /^\p{Lowercase}$/u,
  print: /^[^\p{C}\p{Zl}\p{Zp}]$/u,
  punct: /^[\p{P}\p{S}]$/u,
  space: /^\s$/u,
  upper: /^\p{Uppercase}$/u,
  xdigit: /^[0-9A-Fa-f]$/u,
};

/** What stands between brackets in a shell pattern. */
export interface Bracket {
  readonly isNegated: boolean;
  /** First and last character of each range by turns. */
  readonly ranges: readonly number[];
  readonly classes: readonly RegExp[];
}

/** A bracket read from a pattern, and where what follows it stands. */
export interface ReadBracket {
  /** Undefined for one that makes the pattern match nothing: it names an unknown class. */
  readonly bracket: Bracket | undefined;
  readonly next: number;
}

/**
 * Reads the bracket that opens before `at`, as POSIX says (XCU 2.14.1, XBD 9.3.5) and glibc does:
 * `!` or `^` first negates, `]` first stands for itself, a backslash takes the next character as
 * it is, and a range goes by code points (by those of lower case, where case does not count).
 *
 * @returns undefined where no bracket closes it: `[` stands for itself then
 */
export function readBracket(
  pattern: readonly number[],
  at: number,
  ignoreCase: boolean,
): ReadBracket | undefined {
  const isNegated = pattern[at] === BANG || pattern[at] === CARET;
  if (isNegated) at++;
  const fold = (code: number): number => ignoreCase ? lowerCase(code) : code;
  const ranges: number[] = [];
  const classes: RegExp[] = [];
  let isKnown = true;
  for (let isFirst = true; isFirst || pattern[at] !== CLOSE; isFirst = false) {
    if (at >= pattern.length) return undefined;
    if (pattern[at] === OPEN && pattern[at + 1] === COLON) {
      const named = readClassName(pattern, at + 2);
      if (named !== undefined) {
        const members = CLASSES[named.name];
        if (members === undefined) isKnown = false;
        else classes.push(members);
        at = named.next;
        continue;
      }
    }
    const low = readMember(pattern, at);
    if (low === undefined) return undefined;
    at = low.next;
    let high = low;
    if (pattern[at] === MINUS && at + 1 < pattern.length && pattern[at + 1] !== CLOSE) {
      const last = readMember(pattern, at + 1);
      if (last === undefined) return undefined;
      high = last;
      at = last.next;
    }
    ranges.push(fold(low.code), fold(high.code));
  }
  return { bracket: isKnown ? { isNegated, ranges, classes } : undefined, next: at + 1 };
}

function readClassName(
  pattern: readonly number[],
  start: number,
): { name: string; next: number } | undefined {
  for (let at = start; at < pattern.length; at++) {
    const code = pattern[at]!; // within the pattern
    if (code === COLON && pattern[at + 1] === CLOSE) {
      return { name: String.fromCharCode(...pattern.slice(start, at)), next: at + 2 };
    }
    if (code < 0x61 || code > 0x7a) return undefined;
  }
  return undefined;
}

/** One character of a bracket: itself, after a backslash, or as `[.x.]` or `[=x=]`. */
function readMember(
  pattern: readonly number[],
  at: number,
): { code: number; next: number } | undefined {
  const code = pattern[at];
  if (code === undefined) return undefined;
  const kind = pattern[at + 1];
  if (code === OPEN && (kind === DOT || kind === EQUALS)) {
    const member = pattern[at + 2];
    if (member !== undefined && pattern[at + 3] === kind && pattern[at + 4] === CLOSE) {
      return { code: member, next: at + 5 };
    }
  }
  if (code !== BACKSLASH) return { code, next: at + 1 };
  return kind === undefined ? undefined : { code: kind, next: at + 2 };
}

/** Whether a bracket matches a character. Classes are of the character as it is, as with glibc. */
export function inBracket(bracket: Bracket, code: number, ignoreCase: boolean): boolean {
  const isMember = isInRange(bracket, ignoreCase ? lowerCase(code) : code) ||
    isInClass(bracket, code);
  return isMember !== bracket.isNegated;
}

function isInRange({ ranges }: Bracket, code: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) {
    if (code >= ranges[at]! && code <= ranges[at + 1]!) return true; // ranges come in twos
  }
  return false;
}

function isInClass({ classes }: Bracket, code: number): boolean {
  if (classes.length === 0 || code >= LONE_BYTE) return false;
  const character = String.fromCodePoint(code);
  return classes.some((members) => members.test(character));
}
