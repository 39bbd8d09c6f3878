// Matching runs once per entry: it allocates nothing but for classes like [[:alpha:]].

import { type Bracket, inBracket, readBracket } from "./bracket.ts";
import { characterAt, characterWidth, lowerCase } from "./character.ts";

const STAR = 0x2a, QUESTION = 0x3f, OPEN = 0x5b, BACKSLASH = 0x5c;

/** Operations; one from 0 on matches that character, one below `BRACKET` the bracket of its number. */
const ANY = -1, ANY_RUN = -2, BRACKET = -3;

/** A pattern of a shell, ready to be asked. */
export interface ShellPattern {
  /** Whether the whole of `text[start, end)` matches. */
  matches(text: Uint8Array, start: number, end: number): boolean;
}

/**
 * Compiles a shell pattern as `find -name` and `find -path` take it (fnmatch(3) without flags):
 * `*` matches any run, slashes and a leading dot included; `?` any character; `[...]` see
 * `readBracket`; a backslash takes the next character as it is. Characters are UTF-8's, and where
 * a name is not UTF-8 each byte that belongs to none.
 *
 * @returns undefined for a pattern that can match nothing: a backslash at its end, or a class
 * that does not exist
 */
export function compileShellPattern(
  pattern: Uint8Array,
  ignoreCase: boolean,
): ShellPattern | undefined {
  const codes: number[] = [];
  for (let at = 0; at < pattern.length; at += characterWidth) {
    codes.push(characterAt(pattern, at, pattern.length));
  }
  const ops: number[] = [];
  const brackets: Bracket[] = [];
  for (let at = 0; at < codes.length;) {
    let code = codes[at++]!; // within the pattern
    if (code === STAR) {
      if (ops.at(-1) !== ANY_RUN) ops.push(ANY_RUN);
      continue;
    }
    if (code === QUESTION) {
      ops.push(ANY);
      continue;
    }
    if (code === OPEN) {
      const read = readBracket(codes, at, ignoreCase);
      if (read !== undefined) {
        if (read.bracket === undefined) return undefined;
        ops.push(BRACKET - brackets.length);
        brackets.push(read.bracket);
        at = read.next;
        continue;
      }
    } else if (code === BACKSLASH) {
      const escaped = codes[at++];
      if (escaped === undefined) return undefined;
      code = escaped;
    }
    ops.push(ignoreCase ? lowerCase(code) : code);
  }
  return plain(ops, ignoreCase) ?? new General(Int32Array.from(ops), brackets, ignoreCase);
}

/** Patterns like `*.c`, `lib*` and `Makefile`, which most are: bytes are compared. */
function plain(ops: readonly number[], ignoreCase: boolean): ShellPattern | undefined {
  const starts = ops[0] === ANY_RUN;
  const ends = ops.length > 1 && ops.at(-1) === ANY_RUN;
  const body = ops.slice(starts ? 1 : 0, ends ? -1 : undefined);
  // Letters beyond ASCII have two cases, and a byte that is no character could end another's.
  if (ignoreCase || (starts && ends) || body.some((op) => op < 0 || op > 0x7f)) return undefined;
  const bytes = Uint8Array.from(body);
  const { length } = bytes;
  const isAt = (text: Uint8Array, start: number): boolean => {
    for (let at = 0; at < length; at++) if (text[start + at] !== bytes[at]) return false;
    return true;
  };
  if (starts) {
    return {
      matches: (text, start, end) => end - start >= length && isAt(text, end - length),
    };
  }
  if (ends) return { matches: (text, start, end) => end - start >= length && isAt(text, start) };
  return { matches: (text, start, end) => end - start === length && isAt(text, start) };
}

class General implements ShellPattern {
  readonly #ops: Int32Array;
  readonly #brackets: readonly Bracket[];
  readonly #ignoreCase: boolean;

  constructor(ops: Int32Array, brackets: readonly Bracket[], ignoreCase: boolean) {
    this.#ops = ops;
    this.#brackets = brackets;
    this.#ignoreCase = ignoreCase;
  }

  /**
   * The last star is the one place to come back to: what it cannot reach, an earlier one cannot
   * either. So the time is at most quadratic.
   */
  matches(text: Uint8Array, start: number, end: number): boolean {
    const ops = this.#ops;
    let op = 0;
    let at = start;
    let starOp = -1;
    let starAt = 0;
    for (;;) {
      if (op < ops.length && ops[op] === ANY_RUN) {
        if (++op === ops.length) return true;
        starOp = op;
        starAt = at;
        continue;
      }
      if (op < ops.length && at < end) {
        const code = characterAt(text, at, end);
        const width = characterWidth;
        if (this.#matches(ops[op]!, code)) { // within the pattern
          op++;
          at += width;
          continue;
        }
      } else if (op === ops.length && at === end) {
        return true;
      }
      if (starOp < 0 || starAt >= end || (at >= end && op < ops.length)) return false;
      characterAt(text, starAt, end);
      starAt += characterWidth;
      at = starAt;
      op = starOp;
    }
  }

  #matches(op: number, code: number): boolean {
    if (op >= 0) return op === (this.#ignoreCase ? lowerCase(code) : code);
    if (op === ANY) return true;
    return inBracket(this.#brackets[BRACKET - op]!, code, this.#ignoreCase); // numbered by us
  }
}
