import { BatchFlag, type BatchSummary } from "../batch/mod.ts";

/** Which mover of the destination's end compares a batch, and so gets its content. */
export class MoverChoice {
  /** Batches each mover has that have not landed. */
  readonly #load: number[] = [];
  /** Which mover has a batch. */
  readonly #movers = new Map<number, number>();
  /** Which mover has a directory that comes in several batches. */
  readonly #sliced = new Map<string, number>();

  /** The least loaded of so many movers; all batches of one directory go to one. */
  choose(head: BatchSummary, movers: number): number {
    const mover = this.#find(head, movers);
    this.#load[mover] = (this.#load[mover] ?? 0) + 1;
    this.#movers.set(head.number, mover);
    return mover;
  }

  /** Notes that nothing more is to be done for a batch. */
  done(number: number): void {
    const mover = this.#movers.get(number);
    if (mover === undefined) return;
    this.#movers.delete(number);
    this.#load[mover] = (this.#load[mover] ?? 1) - 1;
  }

  #find({ source, parent, parentEntry, flags }: BatchSummary, movers: number): number {
    // The last phases run on the first mover, and so does what they ask for.
    if ((flags & BatchFlag.LinksNow) !== 0) return 0;
    const key = `${source} ${parent} ${parentEntry}`;
    let mover = (flags & BatchFlag.First) !== 0 ? undefined : this.#sliced.get(key);
    if (mover === undefined) {
      mover = 0;
      for (let other = 1; other < movers; other++) {
        if ((this.#load[other] ?? 0) < (this.#load[mover] ?? 0)) mover = other;
      }
    }
    if ((flags & BatchFlag.Last) !== 0) this.#sliced.delete(key);
    else this.#sliced.set(key, mover);
    return mover;
  }
}
