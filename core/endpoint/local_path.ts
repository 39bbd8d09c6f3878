import { displayPath } from "../entry/display.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import type { Name } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";

/**
 * A path on this machine: text (UTF-8), bytes, or a `file:` URL. Text and bytes may name a place
 * that a daemon exports instead, `server:/module/path` or `server://path`; a local path with a
 * colon before its first slash takes `./` before it.
 */
export type PathLike = string | Uint8Array | URL;

const SLASH = 47;
const COLON = 58;
const DOT = 46;

/** A local path as the user gave it, taken apart. */
export interface LocalPath {
  /** Absolute, NUL-terminated, without trailing slashes. */
  readonly path: Name;
  /** Everything before the last component, NUL-terminated. */
  readonly parent: Name;
  /** The last component, NUL-terminated; empty for `/`. */
  readonly name: Name;
  /** It means a directory's content: it ends with a slash, `.` or `..`, or is `/`. */
  readonly content: boolean;
  /** For sentences. */
  readonly text: string;
}

/**
 * Takes a local path apart. Relative paths are resolved against the working directory now, so
 * that a later change of it makes no difference.
 *
 * @throws {TransferError} `usage` for an empty path, one with a NUL, or a URL that is not `file:`
 */
export function parseLocalPath(given: PathLike): LocalPath {
  const bytes = pathBytes(given);
  if (bytes.length === 0) {
    throw new TransferError("path-empty", 'A path is empty: "" names nothing.', "usage");
  }
  const text = displayPath(bytes);
  if (bytes.includes(0)) {
    throw new TransferError("path-nul", `The path "${text}" holds a NUL byte.`, "usage");
  }
  let end = bytes.length;
  while (end > 1 && bytes[end - 1] === SLASH) end--;
  const trimmed = bytes.subarray(0, end);
  const start = trimmed.lastIndexOf(SLASH) + 1;
  const last = trimmed.subarray(start);
  const isDots = last.length > 0 && last.length <= 2 && last.every((byte) => byte === DOT);
  const absolute = bytes[0] === SLASH ? trimmed : trimNul(joinPath(workingDirectory(), trimmed));
  const cut = absolute.lastIndexOf(SLASH);
  return {
    path: terminated(absolute),
    parent: terminated(cut <= 0 ? absolute.subarray(0, 1) : absolute.subarray(0, cut)),
    name: terminated(absolute.subarray(cut + 1)),
    content: end < bytes.length || isDots || absolute.length === 1,
    text,
  };
}

/**
 * Whether `parseEndpoint` has to be asked: a colon stands before the first slash. Here, because
 * a run that stays on this machine loads nothing for the network.
 */
export function mayBeRemote(given: PathLike): boolean {
  if (given instanceof URL) return false;
  const isText = typeof given === "string";
  const colon = isText ? given.indexOf(":") : given.indexOf(COLON);
  if (colon < 0) return false;
  const slash = isText ? given.indexOf("/") : given.indexOf(SLASH);
  return slash < 0 || colon < slash;
}

/** A path's bytes as the user gave them. */
export function pathBytes(given: PathLike): Uint8Array {
  if (typeof given === "string") return new TextEncoder().encode(given);
  if (given instanceof Uint8Array) return given;
  if (given.protocol !== "file:" || given.host !== "") {
    throw new TransferError("path-url", `"${given.href}" is not a local file: URL.`, "usage");
  }
  return percentDecoded(given.pathname);
}

function percentDecoded(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text[at] === "%" ? parseInt(text.slice(at + 1, at + 3), 16) : NaN;
    if (Number.isNaN(code)) bytes.push(text.charCodeAt(at));
    else {
      bytes.push(code);
      at += 2;
    }
  }
  return Uint8Array.from(bytes);
}

function workingDirectory(): Uint8Array {
  let directory = "/proc/self/cwd";
  try {
    directory = Deno.cwd();
  } catch (error) {
    // Deno cannot say a name that is not UTF-8; Linux has a link to it (proc(5)).
    if (Deno.build.os !== "linux") throw error;
  }
  return new TextEncoder().encode(directory);
}

function terminated(bytes: Uint8Array): Name {
  const name = new Uint8Array(bytes.length + 1);
  name.set(bytes);
  return name;
}
