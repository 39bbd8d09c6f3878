import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import { PackedNames } from "../entry/packed.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { directoryTasks } from "../movers/directory_tasks.ts";
import type { LoggedEntries } from "../movers/run_log.ts";
import { task, TaskFlag, TaskKind } from "../movers/task.ts";
import { Need } from "../plan/mod.ts";
import type { Place } from "../scan/place.ts";
import type { Name } from "../sys/mod.ts";
import { READ_BYTES } from "./content.ts";

/** Notes that a directory's own metadata must be set at the end of the run. */
export function putOff(context: MoverContext, place: Place): void {
  if (context.job.dryRun) return; // nothing is written
  context.log.unfinished.push({ source: place.sourceIndex, path: place.path });
}

/**
 * Notes directories of one directory that only the destination has; they are logged, and what lies
 * in them is worked through, as tasks.
 */
export function findExtraDirectories(
  context: MoverContext,
  directories: LoggedEntries,
  flags: number = TaskFlag.Unlogged,
): void {
  context.count(Counter.Extras, directories.count);
  for (const extra of directoryTasks(TaskKind.Extra, directories, context.job, flags)) {
    context.stack.push(extra);
  }
}

/** The same for directories in the way of others, which are logged at once. */
export function noteExtraDirectories(context: MoverContext, directories: LoggedEntries): void {
  context.log.extraDirectories.push(directories);
  findExtraDirectories(context, directories, 0);
}

/** The same for one, `name` in the directory `path`. */
export function noteExtraDirectory(
  context: MoverContext,
  source: number,
  path: Name,
  name: Name,
): void {
  const one = new PackedNames();
  one.add(name, Kind.Directory);
  noteExtraDirectories(context, { source, path, names: one.finish(), count: 1 });
}

/**
 * Collects the entries of a batch whose place is taken by a directory that is an extra: they are
 * delivered when that has been deleted.
 */
export class BlockedCollector {
  readonly #names = new PackedNames();

  constructor(readonly context: MoverContext, readonly place: Place) {}

  /** Adds entry `index`. */
  add(names: NameTable, index: number): void {
    this.#names.addFrom(names, index);
  }

  /** Hands what was collected to the log, and notes the directories in its way. */
  finish(): void {
    const { context, place: { sourceIndex, path } } = this;
    const names = this.#names.finish();
    const entries = { source: sourceIndex, path, names, count: this.#names.count };
    context.log.blocked.push(entries);
    noteExtraDirectories(context, entries);
  }
}

/** What an entry needs once the directory in its place is gone: a check changes nothing of that. */
export function needOnceCleared({ job }: MoverContext): number {
  return job.verb === "check" ? Need.Replace : Need.Create;
}

/**
 * Makes tasks of the files of a batch whose contents are still to be compared: any mover may take
 * one, and a large file goes on in steps.
 */
export class VerifyCollector {
  #names = new PackedNames();
  #bytes = 0;

  constructor(
    readonly context: MoverContext,
    readonly place: Place,
    readonly childWeight: number,
  ) {}

  /** Adds entry `index`. */
  add(names: NameTable, index: number): void {
    const size = this.context.source.size[index]!; // in the batch
    if (this.#bytes + size > READ_BYTES) this.finish();
    this.#names.addFrom(names, index);
    this.#bytes += size;
  }

  /** Puts what was collected on the stack. */
  finish(): void {
    const { context, place, childWeight } = this;
    const { count } = this.#names;
    if (count === 0) return;
    const large = this.#bytes > READ_BYTES ? TaskFlag.Large : 0; // one file, then
    context.stack.push(task(TaskKind.Batch, place.sourceIndex, place.path, {
      flags: TaskFlag.Links | large,
      names: this.#names.finish(),
      weight: childWeight * count,
    }));
    this.#names = new PackedNames();
    this.#bytes = 0;
  }
}
