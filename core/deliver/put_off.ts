import type { NameTable } from "../entry/names.ts";
import { PackedNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
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

/** Logs a directory that only the destination has; what lies in it is worked through as a task. */
export function noteExtraDirectory(context: MoverContext, source: number, path: Name): void {
  context.count(Counter.Extras);
  context.log.extraDirectories.push({ source, path });
  context.stack.push(task(TaskKind.Extra, source, path));
}

/** Collects the hard links of a batch for the run's log. */
export class LinkCollector {
  #names: PackedNames | undefined;
  readonly #inodes: number[] = [];

  constructor(readonly context: MoverContext, readonly place: Place) {}

  /** Adds entry `index`, whose row of the context's `source` tells its inode. */
  add(names: NameTable, index: number): void {
    const { source } = this.context;
    (this.#names ??= new PackedNames()).addFrom(names, index);
    this.#inodes.push(
      source.deviceMajor[index]!,
      source.deviceMinor[index]!,
      source.inodeLow[index]!,
      source.inodeHigh[index]!,
    );
  }

  /** Hands what was collected to the log. */
  finish(): void {
    if (this.#names === undefined) return;
    this.context.log.links.push({
      source: this.place.sourceIndex,
      path: this.place.path,
      names: this.#names.finish(),
      count: this.#names.count,
      inodes: Uint32Array.from(this.#inodes),
      absent: this.place.destination < 0,
    });
  }
}

/**
 * Collects the entries of a batch whose place is taken by a directory that is an extra: they are
 * delivered when that has been deleted.
 */
export class BlockedCollector {
  readonly #names = new PackedNames();

  constructor(readonly context: MoverContext, readonly place: Place) {}

  /** Adds entry `index`, and notes the directory in its way. */
  add(names: NameTable, index: number): void {
    const { context, place } = this;
    this.#names.addFrom(names, index);
    noteExtraDirectory(context, place.sourceIndex, joinPath(place.path, names.copy(index)));
  }

  /** Hands what was collected to the log. */
  finish(): void {
    const { sourceIndex, path } = this.place;
    this.context.log.blocked.push({
      source: sourceIndex,
      path,
      names: this.#names.finish(),
      count: this.#names.count,
    });
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
