import { Kind } from "../entry/kind.ts";
import { PackedNames } from "../entry/packed.ts";
import { depthOf, pathKey } from "../entry/path.ts";
import { directoryTasks } from "../movers/directory_tasks.ts";
import type { Job } from "../movers/job.ts";
import type { LoggedEntries } from "../movers/run_log.ts";
import { type Task, TaskKind } from "../movers/task.ts";
import { namesOf, partEntries } from "./blocked.ts";
import type { Holders } from "./emptiable.ts";

/** How many entries were logged. */
export function countOf(logged: readonly LoggedEntries[]): number {
  let sum = 0;
  for (const { count } of logged) sum += count;
  return sum;
}

/** Those of some extra directories that will be empty. */
export function emptiableExtras(
  directories: readonly LoggedEntries[],
  holders: Holders,
): readonly LoggedEntries[] {
  if (holders.isEmpty) return directories;
  return directories.map((one) => partEntries(one, holders, false)).filter(({ count }) =>
    count > 0
  );
}

/** Tasks that remove extra directories, each once, a level of the tree at a time, deepest first. */
export function* removalLevels(job: Job, directories: readonly LoggedEntries[]): Generator<Task[]> {
  const levels: LoggedEntries[][] = [];
  for (const one of uniqueEntries(directories)) (levels[depthOf(one.path)] ??= []).push(one);
  for (let level = levels.pop(); level !== undefined || levels.length > 0; level = levels.pop()) {
    if (level === undefined) continue; // nothing is in directories of this depth
    yield level.flatMap((one) => [...directoryTasks(TaskKind.RemoveExtra, one, job)]);
  }
}

/** Entries that were logged, those of a directory together and each once. */
function uniqueEntries(logged: readonly LoggedEntries[]): LoggedEntries[] {
  const byDirectory = new Map<string, LoggedEntries[]>();
  for (const one of logged) {
    const key = `${one.source} ${pathKey(one.path)}`;
    const others = byDirectory.get(key);
    if (others === undefined) byDirectory.set(key, [one]);
    else others.push(one);
  }
  // What was logged at one time is of one listing.
  return Array.from(byDirectory.values(), (same) => same.length === 1 ? same[0]! : merge(same));
}

function merge(logged: readonly LoggedEntries[]): LoggedEntries {
  const { source, path } = logged[0]!; // callers give some
  const seen = new Set<string>();
  const packed = new PackedNames();
  for (const { names } of logged) {
    for (const name of namesOf(names)) {
      const key = pathKey(name);
      if (seen.has(key)) continue;
      seen.add(key);
      packed.add(name, Kind.Directory);
    }
  }
  return { source, path, names: packed.finish(), count: packed.count };
}
