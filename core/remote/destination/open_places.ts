import type { MoverContext } from "../../movers/context.ts";
import { Doing } from "../../movers/whereabouts.ts";
import { closePlace, openDestination, type Place } from "../../scan/mod.ts";
import type { OpenBatch } from "./open_batch.ts";

/** Destination directories that stay open between records. */
const OPEN_PLACES = 16;

/** The destination directories that content is put into, a few of them held open. */
export class OpenPlaces {
  /** By the numbers of batches; the last opened stands at the end. */
  readonly #places = new Map<number, Place>();
  #lastBatch: OpenBatch | undefined;
  #lastPlace: Place | undefined;

  constructor(readonly context: MoverContext) {}

  /** The directory of a batch; undefined, with the failure recorded, where it cannot be opened. */
  of(batch: OpenBatch, inUse?: Place): Place | undefined {
    // A shard's files are mostly of one directory.
    if (batch === this.#lastBatch) return this.#lastPlace;
    this.#lastBatch = batch;
    return this.#lastPlace = this.#find(batch, inUse);
  }

  /** Closes the directory of a batch, of which all has landed. */
  landed(batch: OpenBatch): void {
    const place = this.#places.get(batch.number);
    if (place !== undefined) {
      this.#places.delete(batch.number);
      closePlace(this.context, place);
    }
    if (batch !== this.#lastBatch) return;
    this.#lastBatch = undefined;
    this.#lastPlace = undefined;
  }

  /** Closes them all. */
  close(): void {
    for (const place of this.#places.values()) closePlace(this.context, place);
    this.#places.clear();
    this.#lastBatch = undefined;
    this.#lastPlace = undefined;
  }

  #find(batch: OpenBatch, inUse: Place | undefined): Place | undefined {
    const held = this.#places.get(batch.number);
    if (held !== undefined) return held;
    this.context.isAt(Doing.Receiving, batch.source, batch.path);
    const state = { absent: false, fresh: false };
    const place = openDestination(this.context, batch.source, batch.path, state);
    if (place === undefined) return undefined;
    if (this.#places.size >= OPEN_PLACES) this.#closeOldest(inUse);
    this.#places.set(batch.number, place);
    return place;
  }

  #closeOldest(inUse: Place | undefined): void {
    for (const [number, place] of this.#places) {
      if (place === inUse) continue;
      this.#places.delete(number);
      closePlace(this.context, place);
      return;
    }
  }
}
