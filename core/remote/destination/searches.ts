import { deltaPays } from "../../plan/mod.ts";
import { RESUME_BYTES } from "../../deliver/mod.ts";
import { Kind } from "../../entry/kind.ts";
import { StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import { partialName } from "../../movers/temporary.ts";
import { Need } from "../../plan/mod.ts";
import type { Handle, Name } from "../../sys/mod.ts";
import { BASIS_BLOCK_BYTES } from "../batch/mod.ts";
import type { FromDestinationMover } from "../mover/messages.ts";
import type { LinkPace } from "./link_pace.ts";
import type { Offer } from "./offer.ts";
import { OldSearch, type Part } from "./old_search.ts";
import type { OpenBatch } from "./open_batch.ts";
import { PartialSearch } from "./partial_search.ts";

/** Bytes of values that the source may have been told of files that have not landed. */
const TOLD_BYTES: number = 8 << 20;
/** What is smaller is not worth comparing a large file with. */
const OLD_BYTES: number = BASIS_BLOCK_BYTES;
/** So much is on its way already when a search is begun for a file that comes as a whole. */
const UNDER_WAY_BYTES: number = 8 << 20;

/** A wanted entry of which something is here. */
interface Wanted {
  readonly batch: OpenBatch;
  readonly index: number;
  /** Others of its batch will be asked for later than it. */
  readonly more: boolean;
}

/** A file whose old state is compared while the new one comes. */
interface Current extends Wanted {
  readonly search: OldSearch;
  /** The file has been asked for. */
  isAsked: boolean;
}

/** Finds out what is here of large files that are wanted, and tells the source. */
export class Searches {
  readonly #waiting: Wanted[] = [];
  #partial: (Wanted & { readonly search: PartialSearch }) | undefined;
  #current: Current | undefined;
  /** A file on its way of which there is nothing worth comparing. */
  #hopeless = "";

  constructor(
    readonly context: MoverContext,
    readonly pace: LinkPace,
    readonly open: Iterable<OpenBatch>,
    readonly say: (message: FromDestinationMover) => void,
  ) {}

  /** Wanted entries are to be asked for when it is known what is here of them. */
  add(batch: OpenBatch, later: readonly number[]): void {
    for (const [at, index] of later.entries()) {
      this.#waiting.push({ batch, index, more: at + 1 < later.length });
    }
  }

  /** It should go on though content can be read: the source can use what it finds out. */
  get isUrgent(): boolean {
    return this.#current !== undefined && !this.#current.search.isAhead;
  }

  /** Finds out some more; false when there is nothing to find out now. */
  step(): boolean {
    if (this.#current !== undefined) this.#compareOn(this.#current);
    else if (this.#partial !== undefined) this.#readOn(this.#partial);
    else return this.#beginNext();
    return true;
  }

  /** A file comes as a whole, up to `position` by now: sees whether the rest is better compared. */
  reconsider(batch: OpenBatch, index: number, position: number): void {
    const { context, pace } = this;
    const slot = batch.slotOf(index);
    const key = `${batch.number}/${index}`;
    const isPossible = context.job.deltas !== undefined && this.#current === undefined &&
      this.#partial === undefined && batch.needs[slot] === Need.Replace &&
      !batch.offers.has(index) && key !== this.#hopeless;
    if (!isPossible) return;
    const from = Math.ceil((position + UNDER_WAY_BYTES) / BASIS_BLOCK_BYTES);
    const left = batch.stats.size[slot]! - from * BASIS_BLOCK_BYTES; // asked for
    const { rate } = pace;
    if (rate === undefined || left < RESUME_BYTES || !deltaPays(left, rate)) return;
    const search = this.#inDirectory(
      batch,
      (directory) => this.#openOld(directory, batch, index, from),
    );
    if (search === undefined) {
      this.#hopeless = key;
      return;
    }
    search.offer.position = search.offer.keptEnd = position;
    this.#current = { batch, index, more: false, search, isAsked: true };
    batch.offers.set(index, search.offer);
  }

  /** Gives back what it holds. */
  close(): void {
    this.#current?.search.close();
    this.#partial?.search.finish();
  }

  #beginNext(): boolean {
    const [next] = this.#waiting;
    if (next === undefined || this.#toldBytes() > TOLD_BYTES) return false;
    this.#waiting.shift();
    const { context } = this;
    const { batch, index } = next;
    const slot = batch.slotOf(index);
    this.#inDirectory(batch, (directory) => {
      const partial = context.job.resume && PartialSearch.open(context, directory, batch, slot);
      if (partial !== undefined) {
        this.#partial = { ...next, search: partial };
        return;
      }
      const search = batch.needs[slot] === Need.Replace
        ? this.#openOld(directory, batch, index, 0)
        : undefined;
      if (search !== undefined) this.#current = { ...next, search, isAsked: false };
    });
    if (this.#partial === undefined && this.#current === undefined) this.#ask(next, undefined);
    return true;
  }

  #openOld(
    directory: Handle,
    batch: OpenBatch,
    index: number,
    from: number,
  ): OldSearch | undefined {
    const slot = batch.slotOf(index);
    const size = batch.stats.size[slot]!; // asked for
    return OldSearch.open(this.context, directory, batch.name(slot), size, from);
  }

  #inDirectory<Result>(
    batch: OpenBatch,
    work: (directory: Handle) => Result,
  ): Result | undefined {
    const { context } = this;
    const [, root] = context.roots(batch.source);
    const directory = context.sys.openBeneath(root, batch.path);
    if (directory < 0) return undefined;
    const result = work(directory);
    context.sys.close(directory);
    return result;
  }

  #readOn(partial: Wanted & { readonly search: PartialSearch }): void {
    if (!partial.search.step()) return;
    this.#partial = undefined;
    const offer = partial.search.finish();
    if (offer !== undefined) partial.batch.offers.set(partial.index, offer);
    this.#ask(partial, offer);
  }

  #compareOn(current: Current): void {
    const { search, batch, index } = current;
    const { offer, rate } = search;
    let part: Part | undefined;
    const isSlow = rate !== undefined && this.context.job.resume === undefined &&
      rate < (this.pace.rate ?? 0);
    if (isSlow) part = search.giveUp();
    else part = search.step();
    if (part === undefined) return;
    if (!current.isAsked) {
      batch.offers.set(index, offer);
      this.#ask(current, offer, part);
      current.isAsked = true;
    } else {
      // Also of a file that has failed here: the source may wait.
      this.say({ type: "values", number: batch.number, entry: index, ...part });
    }
    if (part.more) return;
    search.close();
    this.#current = undefined;
  }

  #ask({ batch, index: entry, more }: Wanted, offer: Offer | undefined, part?: Part): void {
    const basis = offer && {
      entry,
      proven: offer.proven,
      state: offer.proven > 0 ? offer.state : new Uint8Array(0),
      values: part?.values ?? offer.values,
      more: part?.more ?? false,
    };
    this.say({ type: "offered", number: batch.number, entry, basis, more });
  }

  #toldBytes(): number {
    let told = 0;
    for (const { offers } of this.open) {
      for (const { values } of offers.values()) told += values.length;
    }
    return told;
  }
}

/** Whether something may be here of a wanted large file that is worth finding out. */
export function mayHaveBasis(
  context: MoverContext,
  pace: LinkPace,
  directory: Handle,
  target: Name,
  need: number,
  old: StatTable,
  row: number,
  size: number,
): boolean {
  const { sys, job } = context;
  const oldSize = need === Need.Replace && old.kind(row) === Kind.File ? old.size[row]! : 0; // filled
  if (job.resume !== undefined) {
    return oldSize >= OLD_BYTES ||
      sys.stat(directory, partialName(target), new StatTable(1), 0) === 0;
  }
  const { rate } = pace;
  const bytes = Math.min(size, oldSize);
  return job.deltas !== undefined && rate !== undefined && bytes >= RESUME_BYTES &&
    deltaPays(bytes, rate);
}
