/** C0 and C1 controls, line separators, and what reorders text (Unicode TR9). */
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text that is safe on a terminal and in a log, whoever wrote it: control characters become
 * `\n`, `\x1b` or `\u{202e}`. Backslashes stay, since paths in sentences have been escaped.
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    if (code === 10) return "\\n";
    if (code === 13) return "\\r";
    if (code === 9) return "\\t";
    const digits = code.toString(16);
    return code < 256 ? `\\x${digits.padStart(2, "0")}` : `\\u{${digits}}`;
  });
}
