import { openBackup } from "../deliver/backup.ts";
import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { splitPath } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { Task } from "../movers/task.ts";
import { isTemporary, removeLeftOver } from "../movers/temporary.ts";
import { isAbsent, unlockDirectory } from "../scan/mod.ts";
import { Errno, type Handle, type Name, type Result } from "../sys/mod.ts";

/** Removes a directory that only the destination has, and whose content has been deleted. */
export function removeExtra(context: MoverContext, { source, path }: Task): void {
  const { sys, job } = context;
  const [above, name] = splitPath(path);
  if (!job.dryRun) {
    const kept = job.backup === undefined ? 0 : keepDirectory(context, source, path);
    if (kept < 0) {
      context.fail("destination", source, path, nameOf(""), "back up", kept);
      return;
    }
    const [, root] = context.roots(source);
    const parent = sys.openBeneath(root, above);
    if (parent >= 0) unlockDirectory(context, parent);
    let result = parent < 0 ? parent : sys.removeDirectory(parent, name);
    const isFull = result === -Errno.ENOTEMPTY || result === -Errno.EEXIST;
    if (isFull && clearLeftOvers(context, root, path)) result = sys.removeDirectory(parent, name);
    if (parent >= 0) sys.close(parent);
    if (result < 0 && !isAbsent(result)) {
      context.fail("destination", source, path, nameOf(""), "remove", result);
      return;
    }
  }
  context.count(Counter.Deleted);
  const action = job.backup === undefined ? "delete" : "backup";
  context.entry(action, Kind.Directory, source, path, nameOf(""), 0);
}

/** What was in it is there already; an empty one is not. */
function keepDirectory(context: MoverContext, source: number, path: Name): Result {
  const opened = openBackup(context, source, path);
  return opened < 0 ? opened : context.sys.close(opened);
}

/**
 * Removes what runs that were cut off have left in an extra directory: only now, since it is what
 * they go on with where the source comes back. Whether there was anything.
 */
function clearLeftOvers(context: MoverContext, root: Handle, path: Name): boolean {
  const { sys, spare } = context;
  const directory = sys.openBeneath(root, path);
  if (directory < 0) return false;
  let found = false;
  while (sys.list(directory, spare) > 0) {
    for (let index = 0; index < spare.count; index++) {
      if (isTemporary(spare, index)) {
        found = removeLeftOver(context, directory, spare.at(index)) || found;
      }
    }
  }
  sys.close(directory);
  return found;
}
