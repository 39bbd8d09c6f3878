import { localHint, refused, shown, utf8 } from "./given.ts";
import { isScheme, refuseHabits, slashMissing } from "./habits.ts";
import {
  bracketed,
  DEFAULT_PORT,
  formatAuthority,
  type HostEndpoint,
  hostOf,
  portOf,
  splitAuthority,
} from "./host.ts";
import { mayBeRemote, pathBytes, type PathLike } from "./local_path.ts";

/** A place on this machine. */
export interface LocalEndpoint {
  /** Tells this endpoint from the others. */
  readonly kind: "local";
  readonly path: PathLike;
}

/** A place that a daemon exports. */
export interface RemoteEndpoint {
  /** Tells this endpoint from the others. */
  readonly kind: "remote";
  /** A name in lower case (IDNA), or an address; IPv6 without brackets, with its zone. */
  readonly host: string;
  readonly port: number;
  /** The module's name; undefined for the default export. */
  readonly module: string | undefined;
  /** Within the module, `/` between components, none at either end, no `.` and `..`; may be empty. */
  readonly path: Uint8Array<ArrayBuffer>;
  /** It means a directory's content: it ended with a slash or `.`, or is the root. */
  readonly content: boolean;
  /** As it was given, for sentences. */
  readonly text: string;
}

/** What a source or a destination may be. */
export type Endpoint = LocalEndpoint | RemoteEndpoint;

const SLASH = 47;
const COLON = 58;
const BACKSLASH = 92;
/**
 * Reads a source or a destination: `server:/module/path`, `server://path`, or a local path. All
 * forms are in docs/endpoints.md. Bytes are read like text, and keep names that are not UTF-8.
 *
 * ```ts
 * import { parseEndpoint } from "./endpoint.ts";
 * import assert from "node:assert/strict";
 * const endpoint = parseEndpoint("server:9032/photos/2024/");
 * assert.ok(endpoint.kind === "remote");
 * assert.deepEqual([endpoint.host, endpoint.port, endpoint.module], ["server", 9032, "photos"]);
 * assert.equal(parseEndpoint("./server:9032/photos").kind, "local");
 * ```
 *
 * @throws {TransferError} `usage` for what reads as a remote place and is none
 */
export function parseEndpoint(given: PathLike): Endpoint {
  if (!mayBeRemote(given)) return { kind: "local", path: given };
  const bytes = pathBytes(given);
  const slash = bytes.indexOf(SLASH);
  const head = slash < 0 ? bytes : bytes.subarray(0, slash);
  if (isWindowsPath(head)) return { kind: "local", path: given };
  const text = shown(bytes);
  if (slash > 0 && /^file:$/i.test(utf8(head) ?? "")) {
    return { kind: "local", path: fileUrl(bytes, text) };
  }
  if (bytes.includes(0)) throw refused("path-nul", `The path "${text}" holds a NUL byte.`);
  return parseRemote(head, slash < 0 ? undefined : bytes.subarray(slash + 1), text);
}

/**
 * An endpoint as it is written: what {@linkcode parseEndpoint} reads as the same. Text, or bytes
 * where the path is not UTF-8.
 */
export function formatEndpoint(endpoint: Endpoint | HostEndpoint): PathLike {
  if (endpoint.kind === "host") return formatAuthority(endpoint.host, endpoint.port);
  if (endpoint.kind === "local") return localText(endpoint.path);
  const { host, port, module, path, content } = endpoint;
  const isShort = port === DEFAULT_PORT && !needsPort(host, module);
  const authority = isShort ? `${bracketed(host)}:` : `${bracketed(host)}:${port}`;
  const root = module === undefined ? "//" : `/${module}/`;
  const start = new TextEncoder().encode(authority + root);
  const slash = content && path.length > 0 ? [SLASH] : [];
  const bytes = Uint8Array.from([...start, ...path, ...slash]);
  return utf8(bytes) ?? bytes;
}

/** Whether the port tells a server from a drive or from a URL. */
function needsPort(host: string, module: string | undefined): boolean {
  return host.length === 1 || host === "file" || (module === undefined && isScheme(host));
}

/** A drive's path, or a backslash before the colon: no host holds one. */
function isWindowsPath(head: Uint8Array): boolean {
  const backslash = head.indexOf(BACKSLASH);
  if (backslash >= 0 && backslash < head.indexOf(COLON)) return true;
  const letter = head[0] ?? 0;
  const isLetter = (letter | 32) >= 97 && (letter | 32) <= 122;
  return isLetter && head[1] === COLON && (head.length === 2 || head[2] === BACKSLASH);
}

function parseRemote(
  head: Uint8Array,
  rest: Uint8Array | undefined,
  text: string,
): RemoteEndpoint {
  const written = utf8(head);
  if (written === undefined) {
    throw refused("endpoint-host", `The host in "${text}" is not UTF-8. ${localHint(text)}`);
  }
  const authority = splitAuthority(written);
  const port = authority.port ?? "";
  refuseHabits(written, authority.host, rest, text);
  const host = hostOf(authority.host, text, localHint(text));
  if (!/^\d*$/.test(port)) throw slashMissing(authority.host, port, rest, text);
  const number = port === "" ? DEFAULT_PORT : portOf(port, text);
  const shownHead = shown(written);
  const stem = port === "" ? shownHead.replace(/:?$/, ":") : shownHead;
  if (rest === undefined || rest.length === 0) {
    throw refused(
      "endpoint-module",
      `"${text}" names a server, but nothing on it: write "${stem}/MODULE/" for a module's root, ` +
        `or "${stem}//" for the root of what it exports by default.`,
    );
  }
  const cut = rest.indexOf(SLASH);
  if (cut < 0) {
    const name = shown(rest);
    throw refused(
      "endpoint-module",
      `"${text}" can be read in two ways: write "${stem}/${name}/" for the root of the module ` +
        `"${name}", or "${stem}//${name}" for "${name}" in what the server exports by default.`,
    );
  }
  const module = cut === 0 ? undefined : moduleOf(rest.subarray(0, cut), text);
  return { kind: "remote", host, port: number, module, ...pathOf(rest.subarray(cut), text), text };
}

function moduleOf(bytes: Uint8Array, text: string): string {
  const module = utf8(bytes);
  if (module === undefined || /\p{Cc}/u.test(module)) {
    throw refused(
      "endpoint-module",
      `"${shown(bytes)}" in "${text}" cannot be a module's name: ` +
        "names of modules are text without control characters.",
    );
  }
  if (module === "." || module === "..") {
    throw refused(
      "endpoint-module",
      `"${module}" in "${text}" is not a module: write its name after the colon and the slash.`,
    );
  }
  return module;
}

/** The path after the module, in its shortest form. */
function pathOf(
  rest: Uint8Array,
  text: string,
): { path: Uint8Array<ArrayBuffer>; content: boolean } {
  const kept: number[] = [];
  let content = true;
  for (let start = 0; start <= rest.length;) {
    const slash = rest.indexOf(SLASH, start);
    const end = slash < 0 ? rest.length : slash;
    const component = rest.subarray(start, end);
    const isDots = component.every((byte) => byte === 46);
    if (isDots && component.length === 2) {
      throw refused(
        "endpoint-path",
        `"${text}" leads upwards: "..", and so what lies outside of what is exported, cannot be ` +
          "reached on a server.",
      );
    }
    content = isDots && component.length < 2;
    if (!content) {
      if (kept.length > 0) kept.push(SLASH);
      for (const byte of component) kept.push(byte);
    }
    start = end + 1;
  }
  return { path: Uint8Array.from(kept), content };
}

/** A `file:` URL given as text; what has a meaning in other URLs stands for itself. */
function fileUrl(bytes: Uint8Array, text: string): URL {
  const escaped = Array.from(
    bytes,
    (byte) =>
      /[\w!$&'()*+,;=:@~.%/-]/.test(String.fromCharCode(byte)) && byte < 0x80
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, "0")}`,
  ).join("");
  try {
    return new URL(escaped);
  } catch {
    throw refused("path-url", `"${text}" is not a local file: URL.`);
  }
}

function localText(path: PathLike): PathLike {
  if (path instanceof URL || !mayBeRemote(path) || isWindowsPath(headOf(path))) return path;
  return typeof path === "string" ? `./${path}` : Uint8Array.from([46, SLASH, ...path]);
}

function headOf(path: PathLike): Uint8Array {
  const bytes = pathBytes(path);
  const slash = bytes.indexOf(SLASH);
  return slash < 0 ? bytes : bytes.subarray(0, slash);
}
