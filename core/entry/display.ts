const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const BACKSLASH = 0x5c;

/** Control characters, what breaks lines or reorders text, and the backslash. */
const ESCAPED = /[\p{Cc}\\\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A name or path as text that is safe on a terminal and in a log: control characters and
 * backslashes are escaped (`\n`, `\x1b`, `\\`), bytes that are not UTF-8 become `\xff`.
 * It ends at the first NUL.
 *
 * ```ts
 * import { displayPath } from "./display.ts";
 * import assert from "node:assert/strict";
 * assert.equal(displayPath(new Uint8Array([97, 10, 255])), "a\\n\\xff");
 * ```
 */
export function displayPath(path: Uint8Array): string {
  return plainText(path) ?? escapedText(path);
}

/** A path of nothing but letters, digits and signs of ASCII, as nearly all are; else undefined. */
function plainText(path: Uint8Array): string | undefined {
  let text = "";
  for (let at = 0; at < path.length && path[at] !== 0; at++) {
    const byte = path[at]!;
    if (byte < 0x20 || byte >= 0x7f || byte === BACKSLASH) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function escapedText(path: Uint8Array): string {
  const end = path.indexOf(0);
  const bytes = end < 0 ? path : path.subarray(0, end);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => byte < 0x80 ? escape(byte) : hex(byte)).join("");
  }
  return text.replace(
    ESCAPED,
    (character) => {
      const code = character.charCodeAt(0);
      return code < 0x80 ? escape(code) : `\\u{${code.toString(16)}}`;
    },
  );
}

/**
 * A name or path as text that a shell can show and put into a command line as it is; undefined
 * where `displayPath` would have to escape more of it than backslashes. It ends at the first NUL.
 */
export function typableText(path: Uint8Array): string | undefined {
  const end = path.indexOf(0);
  let text: string;
  try {
    text = decoder.decode(end < 0 ? path : path.subarray(0, end));
  } catch {
    return undefined;
  }
  // U+FFFD is what the portable floor gives for bytes that are not UTF-8.
  if (text.includes("\ufffd")) return undefined;
  return text.match(ESCAPED)?.some((character) => character !== "\\") ? undefined : text;
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

function escape(code: number): string {
  if (code === 10) return "\\n";
  if (code === 13) return "\\r";
  if (code === 9) return "\\t";
  if (code === 92) return "\\\\";
  return code < 32 || code === 127 ? hex(code) : String.fromCharCode(code);
}

/** Text as a NUL-terminated name or path in UTF-8. */
export function nameOf(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text + "\0");
}
