import { splitNames } from "../entry/packed.ts";
import type { Job } from "./job.ts";
import type { LoggedEntries } from "./run_log.ts";
import { type Task, task } from "./task.ts";

/** Directories that one task takes: the one they are in is opened once for as many. */
const TASK_DIRECTORIES = 32;

/**
 * Directories of one directory as tasks of a kind, a few in each, so that movers share them. Where
 * a call may not come back it shall hold up no other: then each has a task of its own.
 */
export function* directoryTasks(
  kind: number,
  { source, path, names }: LoggedEntries,
  { mayHang }: Pick<Job, "mayHang">,
  flags = 0,
): Generator<Task> {
  const most = mayHang === true ? 1 : TASK_DIRECTORIES;
  for (const piece of splitNames(names, most)) {
    yield task(kind, source, path, { names: piece, flags });
  }
}
