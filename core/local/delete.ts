import { unpackNames } from "../entry/packed.ts";
import { nameOf } from "../entry/display.ts";
import { backUp } from "../deliver/backup.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { Task } from "../movers/task.ts";
import { isAbsent, unlockDirectory } from "../scan/mod.ts";

/** Deletes the named extras of one destination directory, or moves them into the backup directory. */
export function processDelete(context: MoverContext, task: Task): void {
  const { sys, names, job } = context;
  const [, root] = context.roots(task.source);
  const directory = sys.openBeneath(root, task.path);
  if (directory < 0) {
    context.fail("destination", task.source, task.path, nameOf(""), "open", directory);
    return;
  }
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
  sys.close(directory);
}
