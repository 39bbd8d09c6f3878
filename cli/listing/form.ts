import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { mayColour } from "../output/colour.ts";
import { textOf } from "../run/text.ts";
import type { LineForm } from "./lines.ts";
import type { LookingRun } from "./run.ts";

const NEWLINE = 10;

/** How the verb's lines are to look. */
export function lineForm(run: LookingRun): LineForm {
  const { invocation, terminal } = run;
  const isNull = invocation.has("null");
  return {
    terminal: terminal && !isNull,
    colour: terminal && !isNull && mayColour(run.console.output),
    end: isNull ? 0 : NEWLINE,
    long: invocation.has("long"),
    human: roundsSizes(run),
  };
}

/** Whether sizes are rounded: at a terminal, unless told. */
export function roundsSizes({ invocation, terminal }: LookingRun): boolean {
  return invocation.has("human") || (terminal && !invocation.has("bytes"));
}

/**
 * An option's whole number, or undefined where it was not given.
 *
 * @throws {UsageError} for what is none, or cannot be held exactly
 */
export function wholeNumber(invocation: Invocation, option: string): number | undefined {
  const value = invocation.value(option);
  if (value === undefined) return undefined;
  const text = textOf(value, option);
  const number = Number(text);
  const isWhole = /^\d+$/.test(text);
  if (isWhole && Number.isSafeInteger(number)) return number;
  const why = isWhole
    ? `is too large: give a number from 0 to ${Number.MAX_SAFE_INTEGER}`
    : "is not a whole number";
  throw new UsageError(`--${option} ${JSON.stringify(text)} ${why}.`, invocation.verb?.name);
}
