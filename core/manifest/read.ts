import { parseSumLine } from "./b3sum.ts";
import { type ManifestEntry, ManifestError } from "./entry.ts";
import { checkHead, parseManifestLine } from "./line.ts";

/** The longest line: a path and a link's target of PATH_MAX each, every byte escaped. */
const LINE_BYTES = 64 * 1024;
const NEWLINE = 10;
const BRACE = 123;

/** Where the bytes of a manifest come from. */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * Reads a manifest or a list of hashes: which of the two it is, its first byte tells.
 *
 * @throws {ManifestError} for what is neither, or was cut off
 */
export async function* readManifest(source: ByteSource): AsyncGenerator<ManifestEntry> {
  let line = 0;
  let isManifest: boolean | undefined;
  let entries = 0;
  let end: number | undefined;
  for await (const text of linesOf(source)) {
    line++;
    if (end !== undefined) throw new ManifestError(line, "Something follows the manifest's end.");
    if (isManifest === undefined) {
      isManifest = text.charCodeAt(0) === BRACE;
      if (isManifest) {
        checkHead(text);
        continue;
      }
    }
    if (!isManifest) {
      yield parseSumLine(text, line);
      continue;
    }
    const parsed = parseManifestLine(text, line);
    if ("end" in parsed) end = parsed.end;
    else {
      entries++;
      yield parsed;
    }
  }
  if (isManifest === undefined) throw new ManifestError(1, "The manifest is empty.");
  if (isManifest && end !== entries) {
    throw new ManifestError(line, `The manifest was cut off after ${entries} entries.`);
  }
}

async function* linesOf(source: ByteSource): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let line = 0;
  for await (const piece of source) {
    const bytes = new Uint8Array(held.length + piece.length);
    bytes.set(held);
    bytes.set(piece, held.length);
    let start = 0;
    for (let end; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      line++;
      yield decoder.decode(bytes.subarray(start, end));
    }
    held = bytes.slice(start);
    if (held.length > LINE_BYTES) {
      throw new ManifestError(line + 1, `Line ${line + 1} of the manifest is too long.`);
    }
  }
  if (held.length > 0) yield decoder.decode(held);
}
