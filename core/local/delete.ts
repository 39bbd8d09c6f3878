import { unpackNames } from "../entry/packed.ts";
import { nameOf } from "../entry/display.ts";
import { backUp } from "../deliver/backup.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { type Task, TaskFlag } from "../movers/task.ts";
import { closePlace, isAbsent, openPlace, unlockDirectory } from "../scan/mod.ts";
import type { Handle } from "../sys/mod.ts";
import { finishDirectory } from "./finish_directory.ts";

/** Deletes the named extras of one destination directory, or moves them into the backup directory. */
export function processDelete(context: MoverContext, task: Task): void {
  const { sys } = context;
  if ((task.flags & TaskFlag.Finish) !== 0) {
    const place = openPlace(context, task);
    if (place === undefined) return;
    deleteNamed(context, task, place.destination);
    finishDirectory(context, place);
    closePlace(context, place);
    return;
  }
  const [, root] = context.roots(task.source);
  const directory = sys.openBeneath(root, task.path);
  if (directory < 0) {
    context.fail("destination", task.source, task.path, nameOf(""), "open", directory);
    return;
  }
  deleteNamed(context, task, directory);
  sys.close(directory);
}

function deleteNamed(context: MoverContext, task: Task, directory: Handle): void {
  const { sys, names, job } = context;
  unlockDirectory(context, directory);
  for (let at = 0; at < task.names.length && !context.stopping;) {
    at = unpackNames(task.names, at, names);
    for (let index = 0; index < names.count && !context.stopping; index++) {
      const name = names.at(index);
      const result = job.dryRun
        ? 0
        : job.backup === undefined
        ? sys.unlink(directory, name)
        : backUp(context, task.source, directory, task.path, name, false);
      if (result < 0 && !isAbsent(result)) {
        const operation = job.backup === undefined ? "remove" : "back up";
        context.fail("destination", task.source, task.path, names.copy(index), operation, result);
        continue;
      }
      const action = job.backup === undefined ? "delete" : "backup";
      context.count(Counter.Deleted);
      context.entry(action, names.kinds[index]!, task.source, task.path, names.at(index), 0);
    }
  }
}
