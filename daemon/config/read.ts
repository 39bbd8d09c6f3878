import { reasonOf } from "../../cli/output/reason.ts";
import { ConfigError } from "./config_error.ts";

/** Where the configuration is unless `--config` says otherwise. */
export const DEFAULT_CONFIG = "/etc/blit/config.toml";

/** More is no configuration. */
const MOST_BYTES = 256 * 1024;
/** As many links as Linux follows in one path (path_resolution(7)). */
const MOST_LINKS = 40;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;

/**
 * Reads a configuration file that only its operator can have written: it and every link on the
 * way belong to root or to who runs the daemon, and no directory on the way lets everybody
 * rename what is in it (CVE-2026-53802: a daemon that follows a planted link reads, and tells of,
 * files of the planter's choice).
 *
 * Gives undefined where the file is not there.
 *
 * @throws {ConfigError} for a file that cannot be read or must not be trusted
 */
export function readConfig(file: string): string | undefined {
  try {
    return readTrusted(file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw refused(file, `It cannot be read: ${reasonOf(error)}.`);
  }
}

function readTrusted(file: string): string {
  const { path, info } = resolve(file);
  if (!info.isFile) throw refused(file, "It is not a regular file.");
  if (!isTrusted(info)) {
    const owner = `user ${info.uid}, and neither root nor the user that runs the daemon`;
    throw refused(file, `It is not read, because it belongs to ${owner}.`);
  }
  if ((info.mode ?? 0) & WORLD_WRITABLE) {
    throw refused(file, "It is not read, because everybody may write to it: chmod o-w.");
  }
  using opened = Deno.openSync(path, { read: true });
  const held = opened.statSync();
  if (held.dev !== info.dev || held.ino !== info.ino) {
    throw refused(file, "It is not read, because it was replaced just now.");
  }
  return decode(file, readAll(file, opened));
}

/** Follows the path link by link, and gives what it leads to with a path free of links. */
function resolve(file: string): { path: string; info: Deno.FileInfo } {
  const absolute = file.startsWith("/") || Deno.build.os === "windows"
    ? file
    : `${Deno.cwd()}/${file}`;
  if (Deno.build.os === "windows") return { path: file, info: Deno.lstatSync(file) };
  let rest = absolute.split("/").filter(Boolean);
  let path = "";
  let info = Deno.lstatSync("/");
  for (let links = 0; rest.length > 0;) {
    const [component = "", ...further] = rest;
    rest = further;
    if (component === ".") continue;
    if (component === "..") {
      path = path.slice(0, Math.max(0, path.lastIndexOf("/")));
      continue;
    }
    checkDirectory(file, path || "/");
    info = Deno.lstatSync(`${path}/${component}`);
    if (!info.isSymlink) {
      path = `${path}/${component}`;
      continue;
    }
    if (!isTrusted(info)) throw plantedLink(file, `${path}/${component}`, info);
    if (++links > MOST_LINKS) throw refused(file, "It is reached through too many links.");
    const target = Deno.readLinkSync(`${path}/${component}`);
    if (target.startsWith("/")) path = "";
    rest = [...target.split("/").filter(Boolean), ...rest];
  }
  // The way may have ended with "..".
  return { path: path || "/", info: Deno.lstatSync(path || "/") };
}

function checkDirectory(file: string, path: string): void {
  const mode = Deno.lstatSync(path).mode ?? 0;
  if ((mode & WORLD_WRITABLE) === 0 || (mode & STICKY) !== 0) return;
  throw refused(
    file,
    `It is not read, because everybody may rename what is in "${path}": chmod o-w.`,
  );
}

/** Root's or our own; systems without owners have nothing to compare. */
function isTrusted({ uid }: Deno.FileInfo): boolean {
  const own = Deno.uid();
  return uid === null || own === null || uid === 0 || uid === own;
}

function plantedLink(file: string, link: string, { uid }: Deno.FileInfo): ConfigError {
  return refused(
    file,
    `It is not read, because the link "${link}" on the way to it belongs to user ${uid}, ` +
      "and neither to root nor to the user that runs the daemon.",
  );
}

function readAll(file: string, opened: Deno.FsFile): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MOST_BYTES + 1);
  let used = 0;
  for (;;) {
    const count = opened.readSync(bytes.subarray(used));
    if (!count) break;
    used += count;
    if (used > MOST_BYTES) throw refused(file, "It is longer than 256 KiB: no configuration is.");
  }
  return bytes.slice(0, used);
}

function decode(file: string, bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused(file, "It is not UTF-8, as TOML has to be.");
  }
}

function refused(file: string, message: string): ConfigError {
  return new ConfigError(file, [{ message }]);
}
