/** A variable that turns the history off, set to anything but 0. */
export const OFF_SWITCH = "BLIT_DISABLE_LOCAL_TELEMETRY";

/** Where the history is, or is to be. */
export interface HistoryPlace {
  /** A directory of the user's that has to be there already, if there is such a one. */
  readonly home: string | undefined;
  readonly folder: string;
  readonly file: string;
}

/**
 * The platform's place for it: `$XDG_CONFIG_HOME/blit`, else `~/.config/blit` (XDG Base Directory
 * Specification); `~/Library/Application Support/blit` on macOS, `%LOCALAPPDATA%\blit` on Windows.
 * Undefined where it is turned off, or nothing says where.
 */
export function historyPlace(): HistoryPlace | undefined {
  return isTurnedOff() ? undefined : userPlace("perf_local.jsonl");
}

/** Whether no history is to be kept, shown, or told of. */
export function isTurnedOff(): boolean {
  const off = variable(OFF_SWITCH) ?? "";
  return off !== "" && off !== "0";
}

/** Where a file of this user's is kept; undefined where nothing says where. */
export function userPlace(name: string): HistoryPlace | undefined {
  if (Deno.build.os === "windows") {
    const local = variable("LOCALAPPDATA");
    return local === undefined ? undefined : placeIn(local, `${local}\\blit`, name);
  }
  const home = variable("HOME");
  // What is not absolute is to be ignored (the same specification).
  const isHome = home?.startsWith("/") ?? false;
  if (Deno.build.os === "darwin") {
    return isHome ? placeIn(home, `${home}/Library/Application Support/blit`, name) : undefined;
  }
  const config = variable("XDG_CONFIG_HOME");
  if (config?.startsWith("/")) return placeIn(undefined, `${config}/blit`, name);
  return isHome ? placeIn(home, `${home}/.config/blit`, name) : undefined;
}

/** The history's path; undefined where there is none. */
export function historyFile(): string | undefined {
  return historyPlace()?.file;
}

/** A file of a folder that is made where it is missing. */
export function placeIn(home: string | undefined, folder: string, name: string): HistoryPlace {
  const slash = Deno.build.os === "windows" ? "\\" : "/";
  return { home, folder, file: `${folder}${slash}${name}` };
}

/** Asked first, because Deno would put a question to the user. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
