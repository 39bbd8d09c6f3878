import { kindWord } from "../../core/entry/kind.ts";
import { withoutControls } from "../output/json.ts";
import { joined, type Place } from "./place.ts";
import type { Rows } from "./rows.ts";

const exact = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder();

/** What of a row depends on where it was looked for. */
export interface EntryPlace {
  /** Goes before the name to make the path relative to the endpoint. */
  readonly directory: Uint8Array;
  /** Whole endpoints are wanted besides. */
  readonly canonical: Place | undefined;
  /** The endpoint as it was given, where there are several. */
  readonly endpoint: Uint8Array | undefined;
}

/**
 * An entry as a line of JSON; docs/cli/looking.schema.json has its form. Put together by hand, as
 * a million of them would wait for seconds for objects to be made and taken apart.
 */
export function entryJson(rows: Rows, row: number, place: EntryPlace): string {
  const name = rows.name(row);
  const path = place.directory.length === 0 ? name : joined(place.directory, name);
  const target = rows.targets.get(row);
  return '{"type":"entry"' +
    (place.endpoint === undefined ? "" : bytesField("endpoint", place.endpoint)) +
    bytesField("path", path) +
    (place.canonical === undefined ? "" : bytesField("canonical", whole(place.canonical, path))) +
    `,"kind":"${kindWord(rows.kinds[row] ?? 0)}"` +
    `,"size":${rows.size[row]},"allocated":${(rows.blocks[row] ?? 0) * 512}` +
    `,"mtime_seconds":${rows.mtimeSeconds[row]}` +
    `,"mtime_nanoseconds":${rows.mtimeNanoseconds[row]}` +
    `,"mode":${(rows.mode[row] ?? 0) & 0o7777},"uid":${rows.uid[row]},"gid":${rows.gid[row]}` +
    `,"links":${rows.links[row]}` +
    (target === undefined ? "" : bytesField("target", target)) + "}\n";
}

/** The whole endpoint of a path below a place. */
export function whole(place: Place, path: Uint8Array): Uint8Array {
  return path.length === 0 ? place.self : joined(place.prefix, path);
}

/** A comma and a field of text, and one of base64 besides where it is not UTF-8. */
function bytesField(name: string, bytes: Uint8Array): string {
  try {
    return `,"${name}":${withoutControls(JSON.stringify(exact.decode(bytes)))}`;
  } catch {
    const text = withoutControls(JSON.stringify(lossy.decode(bytes)));
    return `,"${name}":${text},"${name}_base64":"${bytes.toBase64()}"`;
  }
}
