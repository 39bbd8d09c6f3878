import { Partial, UNKNOWN_STATE } from "../../deliver/mod.ts";
import { StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import { partialName } from "../../movers/temporary.ts";
import type { Handle } from "../../sys/mod.ts";
import { BASIS_BLOCK_BYTES, BASIS_BLOCKS_MAX, VALUE_BYTES } from "../batch/mod.ts";
import { blockValue } from "../mover/block_value.ts";
import { newOffer, type Offer } from "./offer.ts";
import type { OpenBatch } from "./open_batch.ts";

/** Blocks that one step reads, so that what else is due need not wait long. */
export const STEP_BLOCKS = 16;

/**
 * Finds out, step by step, what a run that was cut off has left of a file that is wanted. What a
 * journal proves is not read; of all else the values of its blocks are computed.
 */
export class PartialSearch {
  readonly #values: Uint8Array<ArrayBuffer>;
  #block: number;
  readonly #blocks: number;

  private constructor(
    readonly context: MoverContext,
    readonly partial: Partial,
    size: number,
  ) {
    const { proven, filled } = partial;
    this.#block = Math.ceil(proven / BASIS_BLOCK_BYTES);
    this.#blocks = Math.min(blocksOf(filled, size), BASIS_BLOCKS_MAX);
    this.#values = new Uint8Array(this.#blocks * VALUE_BYTES);
  }

  /** Opens what is there of an entry in its directory; undefined if that is nothing. */
  static open(
    context: MoverContext,
    directory: Handle,
    batch: OpenBatch,
    slot: number,
  ): PartialSearch | undefined {
    const { stats } = batch;
    const size = stats.size[slot]!; // asked for
    // To open it would make it.
    const name = partialName(batch.name(slot));
    if (context.sys.stat(directory, name, new StatTable(1), 0) !== 0) return undefined;
    const partial = Partial.open(context, directory, batch.name(slot), {
      size,
      mtimeSeconds: stats.mtimeSeconds[slot]!,
      mtimeNanoseconds: stats.mtimeNanoseconds[slot]!,
      blocks: stats.blocks[slot]!,
      state: undefined,
    });
    if (partial === undefined) return undefined;
    if (partial.filled > 0) return new PartialSearch(context, partial, size);
    partial.leave();
    return undefined;
  }

  /** Reads some more; true when all is known. */
  step(): boolean {
    const { context, partial } = this;
    const end = Math.min(this.#block + STEP_BLOCKS, this.#blocks);
    for (; this.#block < end; this.#block++) {
      const length = Math.min(BASIS_BLOCK_BYTES, partial.filled - this.#block * BASIS_BLOCK_BYTES);
      const value = blockValue(context, partial.handle, this.#block, length);
      if (typeof value === "object") this.#values.set(value, this.#block * VALUE_BYTES);
    }
    return this.#block >= this.#blocks || context.stopping;
  }

  /** Closes what is open, and tells what may be kept, if anything. */
  finish(): Offer | undefined {
    const { proven, state } = this.partial;
    const stamp = this.partial.leave();
    if (proven === 0 && this.#blocks === 0) return undefined;
    return newOffer({
      where: "partial",
      proven,
      state: proven > 0 ? state : UNKNOWN_STATE,
      values: this.#values,
      stamp,
    });
  }
}

/** Blocks of what is here that may be the same: a last one that is shorter than the source's cannot. */
export function blocksOf(filled: number, size: number): number {
  const whole = filled === size ? Math.ceil : Math.floor;
  return whole(filled / BASIS_BLOCK_BYTES);
}
