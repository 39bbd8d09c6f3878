import { compareBatch } from "../../deliver/compare_batch.ts";
import { deliverDirectory, Made } from "../../deliver/deliver_directory.ts";
import { deliverWithoutContent } from "../../deliver/deliver_entry.ts";
import { passSame } from "../../deliver/next_work.ts";
import { RESUME_BYTES } from "../../deliver/partial.ts";
import { dropSettledPartials, dropStalePartials } from "../../deliver/stale_partials.ts";
import { BlockedCollector, needOnceCleared, noteExtraDirectory } from "../../deliver/put_off.ts";
import { LinkCollector } from "../../deliver/link_collector.ts";
import { Kind } from "../../entry/kind.ts";
import { BATCH_ENTRIES } from "../../entry/names.ts";
import type { StatTable } from "../../entry/stats.ts";
import { NameSet } from "../../entry/name_set.ts";
import { joinPath, pathKey } from "../../entry/path.ts";
import { targetNames } from "../../local/batch.ts";
import { logExtras } from "../../local/extras.ts";
import { finishDirectory, noteDirectory } from "../../local/finish_directory.ts";
import { readDestination } from "../../local/read_destination.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import { Need } from "../../plan/mod.ts";
import type { Attributes } from "../../scan/origin.ts";
import { Doing } from "../../movers/whereabouts.ts";
import { closePlace, openDestination, type Place, unlockPlace } from "../../scan/mod.ts";
import { Errno } from "../../sys/mod.ts";
import {
  type BatchColumns,
  BatchFlag,
  type BatchHead,
  comesUnasked,
  decodeBatch,
  EntryState,
  newColumns,
  WireError,
} from "../batch/mod.ts";
import type { HashFile } from "../source/hash_file.ts";
import { BatchOrigin } from "./batch_origin.ts";
import type { LinkPace } from "./link_pace.ts";
import type { OpenBatch } from "./open_batch.ts";
import type { OpenBatches } from "./open_batches.ts";
import { mayHaveBasis } from "./searches.ts";
import { refuseDirectories } from "./refuse_directories.ts";
import type { Unfinished } from "./unfinished.ts";

/** What became of a batch. */
export interface Compared {
  readonly head: BatchHead;
  /** Entries whose content is needed, the first `count`; good until the next batch. */
  readonly wanted: Uint16Array<ArrayBuffer>;
  count: number;
  /** Those of them of which something may be here: what, is to be found out first. */
  readonly later: number[];
  /** Hard links are made in a later phase, which touches the directory. */
  hasLinks: boolean;
  /** What waits for that content. */
  open: OpenBatch | undefined;
  /** Of a batch that comes unasked: how many files come with it, needed or not. */
  readonly coming: number;
  /** Directories that were made, and those that there is nothing to put into. */
  readonly made: number[];
  readonly refused: number[];
}

const EMPTY = new Uint8Array(0);
/** What says that a directory is not there, or that something else is in its place. */
const ABSENT: ReadonlySet<number> = new Set([-Errno.ENOENT, -Errno.ENOTDIR, -Errno.ELOOP]);

/** A Set of V8 holds 2^24 at most, and a peer might go on for ever. */
const MOST_NAMES = 16_000_000;

/** A directory that comes in several batches, in a mirror: all of its names are needed at the end. */
interface Gathered {
  readonly names: NameSet;
  count: number;
  there: number;
  isComplete: boolean;
}

/**
 * The compare stage at the destination's end: takes a batch, looks what of it is here, makes
 * directories, links and nodes and sets metadata at once, and says whose content is needed.
 * Hot path; guarded by the push-nothing scenario of `deno task bench`.
 */
export class BatchReceiver {
  readonly #columns: BatchColumns;
  readonly #origin: BatchOrigin;
  readonly #wanted = new Uint16Array(BATCH_ENTRIES);
  readonly #gathered = new Map<string, Gathered>();
  /** Directories that come unasked in several batches and were empty, by `keyOf`. */
  readonly #new = new Set<string>();
  /** Directories that come in several batches and hold partials, by `keyOf`. */
  readonly #withPartials = new Set<string>();

  constructor(
    readonly context: MoverContext,
    readonly batches: OpenBatches,
    readonly unfinished: Unfinished,
    hashFile: HashFile | undefined,
    readonly pace: LinkPace,
  ) {
    this.#columns = { ...newColumns(), names: context.names, stats: context.source };
    this.#origin = new BatchOrigin(context, this.#columns, hashFile);
  }

  /**
   * Works on one batch. `fresh`: its directory has just been made. `unasked`: so the source says,
   * and the content of all its files follows.
   */
  receive(bytes: Uint8Array, fresh: boolean, unasked = false): Compared {
    const { context } = this;
    const head = decodeBatch(bytes, this.#columns);
    if (head.source >= context.job.sources.length) {
      throw new WireError("no-such-source", `There is no source ${head.source}.`);
    }
    const { names, states } = this.#columns;
    const compared: Compared = {
      head,
      wanted: this.#wanted,
      count: 0,
      later: [],
      hasLinks: false,
      open: undefined,
      coming: unasked ? this.#countComing() : 0,
      made: [],
      refused: [],
    };
    for (let index = 0; index < names.count; index++) {
      context.needs[index] = states[index] === EntryState.TakesPart ? Need.Create : Need.None;
    }
    const place = this.#open(head, fresh);
    if (place === undefined) {
      refuseDirectories(context, this.#columns, compared.refused, Need.Create);
      return compared;
    }
    if (!unasked) this.#work(place, compared, fresh);
    else {
      // That it is new is for this end to say.
      const isFirst = (head.flags & BatchFlag.First) !== 0;
      const there = isFirst ? readDestination(context, place) : undefined;
      place.fresh = this.#isNew(head, there);
      this.#work(place, compared, place.fresh, there);
    }
    return compared;
  }

  /** Whether a directory was empty when its first batch came, and held so many entries. */
  #isNew(head: BatchHead, there: number | undefined): boolean {
    const isLast = (head.flags & BatchFlag.Last) !== 0;
    if (there !== undefined && isLast) return there === 0;
    const key = keyOf(head);
    const isNew = there === undefined ? this.#new.has(key) : there === 0;
    if (isLast) this.#new.delete(key);
    else if (isNew) this.#new.add(key);
    return isNew;
  }

  #countComing(): number {
    const columns = this.#columns;
    let count = 0;
    for (let index = 0; index < columns.names.count; index++) {
      if (comesUnasked(columns, index)) count++;
    }
    return count;
  }

  #open(head: BatchHead, fresh: boolean): Place | undefined {
    const { context } = this;
    const { job } = context;
    const root = context.jobSource(head.source);
    let absent = root.absent;
    if (job.dryRun && !absent && head.path[0] !== 0) {
      const [, held] = context.roots(head.source);
      const there = context.sys.openBeneath(held, head.path);
      if (there >= 0) context.sys.close(there);
      else absent = ABSENT.has(there);
    }
    context.isAt(Doing.Comparing, head.source, head.path);
    const place = openDestination(context, head.source, head.path, { absent, fresh });
    if (place !== undefined) place.origin = this.#origin;
    return place;
  }

  /** `listed`: how many entries are there, where that is known. */
  #work(place: Place, compared: Compared, fresh: boolean, listed?: number): void {
    const { context } = this;
    const { head } = compared;
    const { names } = this.#columns;
    const isAgain = (head.flags & BatchFlag.LinksNow) !== 0;
    const isFirst = (head.flags & BatchFlag.First) !== 0;
    const isLast = (head.flags & BatchFlag.Last) !== 0;
    let differs = false;
    let there = 0;
    if (isFirst) {
      context.own.copyRow(Own.Source, this.#columns.directory, 0);
      if (!fresh && place.destination >= 0 && !isAgain && !this.#isAround(place)) {
        differs = noteDirectory(context, place);
      }
      if (!place.fresh && !isAgain && !this.#isAround(place)) {
        there = listed ?? readDestination(context, place);
        if (there === 0) place.fresh = true;
      }
    }
    this.#lookForPartials(place, head, isFirst, isLast);
    // The root alone may be another name than the source's.
    const targets = targetNames(context, head.source, names);
    const found = compareBatch(context, place, names, targets);
    const isWhole = isFirst && isLast && (head.flags & BatchFlag.Incomplete) === 0;
    if (isWhole && !isAgain && !this.#isAround(place)) dropStalePartials(context, place, targets);
    else dropSettledPartials(context, place, targets);
    if (!isAgain && !this.#isAround(place)) this.#lookForExtras(place, head, found, there);
    this.#deliver(place, compared, targets);
    this.#finish(place, compared, isFirst, isLast, fresh || differs);
  }

  #isAround(place: Place): boolean {
    return place.path[0] === 0 && this.context.jobSource(place.sourceIndex).only !== undefined;
  }

  /** What the listing has found before the first batch of a directory, the others are told. */
  #lookForPartials(place: Place, head: BatchHead, isFirst: boolean, isLast: boolean): void {
    // Nobody lists a directory again.
    const isAgain = (head.flags & BatchFlag.LinksNow) !== 0;
    if (isAgain && this.context.job.resume !== undefined) place.mayHavePartials = true;
    if (isAgain || (isFirst && isLast)) return;
    const key = keyOf(head);
    if (isFirst && place.mayHavePartials) this.#withPartials.add(key);
    else if (this.#withPartials.has(key)) place.mayHavePartials = true;
    if (isLast) this.#withPartials.delete(key);
  }

  /** Logs what the source does not have, once all its names are known. */
  #lookForExtras(place: Place, head: BatchHead, found: number, there: number): void {
    const { context } = this;
    if (!context.job.extras) return;
    const { names } = this.#columns;
    const isIncomplete = (head.flags & BatchFlag.Incomplete) !== 0;
    const whole = BatchFlag.First | BatchFlag.Last;
    if ((head.flags & whole) === whole) {
      if (!isIncomplete && found < there) {
        logExtras(context, place, context.nameIndex.fill(names));
      }
      return;
    }
    const key = keyOf(head);
    let gathered = this.#gathered.get(key);
    if (gathered === undefined) {
      this.#gathered.set(
        key,
        gathered = { names: new NameSet(), count: 0, there, isComplete: true },
      );
    }
    gathered.count += names.count;
    if (gathered.count > MOST_NAMES) {
      throw new WireError("batch-order", `A directory has more than ${MOST_NAMES} names.`);
    }
    gathered.names.add(names);
    gathered.isComplete &&= !isIncomplete;
    if ((head.flags & BatchFlag.Last) === 0) return;
    this.#gathered.delete(key);
    if (gathered.isComplete && gathered.there > 0) logExtras(context, place, gathered.names);
  }

  #deliver(place: Place, compared: Compared, targets: BatchColumns["names"]): void {
    const { context } = this;
    const { needs, source, job } = context;
    const { names } = this.#columns;
    const { head } = compared;
    const linksNow = (head.flags & BatchFlag.LinksNow) !== 0;
    const cleared = (head.flags & BatchFlag.Cleared) !== 0;
    const links = new LinkCollector(context, place, names);
    let blocked: BlockedCollector | undefined;
    refuseDirectories(context, this.#columns, compared.refused, Need.None);
    for (
      let index = passSame(context, 0, names.count);
      index < names.count && !context.stopping;
      index = passSame(context, index + 1, names.count)
    ) {
      const need = needs[index]!; // in the batch
      if (place.locked && need !== Need.Same && need !== Need.Skip) unlockPlace(context, place);
      if (source.kind(index) === Kind.Directory) {
        const made = deliverDirectory(context, place, targets, index, need);
        if (made === Made.Nothing) compared.refused.push(index);
        else if (made === Made.Fresh) compared.made.push(index);
        continue;
      }
      if (!linksNow && source.links[index]! > 1) {
        links.add(index);
        continue;
      }
      if (need === Need.Blocked && cleared && job.dryRun) needs[index] = needOnceCleared(context);
      else if (need === Need.Blocked && job.extras && !cleared) {
        if (linksNow) {
          noteExtraDirectory(context, head.source, head.path, names.copy(index));
        } else (blocked ??= new BlockedCollector(context, place)).add(names, index);
        continue;
      }
      if (deliverWithoutContent(context, place, names, targets, index)) continue;
      compared.wanted[compared.count++] = index;
      const isLarge = source.size[index]! >= RESUME_BYTES;
      if (isLarge && !job.dryRun && this.#mayHaveBasis(place, targets, index)) {
        compared.later.push(index);
      }
    }
    compared.hasLinks = links.finish() > 0;
    blocked?.finish();
    if (compared.count === 0) return;
    const { wanted, count } = compared;
    const { mayHavePartials } = place;
    compared.open = this.batches.take();
    compared.open.fill(context, head, this.#columns, wanted, count, mayHavePartials);
  }

  #mayHaveBasis(place: Place, targets: BatchColumns["names"], index: number): boolean {
    const { context } = this;
    const need = place.fresh ? Need.Create : context.needs[index]!; // in the batch
    const target = targets.copy(index);
    const { destination } = place;
    const name = joinPath(target, EMPTY);
    const { destination: old, source } = context;
    const size = source.size[index]!; // in the batch
    return mayHaveBasis(context, this.pace, destination, name, need, old, index, size);
  }

  /** Finishes the directory now, when its content has landed, or at the end of the run. */
  #finish(
    place: Place,
    compared: Compared,
    isFirst: boolean,
    isLast: boolean,
    isDue: boolean,
  ): void {
    const { context } = this;
    const { log } = context;
    const { directory } = this.#columns;
    const isWhole = isFirst && isLast;
    const due = isDue || place.touched || compared.open !== undefined;
    const { sourceIndex, path } = place;
    // What comes in several batches is finished when everything is done.
    const again = !isWhole || place.isPutOff || compared.hasLinks;
    if (isFirst && again) this.#keepRow(place, directory);
    if (due && !isWhole) {
      if (!context.job.dryRun) log.unfinished.push({ source: sourceIndex, path: path.slice() });
    } else if (due && !place.isPutOff) {
      if (compared.open !== undefined) {
        const { open } = compared;
        open.stats.copyRow(open.directoryRow, directory, 0);
        open.directoryAttributes = this.#directoryAttributes();
        open.finishes = true;
      } else {
        context.own.copyRow(Own.Source, directory, 0);
        const before = log.unfinished.length;
        finishDirectory(context, place);
        if (log.unfinished.length > before) this.#keepRow(place, directory);
      }
    }
    closePlace(context, place);
  }

  #keepRow(place: Place, directory: StatTable): void {
    const { sourceIndex, path } = place;
    if (this.context.job.dryRun || this.#isAround(place)) return;
    this.unfinished.note(sourceIndex, path, directory, 0, this.#directoryAttributes());
  }

  #directoryAttributes(): Attributes | undefined {
    const { xattrs, acls } = this.context.job;
    if (!xattrs && !acls) return undefined;
    const read = this.#origin.attributes(-1);
    return typeof read === "number" ? undefined : read;
  }
}

function keyOf({ source, path }: BatchHead): string {
  return `${source} ${pathKey(path)}`;
}
