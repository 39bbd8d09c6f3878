import { type HistoryPlace, isTurnedOff, placeIn, userPlace, variable } from "./location.ts";
import { lookAt } from "./own_file.ts";

/** Of a daemon's own history; a user's runs are in another file, for other eyes. */
const FILE = "perf_daemon.jsonl";

/**
 * Where a daemon that this user starts keeps its history: in the directory that the service manager
 * names (`$STATE_DIRECTORY`, systemd.exec(5)), else root's in the system's place for the state of
 * services (Filesystem Hierarchy Standard, 5.8), anybody else's beside his own history. Undefined
 * where it is turned off, or nothing says where.
 */
export function daemonHistoryPlace(): HistoryPlace | undefined {
  if (isTurnedOff()) return undefined;
  const [given] = (variable("STATE_DIRECTORY") ?? "").split(":");
  if (given?.startsWith("/")) return placeIn(undefined, given, FILE);
  if (isRoot()) return placeIn(undefined, servicesFolder(), FILE);
  return userPlace(FILE);
}

/**
 * The file in which to look for what a daemon of this machine has kept: of a daemon of this user's,
 * or, where he has none, of the system's.
 */
export function daemonHistoryFile(): string | undefined {
  const own = daemonHistoryPlace()?.file;
  if (own === undefined || isRoot() || isThere(own) || Deno.build.os === "windows") return own;
  const system = placeIn(undefined, servicesFolder(), FILE).file;
  return isThere(system) ? system : own;
}

function isRoot(): boolean {
  return Deno.uid() === 0;
}

function servicesFolder(): string {
  return Deno.build.os === "darwin" ? "/Library/Application Support/blit" : "/var/lib/blit";
}

/** What may not be looked at is there: reading it says why it cannot be read. */
function isThere(file: string): boolean {
  try {
    return lookAt(file) !== undefined;
  } catch {
    return true;
  }
}
