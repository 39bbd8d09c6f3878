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
  const off = variable(OFF_SWITCH) ?? "";
  if (off !== "" && off !== "0") return undefined;
  if (Deno.build.os === "windows") {
    const local = variable("LOCALAPPDATA");
    return local === undefined ? undefined : place(local, `${local}\\blit`);
  }
  const home = variable("HOME");
  // What is not absolute is to be ignored (the same specification).
  const isHome = home?.startsWith("/") ?? false;
  if (Deno.build.os === "darwin") {
    return isHome ? place(home, `${home}/Library/Application Support/blit`) : undefined;
  }
  const config = variable("XDG_CONFIG_HOME");
  if (config?.startsWith("/")) return place(undefined, `${config}/blit`);
  return isHome ? place(home, `${home}/.config/blit`) : undefined;
}

/** The history's path; undefined where there is none. */
export function historyFile(): string | undefined {
  return historyPlace()?.file;
}

function place(home: string | undefined, folder: string): HistoryPlace {
  const slash = Deno.build.os === "windows" ? "\\" : "/";
  return { home, folder, file: `${folder}${slash}perf_local.jsonl` };
}

/** Asked first, because Deno would put a question to the user. */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
