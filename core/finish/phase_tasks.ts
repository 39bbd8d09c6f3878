import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { PackedNames } from "../entry/packed.ts";
import { depthOf, pathKey } from "../entry/path.ts";
import type { Job } from "../movers/job.ts";
import type { LoggedDirectory, LoggedEntries, LoggedExtras, RunLog } from "../movers/run_log.ts";
import { type Task, task, TaskFlag, TaskKind } from "../movers/task.ts";
import type { Name } from "../sys/mod.ts";

/** Tasks that are unpacked and handed to the movers at one time. */
const BATCH = 1024;

/** The first tasks of a run: the content of a source, or the one entry that is meant. */
export function rootTasks(job: Job, kind: number = TaskKind.Directory): Task[] {
  return job.sources.map((source, index) => {
    // What was empty when the run began is not when a later phase comes to it.
    const isFresh = source.fresh && kind === TaskKind.Directory;
    const flags = (isFresh ? TaskFlag.Fresh : 0) | (source.absent ? TaskFlag.Absent : 0);
    const weight = 1 / job.sources.length;
    if (source.only === undefined) return task(kind, index, nameOf(""), { flags, weight });
    const names = new PackedNames();
    names.add(source.only, Kind.Unknown);
    const named = kind === TaskKind.Directory ? TaskKind.Batch : kind;
    return task(named, index, nameOf(""), { flags, weight, names: names.finish() });
  });
}

/**
 * Directories whose metadata was put off, each once, a level of the tree at a time, deepest first:
 * a mode may close a directory to its owner, and then nothing beneath it can be reached any more.
 */
export function finishLevels(directories: readonly LoggedDirectory[]): Generator<Task[]> {
  return levelsOf(TaskKind.Finish, directories);
}

/** Directories as tasks of a kind, each once, a level of the tree at a time, deepest first. */
export function* levelsOf(
  kind: number,
  directories: readonly LoggedDirectory[],
): Generator<Task[]> {
  let level: Task[] = [];
  let depth = 0;
  for (const { source, path } of deepestFirst(directories)) {
    const own = depthOf(path);
    if (own !== depth && level.length > 0) {
      yield level;
      level = [];
    }
    depth = own;
    level.push(task(kind, source, path));
  }
  if (level.length > 0) yield level;
}

/** Named directories without those in them that are on both sides, a level of the tree at a time. */
export function directoryLevels(directories: readonly Name[]): Task[][] {
  const levels: Task[][] = [];
  for (const path of directories) {
    const flags = TaskFlag.Shallow;
    (levels[depthOf(path)] ??= []).push(task(TaskKind.Directory, 0, path, { flags }));
  }
  return levels.filter((level) => level !== undefined);
}

/** Tasks that put everything on disk: one for each file system that was written to. */
export function syncTasks(job: Job, log: RunLog): Task[] {
  const places = [...log.written.values()];
  for (let source = 0; source < job.sources.length; source++) {
    places.push({ source, path: nameOf("") });
  }
  return places.map(({ source, path }) => task(TaskKind.Sync, source, path));
}

/** Entries put off, as tasks of a kind. */
export function entryTasks(
  kind: number,
  logged: readonly LoggedEntries[],
  flags = 0,
): Task[] {
  return logged.map(({ source, path, names }) => task(kind, source, path, { names, flags }));
}

/** The extras of a run, as tasks that delete them. */
export function deleteTasks(logged: readonly LoggedExtras[]): Task[] {
  return logged.map(({ source, path, names, finishes }) =>
    task(TaskKind.Delete, source, path, { names, flags: finishes ? TaskFlag.Finish : 0 })
  );
}

/** Directories that hold only files, all of them extras, as tasks that delete both. */
export function leafTasks(logged: readonly LoggedEntries[]): Task[] {
  return entryTasks(TaskKind.DeleteLeaves, logged);
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
