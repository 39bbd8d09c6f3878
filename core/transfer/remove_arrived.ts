import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import { Counter } from "../movers/counters.ts";
import { TaskFlag, TaskKind } from "../movers/task.ts";
import { Errno } from "../sys/mod.ts";
import { isAbsent } from "../scan/mod.ts";
import { emptiable } from "../finish/emptiable.ts";
import { deepestFirst, rootTasks } from "../finish/phase_tasks.ts";
import type { Run } from "./run.ts";

/**
 * Ends a move: removes from the source what has arrived, then the directories that are empty.
 * What failed is not the same at the destination and stays; the same command again finishes it.
 */
export async function removeArrived(run: Run): Promise<void> {
  const { context, job, tally } = run;
  // After a failure the summary says already why something stays.
  const tell = tally.failureCount === 0 && !job.dryRun ? TaskFlag.Tell : 0;
  const tasks = rootTasks(job, TaskKind.Remove)
    .map((task) => ({ ...task, flags: task.flags | tell }));
  const log = await run.phase("remove-source", tasks);
  // A plan removes nothing, so that which ones would be empty must be known.
  for (const { source, path } of deepestFirst(emptiable(log.emptied, log.kept))) {
    run.throwIfStopped();
    const result = job.dryRun ? 0 : removeDirectory(run, source, path);
    // A directory that still holds something, such as what a filter left out, stays.
    if (result === -Errno.ENOTEMPTY || result === -Errno.EEXIST) continue;
    if (result < 0 && !isAbsent(result)) {
      context.fail("source", source, path, nameOf(""), "remove", result);
      continue;
    }
    context.count(Counter.Moved);
    context.entry("remove-source", Kind.Directory, source, path, nameOf(""), 0);
  }
  context.outbox.flush();
}

function removeDirectory(run: Run, source: number, path: Uint8Array): number {
  const { sys } = run.context;
  const trimmed = trimNul(path);
  const cut = trimmed.lastIndexOf(47);
  const [root] = run.context.roots(source);
  const parent = sys.openBeneath(root, joinPath(trimmed.subarray(0, Math.max(cut, 0)), nameOf("")));
  if (parent < 0) return parent;
  const result = sys.removeDirectory(parent, joinPath(trimmed.subarray(cut + 1), nameOf("")));
  sys.close(parent);
  return result;
}
