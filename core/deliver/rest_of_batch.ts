import type { NameTable } from "../entry/names.ts";
import { PackedNames } from "../entry/packed.ts";
import type { MoverContext } from "../movers/context.ts";
import { task, TaskFlag, TaskKind } from "../movers/task.ts";
import type { Place } from "../scan/place.ts";
import { putOff } from "./put_off.ts";

/** Tasks that the rest of a batch becomes at most. */
const PIECES = 8;

/**
 * Collects the entries of a batch that are left to tasks of their own, so that movers which have
 * nothing to do take part in them, and the main thread's event loop turns.
 */
export class RestOfBatch {
  readonly #indices: number[] = [];

  /** `flag` is `TaskFlag.Counted` for entries that have been counted. */
  constructor(
    readonly context: MoverContext,
    readonly place: Place,
    readonly names: NameTable,
    readonly flag: number,
  ) {}

  add(index: number): void {
    this.#indices.push(index);
  }

  /** Pushes the tasks, which stand for `weight` together. */
  finish(weight: number): void {
    const { context, place, names } = this;
    const { length } = this.#indices;
    if (length === 0) return;
    const size = Math.ceil(length / PIECES);
    const flags = this.flag | (place.fresh ? TaskFlag.Fresh : 0) |
      (place.destination < 0 ? TaskFlag.Absent : 0) | (place.isShallow ? TaskFlag.Shallow : 0) |
      (place.mayHavePartials ? TaskFlag.Partials : 0);
    for (let from = 0; from < length; from += size) {
      const piece = this.#indices.slice(from, from + size);
      const packed = new PackedNames();
      for (const index of piece) packed.addFrom(names, index);
      const share = weight * piece.length / length;
      const { sourceIndex, path } = place;
      const rest = { flags, names: packed.finish(), weight: share };
      context.stack.push(task(TaskKind.Batch, sourceIndex, path, rest));
    }
    putOff(context, place);
  }
}
