import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { PackedNames } from "../entry/packed.ts";
import { depthOf, pathKey } from "../entry/path.ts";
import type { Job } from "../movers/job.ts";
import type { LoggedDirectory, LoggedEntries } from "../movers/run_log.ts";
import { type Task, task, TaskFlag, TaskKind } from "../movers/task.ts";

/** Tasks that are unpacked and handed to the movers at one time. */
const BATCH = 256;

/** The first tasks of a run: the content of a source, or the one entry that is meant. */
export function rootTasks(job: Job, kind: number = TaskKind.Directory): Task[] {
  return job.sources.map((source, index) => {
    const flags = (source.fresh ? TaskFlag.Fresh : 0) | (source.absent ? TaskFlag.Absent : 0);
    const weight = 1 / job.sources.length;
    if (source.only === undefined) return task(kind, index, nameOf(""), { flags, weight });
    const names = new PackedNames();
    names.add(source.only, Kind.Unknown);
    const named = kind === TaskKind.Directory ? TaskKind.Batch : kind;
    return task(named, index, nameOf(""), { flags, weight, names: names.finish() });
  });
}

/** Directories whose metadata was put off, each once, deepest first. */
export function finishTasks(directories: readonly LoggedDirectory[]): Task[] {
  return deepestFirst(directories).map(({ source, path }) => task(TaskKind.Finish, source, path));
}

/** Entries put off, as tasks of a kind. */
export function entryTasks(
  kind: number,
  logged: readonly LoggedEntries[],
  flags = 0,
): Task[] {
  return logged.map(({ source, path, names }) => task(kind, source, path, { names, flags }));
}

/** Directories, each once, those with the longest paths (in components) first. */
export function deepestFirst(directories: readonly LoggedDirectory[]): LoggedDirectory[] {
  const unique = new Map<string, LoggedDirectory>();
  for (const directory of directories) {
    unique.set(`${directory.source} ${pathKey(directory.path)}`, directory);
  }
  return [...unique.values()]
    .map((directory) => ({ directory, depth: depthOf(directory.path) }))
    .sort((one, other) => other.depth - one.depth)
    .map(({ directory }) => directory);
}

/** Tasks a number at a time. */
export function* batches(tasks: Iterable<Task>): Generator<Task[]> {
  let batch: Task[] = [];
  for (const one of tasks) {
    batch.push(one);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
