import { displayPath } from "../../core/entry/display.ts";
import { Kind } from "../../core/entry/kind.ts";

const BACKSLASH = 92;
const COLOURS: Readonly<Record<number, string>> = {
  [Kind.Directory]: "1;34",
  [Kind.Symlink]: "1;36",
  [Kind.Fifo]: "33",
  [Kind.Socket]: "1;35",
  [Kind.BlockDevice]: "1;33",
  [Kind.CharacterDevice]: "1;33",
};
const EXECUTABLE = "1;32";

/** A name as a terminal may show it. */
export function shownName(name: Uint8Array): string {
  let text = "";
  for (const byte of name) {
    if (byte < 32 || byte > 126 || byte === BACKSLASH) return displayPath(name);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** A name in the colour of its kind, as `ls --color` has them (dircolors(1)). */
export function painted(text: string, kind: number, mode: number): string {
  const isProgram = kind === Kind.File && (mode & 0o111) !== 0;
  const colour = isProgram ? EXECUTABLE : COLOURS[kind];
  return colour === undefined ? text : `\x1b[${colour}m${text}\x1b[0m`;
}
