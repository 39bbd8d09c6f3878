import type { TransferError } from "../transfer/failure.ts";
import { localHint, refused, shown } from "./given.ts";
import { canonicalAddress, DEFAULT_PORT, splitAuthority } from "./host.ts";

/** URLs of other programs; a server of such a name takes its port, `rsync:9031//path`. */
const SCHEMES: ReadonlySet<string> = new Set(
  "blit ftp ftps gs http https nfs rclone rsync s3 scp sftp smb ssh".split(" "),
);

/** Whether `host://` is the beginning of a URL. */
export function isScheme(host: string): boolean {
  return SCHEMES.has(host.toLowerCase());
}

/**
 * Refuses what hands type for other programs and would be read as something else.
 *
 * `written` is all before the first slash, `host` what of it reads as a host, `rest` all behind
 * the slash, and `text` the whole as it may stand in a sentence.
 */
export function refuseHabits(
  written: string,
  host: string,
  rest: Uint8Array | undefined,
  text: string,
): void {
  const then = rest === undefined ? "" : shown(rest);
  if (written === `${host}:` && isScheme(host) && then.startsWith("/")) {
    throw otherUrl(host, then, text);
  }
  const at = written.lastIndexOf("@");
  if (at >= 0 && !host.startsWith("[")) {
    const server = shown(splitAuthority(written.slice(at + 1)).host) || "server";
    throw refused(
      "endpoint-user",
      `"${text}" names a user, and daemons know none: write "${server}:/module/path" for a place ` +
        `in a module, or "${server}://path" for one in what the server exports by default. ` +
        localHint(text),
    );
  }
  const address = canonicalAddress(written.replace(/:$/, ""));
  if (address !== undefined) {
    throw refused(
      "endpoint-host",
      `An IPv6 address stands in brackets: write "[${address}]:/${then || "module/"}" ` +
        `instead of "${text}". ${localHint(text)}`,
    );
  }
}

/** For `server:9032:/module/`, a port and then the colon that stands there without one. */
function colonTooMuch(
  host: string,
  port: string,
  rest: Uint8Array | undefined,
  text: string,
): TransferError {
  return refused(
    "endpoint-port",
    `Behind a port stands no colon: write "${host}:${port}/${
      rest === undefined ? "module/" : shown(rest)
    }" instead of "${text}". ${localHint(text)}`,
  );
}

/** For `server:path`, as rsync and scp write a place; `path` is what is not a port. */
export function slashMissing(
  host: string,
  path: string,
  rest: Uint8Array | undefined,
  text: string,
): TransferError {
  const [, port] = /^(\d+):$/.exec(shown(path)) ?? [];
  if (port !== undefined) return colonTooMuch(host, port, rest, text);
  const place = shown(path) + (rest === undefined ? "" : `/${shown(rest)}`);
  const inModule = rest === undefined ? `${place}/` : place;
  return refused(
    "endpoint-port",
    `What stands between the colon and the first slash of "${text}" is not a port: write ` +
      `"${host}:/${inModule}" for a place in a module, or "${host}://${place}" for one in what ` +
      `the server exports by default. ${localHint(text)}`,
  );
}

function otherUrl(scheme: string, then: string, text: string): TransferError {
  const [server = "", ...path] = then.replace(/^\/+/, "").split("/");
  const start = server.includes(":") ? server : `${server || "server"}:`;
  const place = path.join("/");
  const slash = place.includes("/") ? "" : "/";
  return refused(
    "endpoint-url",
    `"${text}" is a URL for other programs: write "${start}/${place || "module"}${slash}". ` +
      `A server that is called "${scheme}" takes its port, "${scheme}:${DEFAULT_PORT}/${then}".`,
  );
}
