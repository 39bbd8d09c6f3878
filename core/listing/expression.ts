import { shown } from "../endpoint/given.ts";
import { TransferError } from "../transfer/failure.ts";

/** Longest expression that is taken, in UTF-16 units. */
const LONGEST = 4096;

/**
 * Compiles a regular expression of JavaScript, with Unicode's rules (`u`: a character is a code
 * point, and what means nothing is an error), `.` matching a line break too.
 *
 * @throws {TransferError} `usage` with code `regex` for a broken one; the message shows its place
 */
export function compileExpression(source: string, ignoreCase: boolean): RegExp {
  if (source.length > LONGEST) {
    throw new TransferError(
      "regex",
      `The regular expression is too long: ${source.length} characters, and ${LONGEST} are taken.`,
      "usage",
    );
  }
  const reason = brokenness(source);
  if (reason === undefined) return new RegExp(source, ignoreCase ? "sui" : "su");
  const place = placeOf(source, reason);
  const characters = Array.from(source.slice(0, place)).length;
  const before = shown(source.slice(0, place));
  const marked = `${before}<HERE>${shown(source.slice(place))}`;
  throw new TransferError(
    "regex",
    `The regular expression "${shown(source)}" is broken at character ${characters + 1}, ` +
      `"${marked}": ${reason}.`,
    "usage",
  );
}

/** What V8 has against an expression, as the end of a sentence; undefined for nothing. */
function brokenness(source: string): string | undefined {
  try {
    new RegExp(source, "su");
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // "Invalid regular expression: /a(/su: Unterminated group"
    const reason = message.slice(message.lastIndexOf(`/su: `) + 5);
    return reason.charAt(0).toLowerCase() + reason.slice(1);
  }
}

/**
 * Where an expression is broken. V8 does not tell, but it reads from left to right: the place is
 * the end of the shortest beginning from which on every longer one is broken in the same way.
 */
function placeOf(source: string, reason: string): number {
  let length = source.length;
  while (length > 1 && brokenness(source.slice(0, length - 1)) === reason) length--;
  return Math.max(length - 1, 0);
}
