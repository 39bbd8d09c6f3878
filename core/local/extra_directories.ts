import { nameOf } from "../entry/display.ts";
import { NO_NAMES } from "../entry/name_index.ts";
import { PackedNames, unpackNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { type Task, TaskFlag } from "../movers/task.ts";
import { Doing } from "../movers/whereabouts.ts";
import { Errno, type Handle, type Name } from "../sys/mod.ts";
import { ExtrasLog, isBackup } from "./extras_log.ts";
import { LeafLog } from "./leaf_log.ts";

const ITSELF = nameOf(".");
/** After so many milliseconds others are heard first, such as the event loop or the source. */
const TURN_MS = 12;
/** The clock is looked at after each fourth directory: to look takes as long as an empty one. */
const LOOK_MASK = 3;

/**
 * Works through directories that only the destination has, all in one: logs their entries, and puts
 * off their subdirectories as further tasks. What is mounted there is a failure, so that nothing is
 * deleted: it may be the source itself. Above them something may be.
 */
export function processExtra(context: MoverContext, task: Task): void {
  const { sys, names, job } = context;
  const { source, path } = task;
  const [, root] = context.roots(source);
  unpackNames(task.names, 0, names); // a task has fewer than a table holds
  const sameMount = job.verb !== "check"; // which only looks
  const parent = sys.openBeneath(root, path);
  const isUnlogged = (task.flags & TaskFlag.Unlogged) !== 0;
  const log = isUnlogged ? new LeafLog(context, source, path) : undefined;
  const begun = performance.now();
  for (let index = 0; index < names.count && !context.stopping; index++) {
    const looks = index > 0 && (index & LOOK_MASK) === 0;
    if (looks && performance.now() - begun > TURN_MS) {
      leaveRest(context, task, index);
      break;
    }
    const name = names.at(index);
    context.isAt(Doing.Listing, source, path, name);
    const directory = parent < 0 ? parent : sys.openBeneath(parent, name, sameMount);
    if (directory < 0) {
      if (directory === -Errno.EXDEV) {
        context.fail("destination", source, path, name, "remove", "MOUNT_POINT");
      } else context.fail("destination", source, path, name, "open", directory);
      log?.addOther(name);
      continue;
    }
    if (job.backup !== undefined) logBeside(context, source, path, name, directory, log);
    else logContent(context, source, path, name, directory, log);
    sys.close(directory);
  }
  if (parent >= 0) sys.close(parent);
  log?.finish();
}

/** Logs a directory and what is in it; of an empty one not even a path is made. */
function logContent(
  context: MoverContext,
  source: number,
  above: Name,
  name: Name,
  directory: Handle,
  log: LeafLog | undefined,
): void {
  const first = context.sys.list(directory, context.spare);
  if (first === 0) {
    log?.addLeaf(name, undefined);
    return;
  }
  const extras = new ExtrasLog(context, source, joinPath(above, name), directory, NO_NAMES);
  if (log === undefined) {
    extras.list(first);
    return;
  }
  const files = extras.listLeaf(first);
  if (files !== undefined && log.addLeaf(name, files)) return;
  if (files !== undefined) extras.finish();
  log.addOther(name);
}

/** The same where there is a backup directory, which may be in it, or it may be that. */
function logBeside(
  context: MoverContext,
  source: number,
  above: Name,
  name: Name,
  directory: Handle,
  log: LeafLog | undefined,
): void {
  const path = joinPath(above, name);
  if (isBackup(context, source, directory, ITSELF, path)) context.log.kept.push({ source, path });
  else new ExtrasLog(context, source, path, directory, NO_NAMES).list();
  log?.addOther(name);
}

/** Puts a task's names from one on back, for a turn of their own. */
function leaveRest({ names, stack }: MoverContext, task: Task, from: number): void {
  const rest = new PackedNames();
  for (let index = from; index < names.count; index++) rest.addFrom(names, index);
  stack.push({ ...task, names: rest.finish() });
}
