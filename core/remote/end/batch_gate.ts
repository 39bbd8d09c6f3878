import { pathKey } from "../../entry/path.ts";
import { BatchFlag, type BatchSummary, WireError } from "../batch/mod.ts";
import { type FromDestinationMover, WINDOW_MOST, windowShare } from "../mover/messages.ts";

/** A rescan that is under way: its flags, and how many entries may still come. */
interface Asked {
  readonly flags: number;
  left: number;
  /** How many last batches are due. */
  times: number;
}

type Rescan = Extract<FromDestinationMover, { readonly type: "rescan" }>;

/**
 * Lets in what the other end may send: batches of sources that there are, each once, no more than
 * the window holds, and of what it was asked for once more, just that.
 */
export class BatchGate {
  /** What each batch that is not done takes of the window. */
  readonly #shares = new Map<number, number>();
  #share = 0;
  /** Rescans whose last batch has not come, by source and path. */
  readonly #asked = new Map<string, Asked>();

  constructor(readonly sources: number) {}

  /** Batches that were let in and are not done. */
  get open(): number {
    return this.#shares.size;
  }

  /** Notes what the other end is asked for once more. */
  ask({ source, path, names, flags }: Rescan): void {
    const key = keyOf(source, path);
    const { left, times } = this.#asked.get(key) ?? { left: 0, times: 0 };
    this.#asked.set(key, { flags, left: left + names.length, times: times + 1 });
  }

  /**
   * Lets a batch of so many bytes in.
   *
   * @throws {WireError} for what the other end must not send
   */
  admit(head: BatchSummary, bytes: number): void {
    if (head.source >= this.sources) {
      throw new WireError("no-such-source", `There is no source ${head.source}.`);
    }
    if (this.#shares.has(head.number)) {
      throw new WireError("batch-number", `Batch ${head.number} comes twice.`);
    }
    const share = windowShare(head.entries, bytes);
    this.#shares.set(head.number, share);
    this.#share += share;
    if (this.#share > WINDOW_MOST) {
      throw new WireError("window", "The other end sends more than it was answered for.");
    }
  }

  /**
   * Counts a batch of what was asked for once more.
   *
   * @throws {WireError} for what was not asked for
   */
  admitAsked(head: BatchSummary): void {
    const key = keyOf(head.source, head.path);
    const asked = this.#asked.get(key);
    const own = BatchFlag.First | BatchFlag.Last | BatchFlag.Incomplete;
    if (asked === undefined || head.parent !== 0 || (head.flags & ~own) !== asked.flags) {
      throw new WireError("not-asked", "The other end sends entries that nobody asked for.");
    }
    asked.left -= head.entries;
    if (asked.left < 0) {
      throw new WireError("not-asked", "The other end sends more entries than were asked for.");
    }
    if ((head.flags & BatchFlag.Last) !== 0 && --asked.times === 0) this.#asked.delete(key);
  }

  /** Makes room: nothing more is to be done for a batch. */
  done(number: number): void {
    this.#share -= this.#shares.get(number) ?? 0;
    this.#shares.delete(number);
  }
}

function keyOf(source: number, path: Uint8Array): string {
  return `${source} ${pathKey(path)}`;
}
