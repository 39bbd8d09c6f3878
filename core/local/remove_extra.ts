import { openBackup } from "../deliver/backup.ts";
import { nameOf } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { unpackNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { Task } from "../movers/task.ts";
import { isTemporary, removeLeftOver } from "../movers/temporary.ts";
import { isAbsent, unlockDirectory } from "../scan/mod.ts";
import { Errno, type Name, type Result } from "../sys/mod.ts";

const EMPTY = nameOf("");

/**
 * Removes directories that only the destination has, all in one, whose content has been deleted.
 * Hot path; guarded by the mirror-changes scenario of `deno task bench`.
 */
export function removeExtra(context: MoverContext, task: Task): void {
  const { sys, names, job } = context;
  const { source, path } = task;
  unpackNames(task.names, 0, names); // a task has fewer than a table holds
  const parent = job.dryRun ? undefined : openParent(context, source, path);
  for (let index = 0; index < names.count && !context.stopping; index++) {
    const name = names.at(index);
    if (parent !== undefined && !removeOne(context, task, parent, name)) continue;
    context.count(Counter.Deleted);
    const action = job.backup === undefined ? "delete" : "backup";
    context.entry(action, Kind.Directory, source, path, name, 0);
  }
  if (parent !== undefined && parent >= 0) sys.close(parent);
}

/**
 * Deletes directories that only the destination has, each with the files that are named after it.
 * Hot path; guarded by the extra-directories scenario of `deno task bench`.
 */
export function deleteLeaves(context: MoverContext, task: Task): void {
  const { sys, names, job } = context;
  const { source, path } = task;
  unpackNames(task.names, 0, names); // a record has fewer than a table holds
  const parent = job.dryRun ? undefined : openParent(context, source, path);
  for (let index = 0; index < names.count && !context.stopping;) {
    const name = names.at(index);
    const first = index + 1;
    for (index = first; index < names.count && names.kinds[index] !== Kind.Directory;) index++;
    if (deleteFiles(context, task, parent, name, first, index)) {
      if (parent === undefined || removeOne(context, task, parent, name)) {
        context.count(Counter.Deleted);
        context.entry("delete", Kind.Directory, source, path, name, 0);
      }
    }
  }
  if (parent !== undefined && parent >= 0) sys.close(parent);
}

/**
 * Deletes files of the directory `name` of another; false where that cannot be opened, and when the
 * run is stopped before it is empty.
 */
function deleteFiles(
  context: MoverContext,
  { source, path }: Task,
  parent: Result | undefined,
  name: Name,
  from: number,
  to: number,
): boolean {
  const { sys, names, job } = context;
  if (from === to) return true;
  let directory: Result = -1;
  if (parent !== undefined) {
    // Whatever has been mounted there since it was listed stays.
    directory = parent < 0 ? parent : sys.openBeneath(parent, name, true);
    if (isAbsent(directory)) return true; // with its files
    if (directory < 0) {
      context.fail("destination", source, path, name, "open", directory);
      return false;
    }
    unlockDirectory(context, directory);
  }
  const inside = job.reportEntries ? joinPath(path, name) : EMPTY;
  for (let index = from; index < to && !context.stopping; index++) {
    const file = names.at(index);
    const result = parent === undefined ? 0 : sys.unlink(directory, file);
    if (result < 0 && !isAbsent(result)) {
      context.fail("destination", source, joinPath(path, name), file, "remove", result);
      continue;
    }
    context.count(Counter.Deleted);
    context.entry("delete", names.kinds[index]!, source, inside, file, 0); // in the table
  }
  if (directory >= 0) sys.close(directory);
  return !context.stopping;
}

/** Opens the directory that they are in, and makes it one that something can be removed from. */
function openParent(context: MoverContext, source: number, path: Name): Result {
  const [, root] = context.roots(source);
  const parent = context.sys.openBeneath(root, path);
  if (parent >= 0) unlockDirectory(context, parent);
  return parent;
}

/** Removes one, or tells why it stays; whether it is gone. */
function removeOne(
  context: MoverContext,
  { source, path }: Task,
  parent: Result,
  name: Name,
): boolean {
  const { sys, job } = context;
  const kept = job.backup === undefined ? 0 : keepDirectory(context, source, path, name);
  if (kept < 0) {
    context.fail("destination", source, path, name, "back up", kept);
    return false;
  }
  let result = parent < 0 ? parent : sys.removeDirectory(parent, name);
  const isFull = result === -Errno.ENOTEMPTY || result === -Errno.EEXIST;
  if (isFull && clearLeftOvers(context, parent, name)) result = sys.removeDirectory(parent, name);
  if (result === 0 || isAbsent(result)) return true;
  context.fail("destination", source, path, name, "remove", result);
  return false;
}

/** What was in it is there already; an empty one is not. */
function keepDirectory(context: MoverContext, source: number, path: Name, name: Name): Result {
  const opened = openBackup(context, source, joinPath(path, name));
  return opened < 0 ? opened : context.sys.close(opened);
}

/**
 * Removes what runs that were cut off have left in an extra directory: only now, since it is what
 * they go on with where the source comes back. Whether there was anything.
 */
function clearLeftOvers(context: MoverContext, parent: Result, name: Name): boolean {
  const { sys, spare } = context;
  const directory = sys.openBeneath(parent, name);
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
