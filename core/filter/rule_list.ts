import { FilterError, quote } from "./error.ts";
import { splitLines } from "./lines.ts";
import type { FilterRule } from "./spec.ts";

const SPACE = 0x20, BANG = 0x21, HASH = 0x23, PLUS = 0x2b, MINUS = 0x2d, SEMICOLON = 0x3b;

/**
 * Adds one rule to the end of `rules`, as rsync's `--include` and `--exclude` do: a leading `+ `
 * or `- ` overrides `includes`, a lone `!` empties the list, an empty pattern is nothing.
 *
 * @param place what to call the rule's origin in an error, such as `--exclude`
 */
export function addRule(
  rules: FilterRule[],
  includes: boolean,
  text: Uint8Array,
  place: string,
): void {
  if (text.length === 0) return;
  if (text.includes(0)) {
    throw new FilterError(
      "nul-in-pattern",
      `${place}: the pattern ${quote(text)} holds a NUL byte, which no name can hold.`,
    );
  }
  if (text.length === 1 && text[0] === BANG) {
    rules.length = 0;
    return;
  }
  const isSigned = text[1] === SPACE && (text[0] === PLUS || text[0] === MINUS);
  if (!isSigned) {
    rules.push({ includes, pattern: text.slice() });
    return;
  }
  if (text.length === 2) {
    throw new FilterError(
      "empty-pattern",
      `${place}: the rule ${quote(text)} has no pattern after its sign.`,
    );
  }
  rules.push({ includes: text[0] === PLUS, pattern: text.slice(2) });
}

/**
 * Adds the rules of an `--exclude-from` (or `--include-from`) file, one a line. Blank lines and
 * lines beginning with `;` or `#` are skipped; spaces are part of the pattern.
 */
export function addRulesOfFile(
  rules: FilterRule[],
  includes: boolean,
  content: Uint8Array,
  place: string,
): void {
  splitLines(content, false, (line, number) => {
    if (line[0] === SEMICOLON || line[0] === HASH) return;
    addRule(rules, includes, line, `${place}, line ${number}`);
  });
}
