/**
 * Where watchers listen: `$XDG_RUNTIME_DIR/blit` (XDG Base Directory Specification), else a
 * folder of the user's own in /tmp. Undefined where that cannot be told.
 */
export function watchFolder(): string | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const { state } = Deno.permissions.querySync({ name: "env", variable: "XDG_RUNTIME_DIR" });
  if (state !== "granted") return undefined;
  const runtime = Deno.env.get("XDG_RUNTIME_DIR");
  return runtime?.startsWith("/") ? `${runtime}/blit` : `/tmp/blit-${Deno.uid()}`;
}

/** Whether it is there and nobody else's: no link, this user's own, closed to others. */
export function isOwnFolder(folder: string): boolean {
  try {
    const { isDirectory, uid, mode } = Deno.lstatSync(folder);
    return isDirectory && uid === Deno.uid() && ((mode ?? 0o777) & 0o077) === 0;
  } catch {
    return false;
  }
}

/** Whether there may be a watcher to ask: two looks, for the runs that have none. */
export function mayBeWatched(): boolean {
  const folder = watchFolder();
  return folder !== undefined && isOwnFolder(folder) && holdsAnything(folder);
}

/** The folder stays when the last watcher ends. */
function holdsAnything(folder: string): boolean {
  try {
    for (const _ of Deno.readDirSync(folder)) return true;
  } catch {
    // Gone meanwhile, and the watchers with it.
  }
  return false;
}
