import { Kind } from "../../entry/kind.ts";
import { nameOf } from "../../entry/display.ts";
import type { NameTable } from "../../entry/names.ts";
import type { StatTable } from "../../entry/stats.ts";
import { unpackNames } from "../../entry/packed.ts";
import { joinPath } from "../../entry/path.ts";
import { keepShadowed, leaveToEarlier } from "../../local/earlier_sources.ts";
import { ListedPaths } from "../../local/listed_paths.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import { Counter } from "../../movers/counters.ts";
import { Need } from "../../plan/mod.ts";
import { closePlace, type Place, scanBatch } from "../../scan/mod.ts";
import { openSource } from "./open_source.ts";
import {
  type BatchColumns,
  batchFits,
  BatchFlag,
  type BatchHead,
  encodeBatch,
  newColumns,
  PATH_BYTES,
} from "../batch/mod.ts";
import type { HashFile } from "./hash_file.ts";
import { Errno } from "../../sys/errno.ts";
import { EntryReader } from "./read_entry.ts";
import type { Listed } from "../data/mod.ts";
import type { ScanTask } from "../mover/scan_task.ts";
import type { UnaskedBatch } from "./send_files.ts";

const HERE = nameOf("");
const NONE = new Uint8Array(0);

/** Where scanned batches go, and where their numbers come from. */
export interface BatchOutlet {
  /** The number of the next batch. */
  nextNumber(): number;
  /** What directories are listed by that stand in the next batch that is sent unasked. */
  nextListed(): Listed;
  /** Takes an encoded batch of so many entries, which stands for a share of the scan. */
  emit(bytes: Uint8Array<ArrayBuffer>, number: number, entries: number, weight: number): void;
  /** Takes a batch that is sent unasked, with the content of its files. */
  emitUnasked(batch: UnaskedBatch): void;
}

/**
 * The scan stage at the source's end: lists and stats one directory after the other, depth
 * first, and gives it as encoded batches. What stat does not tell (link targets, attributes,
 * hashes) is read here too, for the other end cannot.
 * Hot path; guarded by the push-nothing scenario of `deno task bench`.
 */
export class DirectoryScanner {
  /** Directories that wait, depth first. */
  readonly stack: ScanTask[] = [];
  readonly #columns: BatchColumns;
  /** The same columns over the second table of names, for directories of more than one batch. */
  readonly #spareColumns: BatchColumns;
  readonly #reader: EntryReader;
  /** What is left of the weight of the directory at hand. */
  #weightLeft = 0;

  constructor(
    readonly context: MoverContext,
    readonly outlet: BatchOutlet,
    hashFile: HashFile | undefined,
  ) {
    const { names, spare, source: stats } = context;
    this.#columns = { ...newColumns(), names, stats };
    this.#spareColumns = { ...this.#columns, names: spare };
    this.#reader = new EntryReader(context, hashFile);
  }

  /** Scans the directory that was found last. */
  step(): void {
    const task = this.stack.pop();
    if (task === undefined) return;
    this.#weightLeft = task.weight;
    const place = openSource(this.context, task.source, task.path);
    if (place === undefined) {
      // Whoever waits for this directory shall not wait for ever.
      this.#columns.names.clear();
      this.#send(task, place, this.#columns, BatchFlag.Incomplete | BatchFlag.Last, 0, 0);
      return;
    }
    const columns = this.#columns;
    columns.directory.copyRow(0, this.context.own, Own.Source);
    columns.directoryAttributes = this.#reader.directoryAttributes(place);
    this.#spareColumns.directoryAttributes = columns.directoryAttributes;
    if (task.names.length > 0) this.#scanNamed(task, place);
    else this.#scanAll(task, place);
    closePlace(this.context, place);
  }

  /** Named entries: a source that is no directory's content, or what the other end asks for again. */
  #scanNamed(task: ScanTask, place: Place): void {
    const { counters, names } = this.context;
    const isAgain = (task.flags & BatchFlag.LinksNow) !== 0;
    const before = counters.slice(Counter.Scanned, Counter.BytesTotal + 1);
    let first: number = BatchFlag.First;
    for (let at = 0; at < task.names.length;) {
      at = unpackNames(task.names, at, names);
      const last = at < task.names.length ? 0 : BatchFlag.Last;
      this.#scanTable(task, place, this.#columns, first | last);
      first = 0;
    }
    if (!isAgain) return;
    // These were counted when they were first seen.
    counters[Counter.Scanned] = before[0]!;
    counters[Counter.BytesTotal] = before[before.length - 1]!;
  }

  #scanAll(task: ScanTask, place: Place): void {
    const listed = place.filter !== undefined && place.filter.wantedCount > 0
      ? new ListedPaths(place.filter)
      : undefined;
    let columns = this.#columns;
    let next = this.#spareColumns;
    let flags: number = BatchFlag.First;
    let count = this.#list(task, place, columns.names);
    for (;;) {
      const more = count <= 0 ? count : this.#list(task, place, next.names);
      if (count < 0) {
        columns.names.clear();
        flags |= BatchFlag.Incomplete;
      } else listed?.note(columns.names);
      if (more < 0) flags |= BatchFlag.Incomplete;
      if (more <= 0) flags |= BatchFlag.Last;
      this.#scanTable(task, place, columns, flags);
      if (more <= 0) break;
      [columns, next] = [next, columns];
      count = more;
      flags = 0;
    }
    listed?.reportMissing(this.context, place);
  }

  #list(task: ScanTask, place: Place, names: NameTable): number {
    const count = this.context.sys.list(place.source, names);
    if (count < 0) this.context.fail("source", task.source, task.path, HERE, "list", count);
    return count;
  }

  /** Stats what a table of names lists and sends it on, what is known each half second. */
  #scanTable(task: ScanTask, place: Place, columns: BatchColumns, flags: number): void {
    const { context } = this;
    const { names } = columns;
    let scanned = 0;
    let filled = 0;
    let rest = flags;
    do {
      const from = filled;
      place.since = performance.now();
      if (filled === scanned) {
        scanned = scanBatch(context, place, names, scanned);
        const leave = task.removes ? keepShadowed : leaveToEarlier;
        leave(context, place, names, from);
      }
      filled = this.#reader.fill(place, columns, from, scanned);
      const last = filled < names.count ? rest & ~BatchFlag.Last : rest;
      this.#send(task, place, columns, last, from, filled);
      rest &= ~BatchFlag.First;
    } while (filled < names.count);
  }

  /** Sends entries of a table in as many batches as it takes. */
  #send(
    task: ScanTask,
    place: Place | undefined,
    columns: BatchColumns,
    flags: number,
    start: number,
    end: number,
  ): void {
    // What is not known of a directory in several batches is not shared evenly; it adds up to 1.
    const isLast = (flags & BatchFlag.Last) !== 0;
    const own = isLast ? this.#weightLeft : this.#weightLeft / 2;
    this.#weightLeft -= own;
    const share = own / (this.#directoriesOf(columns, start, end) + 1);
    let from = start;
    let rest = flags;
    do {
      const head = this.#head(task, rest);
      const to = batchFits(head, columns, from, end);
      // What does not fit any more begins another batch; only the last one is the directory's.
      if (to < end) head.flags &= ~BatchFlag.Last;
      this.#pushDirectories(task, columns, head.number, from, to, share);
      const bytes = encodeBatch(head, columns, from, to);
      const weight = to < end ? 0 : share;
      const { listed } = task;
      if (listed === undefined) this.outlet.emit(bytes, head.number, to - from, weight);
      else this.outlet.emitUnasked({ head, bytes, listed, place, columns, from, to, weight });
      rest &= ~BatchFlag.First;
      from = to;
    } while (from < end);
  }

  #head({ source, parent, parentEntry, path, flags: own }: ScanTask, flags: number): BatchHead {
    const number = this.outlet.nextNumber();
    return { number, parent, parentEntry, source, flags: flags | own, path };
  }

  #pushDirectories(
    task: ScanTask,
    columns: BatchColumns,
    number: number,
    from: number,
    to: number,
    weight: number,
  ): void {
    const { needs } = this.context;
    const { names, stats } = columns;
    const listed = task.listed === undefined ? undefined : this.outlet.nextListed();
    for (
      let index = nextDirectory(needs, stats, from, to);
      index < to;
      index = nextDirectory(needs, stats, index + 1, to)
    ) {
      const path = joinPath(task.path, names.copy(index));
      if (path.length > PATH_BYTES) {
        this.context.fail("source", task.source, path, HERE, "open", -Errno.ENAMETOOLONG);
        continue;
      }
      this.stack.push({
        source: task.source,
        path,
        parent: number,
        parentEntry: index - from,
        names: NONE,
        flags: 0,
        removes: task.removes,
        listed,
        weight,
      });
    }
  }

  #directoriesOf({ stats }: BatchColumns, from: number, to: number): number {
    const { needs } = this.context;
    let directories = 0;
    for (
      let index = nextDirectory(needs, stats, from, to);
      index < to;
      index = nextDirectory(needs, stats, index + 1, to)
    ) directories++;
    return directories;
  }
}

/**
 * The first directory that takes part, from an entry on; `to` without one. Most entries are none, so
 * this is little code, which is soon compiled.
 */
function nextDirectory(needs: Uint8Array, { mode }: StatTable, index: number, to: number): number {
  // Rows of the batch.
  while (index < to && (needs[index] === Need.None || mode[index]! >>> 12 !== Kind.Directory)) {
    index++;
  }
  return index;
}
