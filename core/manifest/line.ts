import type { KindWord } from "../entry/kind.ts";
import { type ManifestEntry, ManifestError, type ManifestFacts } from "./entry.ts";

/** The first line of a manifest. */
export const MANIFEST_HEAD = '{"type":"manifest","version":1,"hash":"blake3"}';
const VERSION = 1;

const KINDS: ReadonlySet<string> = new Set<KindWord>([
  "fifo",
  "character device",
  "directory",
  "block device",
  "file",
  "symlink",
  "socket",
]);
const DEVICES: ReadonlySet<string> = new Set<KindWord>(["character device", "block device"]);
/** One way only to write a number: texts are compared. */
const DEVICE = /^(0|[1-9]\d{0,9}):(0|[1-9]\d{0,9})$/;
const SLASH = 47;

const exact = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** An entry as a line of JSON, without its end. */
export function manifestLine({ path, kind, hash, facts }: ManifestEntry): string {
  const object: Record<string, unknown> = { ...named("path", path), kind };
  if (facts !== undefined) {
    if (kind === "file") object.size = facts.size;
    object.mtime = timeText(facts);
    object.mode = facts.mode.toString(8).padStart(4, "0");
    object.uid = facts.uid;
    object.gid = facts.gid;
    if (facts.target !== undefined) Object.assign(object, named("target", facts.target));
    if (facts.device !== undefined) object.device = facts.device;
  }
  if (hash !== undefined) object.blake3 = hash.toHex();
  return JSON.stringify(object);
}

/** The last line: a manifest without it was cut off. */
export function manifestEnd(entries: number): string {
  return JSON.stringify({ type: "end", entries });
}

/**
 * Reads one line between the first and the last.
 *
 * @throws {ManifestError} for what is no entry
 */
export function parseManifestLine(text: string, line: number): ManifestEntry | { end: number } {
  const fail = (what: string): ManifestError =>
    new ManifestError(line, `Line ${line} of the manifest ${what}.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail("is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw fail("is not an object");
  }
  const object = value as Record<string, unknown>;
  if (object.type === "end") {
    if (!isCount(object.entries)) throw fail("does not say how many entries there are");
    return { end: object.entries };
  }
  const path = bytesOf(object, "path");
  if (path === undefined || !isRelative(path)) throw fail("has a path that is none within a tree");
  const { kind } = object;
  if (typeof kind !== "string" || !KINDS.has(kind)) throw fail("has no kind that blit knows");
  const hash = hashOf(object.blake3);
  if (hash === null) throw fail('has a "blake3" that is not 64 hexadecimal digits');
  const facts = factsOf(object);
  if (facts === undefined) throw fail("has a size, time, mode, owner or target that cannot be");
  const { device } = object;
  const isNumbered = typeof device === "string" && DEVICE.test(device);
  if (DEVICES.has(kind) && !isNumbered) throw fail("is a device without its numbers");
  if (!DEVICES.has(kind) && device !== undefined) throw fail("has numbers and is no device");
  return {
    path,
    kind: kind as KindWord,
    facts: isNumbered ? { ...facts, device } : facts,
    ...(hash === undefined ? {} : { hash }),
  };
}

/**
 * Checks the first line.
 *
 * @throws {ManifestError} for what is no manifest, and for one of a later version
 */
export function checkHead(text: string): void {
  let head: Record<string, unknown> = {};
  try {
    head = JSON.parse(text);
  } catch {
    // What is not JSON has no version.
  }
  if (head?.type !== "manifest" || head.hash !== "blake3" || !isCount(head.version)) {
    throw new ManifestError(1, "The file does not begin as a manifest does.");
  }
  if (head.version !== VERSION) {
    const newer = `The manifest is of version ${head.version}; this blit reads version ${VERSION}.`;
    throw new ManifestError(1, newer);
  }
}

/** Whether a path stays within the tree it is relative to: no `..`, no empty part, no NUL. */
export function isRelative(path: Uint8Array): boolean {
  if (path.includes(0)) return false;
  if (path.length === 0) return true;
  let start = 0;
  for (let at = 0; at <= path.length; at++) {
    if (at < path.length && path[at] !== SLASH) continue;
    const length = at - start;
    const isDots = length <= 2 && path.subarray(start, at).every((byte) => byte === 46);
    if (length === 0 || isDots) return false;
    start = at + 1;
  }
  return true;
}

/** A name as text, and as base64 besides where it is not UTF-8. */
function named(key: string, bytes: Uint8Array<ArrayBuffer>): Record<string, string> {
  try {
    return { [key]: exact.decode(bytes) };
  } catch {
    return { [key]: new TextDecoder().decode(bytes), [`${key}_base64`]: bytes.toBase64() };
  }
}

function bytesOf(
  object: Record<string, unknown>,
  key: string,
): Uint8Array<ArrayBuffer> | undefined {
  const base64 = object[`${key}_base64`];
  if (typeof base64 === "string") {
    try {
      return Uint8Array.fromBase64(base64);
    } catch {
      return undefined;
    }
  }
  const text = object[key];
  return typeof text === "string" ? encoder.encode(text) : undefined;
}

function hashOf(value: unknown): Uint8Array<ArrayBuffer> | null | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/i.test(value)) return null;
  return Uint8Array.fromHex(value);
}

function factsOf(object: Record<string, unknown>): ManifestFacts | undefined {
  const { size = 0, mtime, mode, uid, gid } = object;
  const time = typeof mtime === "string" ? /^(-?\d{1,15})\.(\d{9})$/.exec(mtime) : null;
  const bits = typeof mode === "string" && /^[0-7]{4}$/.test(mode) ? parseInt(mode, 8) : undefined;
  if (time === null || bits === undefined) return undefined;
  if (!isCount(size) || !isCount(uid) || !isCount(gid)) return undefined;
  const facts = {
    size,
    mtimeSeconds: Number(time[1]),
    mtimeNanoseconds: Number(time[2]),
    mode: bits,
    uid,
    gid,
  };
  if (object.target === undefined) return facts;
  const target = bytesOf(object, "target");
  return target === undefined ? undefined : { ...facts, target };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Seconds since 1970, a dot and nine digits of what is above the second. */
function timeText({ mtimeSeconds, mtimeNanoseconds }: ManifestFacts): string {
  return `${mtimeSeconds}.${String(mtimeNanoseconds).padStart(9, "0")}`;
}
