import { refused, shown, utf8 } from "./given.ts";

/** The control port of a daemon that is not told another. */
export const DEFAULT_PORT = 9031;

/** A daemon's address, without anything it exports. */
export interface HostEndpoint {
  /** Tells this endpoint from the others. */
  readonly kind: "host";
  /** A name in lower case (IDNA), or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** As it was given, for sentences. */
  readonly text: string;
}

/**
 * Reads `server`, `server:9032`, `[::1]:9032` or `::1`: a daemon's address for verbs that ask
 * for one.
 *
 * ```ts
 * import { parseHost } from "./host.ts";
 * import assert from "node:assert/strict";
 * const { host, port } = parseHost("Server:9032");
 * assert.deepEqual([host, port], ["server", 9032]);
 * ```
 *
 * @throws {TransferError} `usage` for what is not a host, or names a place on one
 */
export function parseHost(given: string | Uint8Array): HostEndpoint {
  const bytes = typeof given === "string" ? new TextEncoder().encode(given) : given;
  const text = shown(bytes);
  const written = utf8(bytes) ?? "";
  if (written.includes("/")) {
    throw refused(
      "endpoint-host",
      `"${text}" names a place on a server, and only the server is asked for: ` +
        `write "${text.slice(0, text.indexOf("/")).replace(/:$/, "")}".`,
    );
  }
  const bare = canonicalAddress(written);
  if (bare !== undefined) return { kind: "host", host: bare, port: DEFAULT_PORT, text };
  const { host, port } = splitAuthority(written);
  return {
    kind: "host",
    host: hostOf(host, text),
    port: port === undefined ? DEFAULT_PORT : portOf(port, text),
    text,
  };
}

/** `host`, `host:port` or `[address]:port` at its colon; the port is undefined without one. */
export function splitAuthority(written: string): { host: string; port: string | undefined } {
  const bracketed = /^(\[[^\]]*\])(?::(.*))?$/s.exec(written);
  const plain = bracketed ?? /^([^:]*)(?::(.*))?$/s.exec(written);
  // A dot matches all, so one of the two always fits.
  return { host: plain?.[1] ?? written, port: plain?.[2] };
}

/**
 * A host in its canonical form.
 *
 * @throws {TransferError} `usage` for what cannot be one; `text` is what it stood in, `hint` a
 * sentence to end with
 */
export function hostOf(written: string, text: string, hint = ""): string {
  const host = written.startsWith("[")
    ? written.endsWith("]") ? canonicalAddress(written.slice(1, -1)) : undefined
    : canonicalName(written);
  if (host !== undefined) return host;
  const sentence = written === ""
    ? `No host is named in "${text}".`
    : `"${shown(written)}" in "${text}" is not a host.`;
  throw refused("endpoint-host", `${sentence} ${hint}`.trim());
}

/**
 * A port's number.
 *
 * @throws {TransferError} `usage` for what is none; `text` is what it stood in
 */
export function portOf(written: string, text: string): number {
  const port = Number(written);
  if (/^[1-9]\d{0,4}$/.test(written) && port < 65_536) return port;
  throw refused(
    "endpoint-port",
    `"${shown(written)}" in "${text}" is not a port: ports are numbers from 1 to 65535, ` +
      "without a zero before them.",
  );
}

/** A server as it is written where only a server is asked for, without the default port. */
export function formatAuthority(host: string, port: number): string {
  return port === DEFAULT_PORT ? bracketed(host) : `${bracketed(host)}:${port}`;
}

/** A host as it is written before a colon. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** A name by RFC 1123, underscores allowed as the DNS allows them, or an IPv4 address. */
function canonicalName(written: string): string | undefined {
  const name = /^[\x21-\x7e]*$/.test(written) ? written.toLowerCase() : asciiName(written);
  if (name === undefined || name.length > 253) return undefined;
  const labels = name.replace(/\.$/, "").split(".");
  const fits = (label: string): boolean =>
    /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label) && label.length <= 63;
  if (!labels.every(fits)) return undefined;
  // Resolvers take such a name for a number (inet_aton(3)), and each in its own way.
  if (!/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? "")) return name;
  const isAddress = labels.length === 4 && !name.endsWith(".") &&
    labels.every((label) => /^(0|[1-9]\d{0,2})$/.test(label) && Number(label) < 256);
  return isAddress ? name : undefined;
}

/** A name of other scripts as the DNS knows it (UTS 46), or undefined. */
function asciiName(written: string): string | undefined {
  // Left to itself, a URL would undo percent signs and drop tabs.
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x20\x7f#%/:<>?@[\\\]^|]/.test(written)) return undefined;
  try {
    return new URL(`http://${written}/`).hostname;
  } catch {
    return undefined;
  }
}

/** An IPv6 address in its shortest form (RFC 5952), its zone (RFC 4007) kept, or undefined. */
export function canonicalAddress(written: string): string | undefined {
  const parts = /^([0-9a-f:.]*:[0-9a-f:.]*)(%[A-Za-z0-9_.~@+-]{1,64})?$/i.exec(written);
  if (parts === null) return undefined;
  try {
    return new URL(`http://[${parts[1]}]/`).hostname.slice(1, -1) + (parts[2] ?? "");
  } catch {
    return undefined;
  }
}
