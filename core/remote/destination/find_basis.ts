import { isSameStamp, Partial, type Stamp, stampOf, UNKNOWN_STATE } from "../../deliver/mod.ts";
import { inputWindow, subtreeFromWindow } from "../../digest/mod.ts";
import { Kind } from "../../entry/kind.ts";
import { StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import { Counter } from "../../movers/counters.ts";
import { partialName } from "../../movers/temporary.ts";
import { Need } from "../../plan/mod.ts";
import type { Handle, Name } from "../../sys/mod.ts";
import { type Basis, BASIS_BLOCK_BYTES, BASIS_BLOCKS_MAX, VALUE_BYTES } from "../batch/mod.ts";
import type { OpenBatch } from "./open_batch.ts";

/** Blocks that one step reads, so that what else is due need not wait long. */
const STEP_BLOCKS = 16;
/** Chunks of BLAKE3 in a block. */
const CHUNKS = BASIS_BLOCK_BYTES / 1024;
/** What is smaller is not worth comparing a large file with. */
const OLD_BYTES: number = BASIS_BLOCK_BYTES;

/** What the source has been told that is here of a file. */
export interface Offer {
  /** What is kept is in the partial, or in the old file that is to be replaced. */
  readonly where: "partial" | "old";
  readonly basis: Basis;
  /** What that was then: if it has been changed since, nothing of it is kept. */
  readonly stamp: Stamp;
}

/** Whether something may be here of a wanted file that is worth finding out. */
export function mayHaveBasis(
  context: MoverContext,
  directory: Handle,
  target: Name,
  need: number,
  old: StatTable,
  index: number,
): boolean {
  const { sys } = context;
  const isOld = need === Need.Replace && old.kind(index) === Kind.File &&
    old.size[index]! >= OLD_BYTES; // a row that the caller filled
  return isOld || sys.stat(directory, partialName(target), new StatTable(1), 0) === 0;
}

/**
 * Finds out, step by step, what is here of a file that is wanted: of what a run that was cut off
 * has left, or of the old file in its place. What a journal proves is not read; of all else the
 * values of its blocks are computed.
 */
export class BasisSearch {
  readonly #values: Uint8Array<ArrayBuffer>;
  readonly #directory: Handle;
  #where: Offer["where"] = "partial";
  #partial: Partial | undefined;
  #file: Handle = -1;
  #filled = 0;
  #block = 0;
  #blocks = 0;
  #stamp: Stamp | undefined;

  constructor(
    readonly context: MoverContext,
    readonly batch: OpenBatch,
    readonly index: number,
  ) {
    const [, root] = context.roots(batch.source);
    this.#directory = context.sys.openBeneath(root, batch.path);
    if (this.#directory >= 0) this.#open();
    this.#values = new Uint8Array(this.#blocks * VALUE_BYTES);
  }

  /** Reads some more; true when all is known. */
  step(): boolean {
    const { context } = this;
    const { sys } = context;
    const window = inputWindow();
    const end = Math.min(this.#block + STEP_BLOCKS, this.#blocks);
    for (; this.#block < end; this.#block++) {
      const start = this.#block * BASIS_BLOCK_BYTES;
      const length = Math.min(BASIS_BLOCK_BYTES, this.#filled - start);
      if (sys.seek(this.#file, start) < 0) continue;
      let got = 0;
      while (got < length) {
        const more = sys.read(this.#file, got === 0 ? window : window.subarray(got), length - got);
        if (more <= 0) break;
        got += more;
      }
      if (got < length) continue;
      context.count(Counter.BytesProved, length);
      const value = subtreeFromWindow(length, this.#block * CHUNKS);
      this.#values.set(value, this.#block * VALUE_BYTES);
    }
    return this.#block >= this.#blocks || context.stopping;
  }

  /** Closes what is open, and tells what may be kept, if anything. */
  finish(): Offer | undefined {
    const { sys } = this.context;
    const { index: entry } = this;
    const { proven = 0, state = UNKNOWN_STATE } = this.#partial ?? {};
    let stamp = this.#stamp;
    if (this.#partial !== undefined) stamp = this.#partial.leave();
    else if (this.#file >= 0) {
      // Whoever writes to it meanwhile has it to himself.
      if (stamp !== undefined && !isSameStamp(stamp, stampOf(this.context, this.#file))) {
        stamp = undefined;
      }
      sys.close(this.#file);
    }
    if (this.#directory >= 0) sys.close(this.#directory);
    const isAny = proven > 0 || this.#blocks > 0;
    if (stamp === undefined || !isAny) return undefined;
    const basis = {
      entry,
      proven,
      state: proven > 0 ? state : new Uint8Array(0),
      values: this.#values,
    };
    return { where: this.#where, basis, stamp };
  }

  #open(): void {
    const { context, batch } = this;
    const { stats } = batch;
    const slot = batch.slotOf(this.index);
    const target = batch.name(slot);
    const { sys } = context;
    const size = stats.size[slot]!; // asked for
    const stat = new StatTable(1);
    if (sys.stat(this.#directory, partialName(target), stat, 0) === 0) {
      this.#partial = Partial.open(context, this.#directory, target, {
        size,
        mtimeSeconds: stats.mtimeSeconds[slot]!,
        mtimeNanoseconds: stats.mtimeNanoseconds[slot]!,
        blocks: stats.blocks[slot]!,
        state: undefined,
      });
      const { proven = 0, filled = 0, handle = -1 } = this.#partial ?? {};
      this.#block = Math.ceil(proven / BASIS_BLOCK_BYTES);
      this.#file = handle;
      this.#filled = filled;
    }
    if (this.#filled === 0 && batch.needs[slot] === Need.Replace) {
      this.#partial?.leave();
      this.#partial = undefined;
      this.#where = "old";
      this.#file = sys.openRead(this.#directory, target);
      if (this.#file < 0 || sys.statHandle(this.#file, stat, 0) < 0) return;
      if (stat.kind(0) !== Kind.File) return;
      this.#stamp = stampOf(context, this.#file);
      this.#filled = Math.min(stat.size[0]!, size);
    }
    // A last block that is shorter than the source's cannot be the same.
    const whole = this.#filled === size ? Math.ceil : Math.floor;
    this.#blocks = Math.min(whole(this.#filled / BASIS_BLOCK_BYTES), BASIS_BLOCKS_MAX);
  }
}

/** Whether an offer covers a part of a file of `size` bytes. */
export function isOffered(offer: Offer, offset: number, length: number, size: number): boolean {
  const { proven, values } = offer.basis;
  const end = offset + length;
  if (end <= proven) return true;
  const isAligned = offset % BASIS_BLOCK_BYTES === 0 &&
    (end % BASIS_BLOCK_BYTES === 0 || end === size);
  if (!isAligned || Math.ceil(end / BASIS_BLOCK_BYTES) * VALUE_BYTES > values.length) return false;
  for (let at = offset / BASIS_BLOCK_BYTES; at < Math.ceil(end / BASIS_BLOCK_BYTES); at++) {
    const value = values.subarray(at * VALUE_BYTES, (at + 1) * VALUE_BYTES);
    if (value.every((byte) => byte === 0)) return false;
  }
  return true;
}
