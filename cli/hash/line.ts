import { displayPath } from "../../core/entry/display.ts";

/**
 * A line as b3sum prints it: the hash, two spaces, the path. Backslashes and newlines in the path
 * are escaped, and a backslash before the hash says so; bytes that are not UTF-8 become U+FFFD
 * (https://github.com/BLAKE3-team/BLAKE3/blob/master/b3sum/what_does_check_do.md).
 */
export function hashLine(hash: string, path: Uint8Array, atTerminal: boolean): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(path);
  // deno-lint-ignore no-control-regex -- a name must not drive the terminal
  if (atTerminal && /[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text)) {
    return `${hash}  ${displayPath(path)}`;
  }
  if (!/[\\\n]/.test(text)) return `${hash}  ${text}`;
  return `\\${hash}  ${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`;
}

/** Whether b3sum --check will find the file again: it knows no bytes that are not UTF-8. */
export function canBeChecked(path: Uint8Array): boolean {
  return !new TextDecoder().decode(path).includes("\u{fffd}");
}
