import { type Basis, BASIS_BLOCKS_MAX, VALUE_BYTES, WireError } from "../batch/mod.ts";

const NONE = new Uint8Array(0);

/**
 * What the other end has told of one file that is being sent, or waits to be: how much of it is
 * proven, and values of its blocks, of which further ones may come while it is sent.
 */
export class ToldValues {
  /** What the main thread counts it for, in bytes. */
  cost = 0;
  #values = NONE;
  #first: number;
  #count = 0;

  private constructor(
    readonly proven: number,
    readonly state: Uint8Array,
    first: number,
    /** Further values follow: they are worth waiting for. */
    public isMore: boolean,
  ) {
    this.#first = first;
  }

  /** What came with the wish for the file. */
  static of({ proven, state, values, more }: Basis): ToldValues {
    const told = new ToldValues(proven, state, 0, true);
    told.add(0, values, more);
    return told;
  }

  /** What is told of a file that is on its way already, from a block on. */
  static late(first: number): ToldValues {
    return new ToldValues(0, NONE, first, true);
  }

  /** The block behind the last of which something was told. */
  get end(): number {
    return this.#first + this.#count;
  }

  /**
   * Adds the values of the blocks from `first` on.
   *
   * @throws {WireError} where they do not go on from those before, or nothing was to follow
   */
  add(first: number, values: Uint8Array, more: boolean): void {
    const count = values.length / VALUE_BYTES;
    if (!this.isMore || first !== this.end || this.end + count > BASIS_BLOCKS_MAX) {
      throw new WireError("basis", "The other end tells values out of order.");
    }
    this.isMore = more;
    if (this.#count === 0) {
      this.#values = new Uint8Array(values);
    } else {
      const used = this.#count * VALUE_BYTES;
      if (used + values.length > this.#values.length) {
        const larger = new Uint8Array(Math.max(2 * this.#values.length, used + values.length));
        larger.set(this.#values.subarray(0, used));
        this.#values = larger;
      }
      this.#values.set(values, used);
    }
    this.#count += count;
  }

  /** The value of a block; undefined where none was told, or the other end has no such block. */
  value(block: number): Uint8Array | undefined {
    if (block < this.#first || block >= this.end) return undefined;
    const at = (block - this.#first) * VALUE_BYTES;
    const value = this.#values.subarray(at, at + VALUE_BYTES);
    return value.every((byte) => byte === 0) ? undefined : value;
  }
}

/** Where the values of files that are being sent come in. */
export interface ValuesEar {
  /** What has been told of the file that is being sent by now, if anything. */
  told(): ToldValues | undefined;
  /** Waits for whatever comes next; false when the session is over. */
  wait(): boolean;
  /** The file has been sent: nothing more is heard of it. */
  done(): void;
}
