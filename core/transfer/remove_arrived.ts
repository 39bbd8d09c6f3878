import { emptiable, Holders } from "../finish/emptiable.ts";
import { levelsOf, rootTasks } from "../finish/phase_tasks.ts";
import { removalGroups } from "../movers/removal_groups.ts";
import { newLog } from "../movers/run_log.ts";
import { TaskFlag, TaskKind } from "../movers/task.ts";
import type { Run } from "./run.ts";

/**
 * Ends a move: removes from the source what has arrived, then the directories that are empty.
 * What failed is not the same at the destination and stays; the same command again finishes it.
 */
export async function removeArrived(run: Run): Promise<void> {
  const { job, tally } = run;
  // After a failure the summary says already why something stays.
  const tell = tally.failureCount === 0 && !job.dryRun ? TaskFlag.Tell : 0;
  const tasks = rootTasks(job, TaskKind.Remove)
    .map((task) => ({ ...task, flags: task.flags | tell }));
  const log = newLog();
  for (const group of removalGroups(job.sources)) {
    await run.inBatches("remove-source", group.map((source) => tasks[source]!), log); // one each
  }
  // A plan removes nothing, so that which ones would be empty must be known.
  const emptied = emptiable(log.emptied, new Holders(log.kept));
  for (const level of levelsOf(TaskKind.RemoveEmptied, emptied)) {
    await run.inBatches("remove-source", level, log);
  }
}
