import { isSettled, stampOf, UNKNOWN_STATE } from "../../deliver/mod.ts";
import { Kind } from "../../entry/kind.ts";
import { StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import type { Handle, Name } from "../../sys/mod.ts";
import { BASIS_BLOCK_BYTES, BASIS_BLOCKS_MAX, VALUE_BYTES } from "../batch/mod.ts";
import { blockValue } from "../mover/block_value.ts";
import { newOffer, type Offer } from "./offer.ts";
import { blocksOf, STEP_BLOCKS } from "./partial_search.ts";

/** Blocks of values that are told at once, but for the first time: a quarter of them, to begin soon. */
const PART_BLOCKS = 64;
/** Bytes that may have come without anything of them kept before most blocks are left out. */
const PATIENCE_BYTES: number = 64 << 20;
/** Then one of so many is tried, in case that what follows is the same. */
const STRIDE = 16;
/** Less says more of how busy the machine is than of its disk. */
const TELLING_BYTES: number = 32 << 20;
/** So much further than the source has come a search goes only when there is nothing else to do. */
const LEAD_BYTES: number = 256 << 20;

/** Values that are due to be told. */
export interface Part {
  readonly first: number;
  readonly values: Uint8Array<ArrayBuffer>;
  readonly more: boolean;
}

/**
 * Computes, step by step, the values of the old file's blocks while the new one comes, and gives
 * them in parts. It is never far ahead in vain: where the source says that nothing is the same, it
 * tries a block here and there.
 */
export class OldSearch {
  readonly offer: Offer;
  readonly #blocks: number;
  #block: number;
  #told: number;
  #isTold = false;
  #ms = 0;
  #read = 0;

  private constructor(
    readonly context: MoverContext,
    readonly file: Handle,
    readonly filled: number,
    size: number,
    from: number,
  ) {
    this.#blocks = Math.min(blocksOf(filled, size), BASIS_BLOCKS_MAX);
    this.#block = this.#told = from;
    this.offer = newOffer({
      where: "old",
      proven: 0,
      state: UNKNOWN_STATE,
      values: new Uint8Array(this.#blocks * VALUE_BYTES),
      stamp: stampOf(context, file),
    });
  }

  /**
   * Opens the old file for a new one of `size` bytes, to be compared from a block on; undefined if
   * there is nothing to compare, or if it has been changed so recently that another change might
   * not be noticed.
   */
  static open(
    context: MoverContext,
    directory: Handle,
    target: Name,
    size: number,
    from: number,
  ): OldSearch | undefined {
    const { sys } = context;
    const file = sys.openRead(directory, target);
    if (file < 0) return undefined;
    const stat = new StatTable(1);
    if (sys.statHandle(file, stat, 0) === 0 && stat.kind(0) === Kind.File) {
      const search = new OldSearch(context, file, Math.min(stat.size[0]!, size), size, from);
      if (search.#blocks > from && isSettled(search.offer.stamp)) return search;
    }
    sys.close(file);
    return undefined;
  }

  /** It is as far ahead as is good while other things are to be done. */
  get isAhead(): boolean {
    return this.#block * BASIS_BLOCK_BYTES > this.offer.position + LEAD_BYTES;
  }

  /** Bytes a second at which it reads and hashes; undefined before it can tell. */
  get rate(): number | undefined {
    return this.#read < TELLING_BYTES ? undefined : this.#read * 1000 / this.#ms;
  }

  /** Reads some more; gives what is to be told now, if anything is. */
  step(): Part | undefined {
    const { context, offer } = this;
    const start = performance.now();
    const end = this.#isOver ? this.#block : Math.min(this.#block + STEP_BLOCKS, this.#blocks);
    const isSparse = offer.position - offer.keptEnd > PATIENCE_BYTES;
    for (; this.#block < end; this.#block++) {
      if (isSparse && this.#block % STRIDE !== 0) continue;
      const length = Math.min(BASIS_BLOCK_BYTES, this.filled - this.#block * BASIS_BLOCK_BYTES);
      const value = blockValue(context, this.file, this.#block, length);
      if (typeof value !== "object") continue;
      offer.values.set(value, this.#block * VALUE_BYTES);
      this.#read += length;
    }
    this.#ms += performance.now() - start;
    const isDue = this.#block - this.#told >= (this.#isTold ? PART_BLOCKS : STEP_BLOCKS);
    return isDue || this.#isOver ? this.#part(!this.#isOver) : undefined;
  }

  /** Tells what is known, and that there will be no more. */
  giveUp(): Part {
    return this.#part(false);
  }

  close(): void {
    this.context.sys.close(this.file);
  }

  get #isOver(): boolean {
    return this.#block >= this.#blocks || this.offer.isOver || this.context.stopping;
  }

  #part(more: boolean): Part {
    const first = this.#told;
    this.#isTold = true;
    this.#told = this.#block;
    const values = this.offer.values.slice(first * VALUE_BYTES, this.#block * VALUE_BYTES);
    return { first, values, more };
  }
}
