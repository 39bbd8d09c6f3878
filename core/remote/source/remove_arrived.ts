import { Kind } from "../../entry/kind.ts";
import { nameOf } from "../../entry/display.ts";
import { joinPath } from "../../entry/path.ts";
import { deepestFirst, emptiable, Holders } from "../../finish/mod.ts";
import { removeEmptied } from "../../local/remove_emptied.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import { Counter } from "../../movers/counters.ts";
import type { LoggedDirectory } from "../../movers/run_log.ts";
import { closePlace, isAbsent, type Place } from "../../scan/mod.ts";
import { Errno } from "../../sys/mod.ts";
import { type BatchColumns, decodeBatch, decodeRanges, newColumns } from "../batch/mod.ts";
import { openSource } from "./open_source.ts";

/** Removes from the source what the other end says has arrived (move). */
export class RemoveArrived {
  readonly #columns: BatchColumns = newColumns();
  readonly #directories: LoggedDirectory[] = [];
  readonly #isLocked = new Map<number, boolean>();
  /** Those in which something would stay (dry run). */
  readonly #kept: LoggedDirectory[] = [];

  constructor(readonly context: MoverContext) {}

  /** Removes the named entries of a batch, if they are still what was scanned; directories wait. */
  remove(batch: Uint8Array, ranges: Uint8Array): void {
    const head = decodeBatch(batch, this.#columns);
    const indices = decodeRanges(ranges, this.#columns.names.count);
    if (this.context.job.dryRun && indices.length < this.#columns.names.count) {
      this.#kept.push({ source: head.source, path: head.path.slice() });
    }
    if (indices.length === 0 || this.#isDestination(head.source)) return;
    const place = openSource(this.context, head.source, head.path);
    if (place === undefined) return;
    for (const index of indices) {
      if (this.context.stopping) break;
      this.#removeOne(place, index);
    }
    closePlace(this.context, place);
  }

  /**
   * Whether a source is the destination itself, as when a path of this host is moved to a module
   * that exports it: then nothing has arrived that is not the only copy. The other end holds the
   * lock on its directory; whoever else may hold it, it is no time to remove anything.
   */
  #isDestination(source: number): boolean {
    let known = this.#isLocked.get(source);
    if (known !== undefined) return known;
    const { context } = this;
    const { sys } = context;
    const [root] = context.roots(source);
    // By a handle of its own, so that the lock goes at once: sources may share a root.
    const again = sys.openBeneath(root, nameOf(""));
    known = again >= 0 && sys.tryLock(again) === -Errno.EAGAIN;
    if (again >= 0) sys.close(again);
    this.#isLocked.set(source, known);
    const { only = nameOf("") } = context.jobSource(source);
    if (known) context.fail("source", source, nameOf(""), only, "remove", "SAME_DIRECTORY");
    return known;
  }

  #removeOne(place: Place, index: number): void {
    const { context } = this;
    const { names, stats } = this.#columns;
    const { sys, own, job } = context;
    const { sourceIndex, path } = place;
    const name = names.at(index);
    const kind = stats.kind(index);
    if (kind === Kind.Directory) {
      this.#directories.push({ source: sourceIndex, path: joinPath(path, names.copy(index)) });
      return;
    }
    const there = sys.stat(place.source, name, own, Own.Source);
    if (isAbsent(there)) return;
    const same = there === 0 && own.kind(Own.Source) === kind &&
      own.size[Own.Source] === stats.size[index] &&
      own.mtimeSeconds[Own.Source] === stats.mtimeSeconds[index] &&
      own.mtimeNanoseconds[Own.Source] === stats.mtimeNanoseconds[index];
    if (there < 0 || !same) {
      const failure = there < 0 ? there : "NOT_ARRIVED";
      context.fail("source", sourceIndex, path, names.copy(index), "remove", failure);
      return;
    }
    const result = job.dryRun ? 0 : sys.unlink(place.source, name);
    if (result < 0 && !isAbsent(result)) {
      context.fail("source", sourceIndex, path, names.copy(index), "remove", result);
      return;
    }
    context.count(Counter.Moved);
    context.entry("remove-source", kind, sourceIndex, path, names.copy(index), 0);
  }

  /** Removes the directories that are empty now, deepest first. */
  removeDirectories(): void {
    const { context } = this;
    for (const directory of deepestFirst(emptiable(this.#directories, new Holders(this.#kept)))) {
      if (context.stopping) return;
      removeEmptied(context, directory);
    }
  }
}
