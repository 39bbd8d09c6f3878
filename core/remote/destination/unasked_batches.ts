import { BATCH_ENTRIES } from "../../entry/names.ts";
import type { MoverContext } from "../../movers/context.ts";
import { BatchFlag, type BatchSummary, WireError } from "../batch/mod.ts";
import type { Listed } from "../data/mod.ts";
import { type MoverBegin, ScanWord, WINDOW_MOST } from "../mover/messages.ts";
import type { Compared } from "./receive_batch.ts";
import { SpelledNames } from "./spelled_names.ts";

/** A wait for another mover is looked at so often, for a stop. */
const SLICE_MS = 100;
/** Batches and directories of which it remembers that they are not wanted: an honest source has few. */
const MOST_UNWANTED = 1 << 22;
/** Directories that have come and the main thread is told of together. */
const MUCH = 256;

/**
 * What comes by one stream of directories that this end has just made: the source has been told
 * that they are new and waits for no answer. Directories of which the making has failed come too,
 * for the source cannot know; they and what lies in them are dropped.
 */
export class UnaskedBatches {
  /** The transfer is over, and nothing more may come. */
  isOver = false;
  /** Batches of which not all content is wanted. */
  readonly #spare = new Set<number>();
  /** Batches that were dropped and list directories. */
  readonly #dropped = new Set<number>();
  /** Directories that could not be made, by `entryKey`. */
  readonly #refused = new Set<number>();
  readonly #spelled: SpelledNames;
  readonly #scan: Int32Array<SharedArrayBuffer>;
  readonly #stream: number;
  /** Files whose content has not come. */
  #awaited = 0;
  #hasLanded = false;
  #parents: number[] = [];

  constructor(readonly context: MoverContext, { scan, index }: MoverBegin) {
    this.#spelled = new SpelledNames(context);
    this.#scan = scan;
    this.#stream = index - 1;
  }

  /**
   * Waits until what lists the directory of a batch has been compared; whether the batch is to be
   * compared. If not, it has been dropped.
   *
   * @throws {WireError} for a batch that cannot come by a stream
   */
  admit(head: BatchSummary, listed: Listed): boolean {
    const isRoot = head.parent === 0;
    const isAsked = (head.flags & BatchFlag.LinksNow) !== 0;
    const isStream = ScanWord.Compared + listed.stream < this.#scan.length;
    if (this.isOver || isRoot || isAsked || !isStream) {
      throw new WireError("not-asked-for", `Batch ${head.number} comes by a stream.`);
    }
    const { context } = this;
    if (head.source >= context.job.sources.length) {
      throw new WireError("no-such-source", `There is no source ${head.source}.`);
    }
    const word = ScanWord.Compared + listed.stream;
    for (;;) {
      const compared = Atomics.load(this.#scan, word);
      if (compared >= listed.batches || context.stopping) break;
      Atomics.wait(this.#scan, word, compared, SLICE_MS);
    }
    const isLast = (head.flags & BatchFlag.Last) !== 0;
    if (isLast && listed.batches === 0) this.#parents.push(head.parent);
    const entry = entryKey(head.parent, head.parentEntry);
    // What another mover has refused is not known here: where it is something else, that tells.
    const isOthers = listed.batches > 0 && listed.stream !== this.#stream;
    const isRefused = this.#dropped.has(head.parent) || this.#refused.has(entry) ||
      (isOthers && this.#spelled.isOther(head.source, head.path));
    if (!isRefused && !context.stopping) return true;
    if (isLast) this.#refused.delete(entry);
    if (head.directories > 0) this.#remember(this.#dropped, head.number);
    this.#remember(this.#spare, head.number);
    this.#done(true);
    return false;
  }

  /** Notes what became of a batch that was to be compared. */
  compared({ head, coming, count, open, refused }: Compared): void {
    for (const entry of refused) this.#remember(this.#refused, entryKey(head.number, entry));
    if (coming > count) this.#remember(this.#spare, head.number);
    this.#awaited += count;
    if (this.#awaited > WINDOW_MOST) {
      throw new WireError("window", "The other end sends batches, and not what belongs to them.");
    }
    this.#done(open === undefined);
  }

  /** Notes that the content of a batch is here: so many files. */
  landed(files: number): void {
    this.#awaited -= files;
    Atomics.add(this.#scan, ScanWord.Landed, 1);
    this.#hasLanded = true;
  }

  /**
   * What is new since it was asked, for the main thread: of each directory that has come the batch
   * that listed it, if that came in a frame. Undefined where nothing has come or landed.
   */
  news(): readonly number[] | undefined {
    if (!this.#hasLanded && this.#parents.length === 0) return undefined;
    const parents = this.#parents;
    this.#parents = [];
    this.#hasLanded = false;
    return parents;
  }

  /** Whether there is much that the main thread should know. */
  get isMuch(): boolean {
    return this.#parents.length >= MUCH;
  }

  /** Whether content of a batch may come that is not wanted. */
  isSpare(number: number): boolean {
    return this.#spare.has(number);
  }

  /** Takes nothing more. */
  end(): void {
    this.isOver = true;
  }

  #done(hasLanded: boolean): void {
    const word = ScanWord.Compared + this.#stream;
    Atomics.add(this.#scan, word, 1);
    Atomics.notify(this.#scan, word);
    if (hasLanded) this.landed(0);
  }

  #remember(set: Set<number>, key: number): void {
    if (set.size >= MOST_UNWANTED) {
      throw new WireError("not-asked-for", "Too much comes of directories that cannot be made.");
    }
    set.add(key);
  }
}

function entryKey(batch: number, entry: number): number {
  return batch * BATCH_ENTRIES + entry;
}
