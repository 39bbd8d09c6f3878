import { type ManifestEntry, ManifestError } from "./entry.ts";
import { isRelative } from "./line.ts";

/**
 * Reads a line that b3sum (or `blit hash`) has written: the hash, two spaces, the path; a
 * backslash before it says that backslashes and newlines in the path are escaped
 * (https://github.com/BLAKE3-team/BLAKE3/blob/master/b3sum/what_does_check_do.md).
 *
 * @throws {ManifestError} for what is no such line
 */
export function parseSumLine(text: string, line: number): ManifestEntry {
  const parts = /^(\\?)([0-9a-f]{64}) {2}(.+)$/s.exec(text);
  const fail = (what: string): ManifestError =>
    new ManifestError(line, `Line ${line} of the list of hashes ${what}.`);
  if (parts === null) throw fail("is not a hash, two spaces and a path");
  const [, escape = "", hash = "", written = ""] = parts;
  if (written.includes("\u{fffd}")) throw fail("has a path that b3sum could not write exactly");
  const plain = escape === "" ? written : unescaped(written);
  const path = new TextEncoder().encode(plain?.replace(/^(\.\/)+/, ""));
  if (plain === undefined || !isRelative(path) || path.length === 0) {
    throw fail("has a path that is none within a tree");
  }
  return { path, kind: "file", hash: Uint8Array.fromHex(hash) };
}

function unescaped(text: string): string | undefined {
  let plain = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character !== "\\") plain += character;
    else {
      const next = text[++at];
      if (next !== "\\" && next !== "n") return undefined;
      plain += next === "n" ? "\n" : "\\";
    }
  }
  return plain;
}
