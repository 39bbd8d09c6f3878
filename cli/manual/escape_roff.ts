/**
 * What means something to roff, or would be shown as another character: quotes and accents are
 * turned into typographic ones, and a hyphen into U+2010, which nobody can search or paste
 * (groff_char(7), "Quotes and accents").
 */
const CHARACTERS: Readonly<Record<string, string>> = {
  "\\": "\\(rs",
  "'": "\\(aq",
  "`": "\\(ga",
  '"': "\\(dq",
  "^": "\\(ha",
  "~": "\\(ti",
  "-": "\\-",
};

/**
 * Text as roff that shows just this text, in ASCII; control characters become spaces. For one line
 * of input, or for an argument of a macro.
 */
export function escapeRoff(text: string): string {
  const escaped = text.toWellFormed().replace(
    /[\p{Cc}\\'`"^~-]|[^\x20-\x7e]/gu,
    (character) => {
      const known = CHARACTERS[character];
      if (known !== undefined) return known;
      const code = character.codePointAt(0) ?? 0;
      return code < 0xa0 ? " " : `\\[u${code.toString(16).toUpperCase().padStart(4, "0")}]`;
    },
  );
  // A dot makes a line a request; \& is nothing, so that it no longer comes first.
  return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
}
