const NUL = 0x00, LF = 0x0a, CR = 0x0d;

/**
 * Calls `visit` with every line that is not empty and its number, counted from 1. Lines end at
 * LF, CR or both, as rsync reads its files, or only at NUL if `nullTerminated`. The last line
 * needs no end. `line` is a view that is valid during the call.
 */
export function splitLines(
  content: Uint8Array,
  nullTerminated: boolean,
  visit: (line: Uint8Array, number: number) => void,
): void {
  let start = 0;
  let number = 1;
  for (let at = 0; at <= content.length; at++) {
    const byte = content[at];
    const isEnd = at === content.length ||
      (nullTerminated ? byte === NUL : byte === LF || byte === CR);
    if (!isEnd) continue;
    if (at > start) visit(content.subarray(start, at), number);
    start = at + 1;
    // The CR of a CR LF ends the line; the LF after it would count the same line twice.
    if (!(byte === CR && content[at + 1] === LF)) number++;
  }
}
