import { OpenBatch } from "./open_batch.ts";

/**
 * So many batches that have landed are kept to be filled again: as many as have files in one shard
 * where each directory holds one small file.
 */
const MOST_SPARE = 4096;
/** Those that hold more memory are left to the collector: all that are kept hold 32 MiB at most. */
const SPARE_BYTES = 8192;

/** The batches whose content is awaited, by their numbers. */
export class OpenBatches implements Iterable<OpenBatch> {
  readonly #open = new Map<number, OpenBatch>();
  readonly #spare: OpenBatch[] = [];

  get size(): number {
    return this.#open.size;
  }

  has(number: number): boolean {
    return this.#open.has(number);
  }

  get(number: number): OpenBatch | undefined {
    return this.#open.get(number);
  }

  /** One to be filled and then added. */
  take(): OpenBatch {
    return this.#spare.pop() ?? new OpenBatch();
  }

  add(batch: OpenBatch): void {
    this.#open.set(batch.number, batch);
  }

  /**
   * Drops a batch of which all has landed. It may be filled again at once, unless something may be
   * looked for that it asked for: then whoever looks still holds it.
   */
  landed(batch: OpenBatch): void {
    this.#open.delete(batch.number);
    const isKept = batch.isUnasked && batch.heldBytes <= SPARE_BYTES &&
      this.#spare.length < MOST_SPARE;
    if (isKept) this.#spare.push(batch);
  }

  [Symbol.iterator](): Iterator<OpenBatch> {
    return this.#open.values();
  }
}
