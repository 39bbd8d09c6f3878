import assert from "node:assert/strict";
import type { CommandOutput } from "./command.ts";

/** Asserts the exit code; a wrong one shows what was said. */
export function assertCode(output: CommandOutput, ...codes: readonly number[]): void {
  assert.ok(
    codes.includes(output.code),
    `ended with ${output.code}, not ${codes.join(" or ")}:\n${output.stdout}${output.stderr}`,
  );
}

/**
 * Asserts that a run told people what was wrong: the exit code, the words on stderr, and no stack
 * trace or bare JavaScript error in place of a sentence.
 */
export function assertSentence(
  output: CommandOutput,
  codes: readonly number[],
  ...words: readonly RegExp[]
): void {
  assertCode(output, ...codes);
  for (const word of words) assert.match(output.stderr, word);
  assert.doesNotMatch(
    output.stderr,
    /\n\s+at .*:\d+:\d+|Uncaught|TypeError|\[object |undefined|NaN/,
  );
}
