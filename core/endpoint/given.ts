import { displayPath } from "../entry/display.ts";
import { TransferError } from "../transfer/failure.ts";

/** What to do when a local path was meant. */
export function localHint(text: string): string {
  return `For a local path with a colon in its name, write "./${text}".`;
}

/** An error for what the user gave. */
export function refused(code: string, message: string): TransferError {
  return new TransferError(code, message, "usage");
}

/** Text from bytes, or undefined where they are not UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What was given as it may stand in a sentence: control characters are escaped, NUL too. */
export function shown(given: string | Uint8Array): string {
  const bytes = typeof given === "string" ? new TextEncoder().encode(given) : given;
  const parts: string[] = [];
  for (let start = 0; start <= bytes.length;) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    parts.push(displayPath(bytes.subarray(start, end)));
    start = end + 1;
  }
  return parts.join("\\0");
}
