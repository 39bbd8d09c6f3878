import type { FoundDaemon } from "./found.ts";

/** A daemon that a scan has found some time ago. */
export interface SeenHost {
  readonly name: string;
  /** The host's name, such as `"studio.local"`. */
  readonly host: string;
  /** The server as it is named where a host is asked for. */
  readonly endpoint: string;
  /** When it was last seen: seconds since 1970. */
  readonly seen: number;
}

/** What is kept at most, and for how long. */
const HOSTS = 256;
const KEPT_SECONDS = 7 * 86_400;
/** A file that is larger was not written here. */
const FILE_BYTES = 1 << 20;

/**
 * Hosts that a scan has found in the last days, the latest first, for completion. Where the file
 * is missing, broken or may not be read, there are none.
 */
export function seenHosts(): SeenHost[] {
  try {
    const file = fileOf();
    if (file === undefined || !granted("read", file)) return [];
    const { isFile, size } = Deno.statSync(file);
    if (!isFile || size > FILE_BYTES) return [];
    const { hosts } = JSON.parse(Deno.readTextFileSync(file));
    if (!Array.isArray(hosts)) return [];
    const now = Date.now() / 1000;
    return hosts.filter(isSeenHost).filter(({ seen }) => now - seen < KEPT_SECONDS).slice(0, HOSTS);
  } catch {
    return [];
  }
}

/** Keeps what a scan has found, with what was found before. It fails in silence. */
export function rememberHosts(found: readonly FoundDaemon[]): void {
  try {
    const file = fileOf();
    if (found.length === 0 || file === undefined || !granted("write", file)) return;
    const seen = Math.floor(Date.now() / 1000);
    const fresh = found.map(({ name, host, endpoint }) => ({ name, host, endpoint, seen }));
    const isOld = ({ endpoint, name }: SeenHost): boolean =>
      fresh.every((other) => other.endpoint !== endpoint && other.name !== name);
    const hosts = [...fresh, ...seenHosts().filter(isOld)].slice(0, HOSTS);
    Deno.mkdirSync(file.replace(/\/[^/]*$/, ""), { recursive: true });
    const aside = `${file}.${Deno.pid}`;
    // No link is followed: root may be here with the HOME of a user, who may have put one there.
    Deno.writeTextFileSync(aside, JSON.stringify({ hosts }) + "\n", {
      createNew: true,
      mode: 0o600,
    });
    try {
      Deno.renameSync(aside, file);
    } catch (error) {
      Deno.removeSync(aside);
      throw error;
    }
  } catch {
    // The next scan will do, and completion goes without.
  }
}

function isSeenHost(value: unknown): value is SeenHost {
  if (typeof value !== "object" || value === null) return false;
  const { name, host, endpoint, seen } = value as Record<string, unknown>;
  return [name, host, endpoint].every((text) => typeof text === "string") &&
    typeof seen === "number";
}

/** `blit/hosts.json` in the cache of this user (XDG Base Directory Specification). */
function fileOf(): string | undefined {
  const cache = variable("XDG_CACHE_HOME");
  // What is not absolute is to be ignored.
  if (cache?.startsWith("/")) return `${cache}/blit/hosts.json`;
  const home = variable("HOME");
  return home?.startsWith("/") ? `${home}/.cache/blit/hosts.json` : undefined;
}

/** Asked first, because Deno would put a question to the user. */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

function granted(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}
