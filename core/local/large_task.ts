import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import { needAfterReading } from "../deliver/compare_batch.ts";
import { ContentComparison } from "../deliver/content.ts";
import { deliverWithoutContent, settle } from "../deliver/deliver_entry.ts";
import { LargeFileCopy } from "../deliver/large_file.ts";
import type { Fault } from "../deliver/outcome.ts";
import { putOff } from "../deliver/put_off.ts";
import { dropSettledPartials } from "../deliver/stale_partials.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Need } from "../plan/mod.ts";
import type { Comparison } from "../scan/origin.ts";
import { closePlace, type Place, unlockPlace } from "../scan/mod.ts";
import type { Ongoing } from "./batch.ts";

/**
 * One large file, which is the one entry of the context's batch: compared where that is needed,
 * copied where it differs, in steps.
 */
export class LargeTask implements Ongoing {
  readonly #size: number;
  #need: number;
  readonly #target: Uint8Array<ArrayBuffer>;
  #comparison: ContentComparison | undefined;
  #copy: LargeFileCopy | undefined;
  #weighed = 0;
  #isOver = false;

  /** Takes over the place, and closes it at the end. */
  constructor(
    readonly context: MoverContext,
    readonly place: Place,
    readonly targets: NameTable,
    readonly weight: number,
  ) {
    const { source, names, needs } = context;
    this.#size = source.size[0]!; // the one entry of the batch
    this.#target = targets.copy(0);
    this.#need = needs[0]!;
    if (this.#need !== Need.Verify) {
      this.#begin();
      return;
    }
    const from = [place.source, names.at(0)] as const;
    const begun = ContentComparison.begin(context, ...from, place.destination, targets.at(0));
    if (begun instanceof ContentComparison) this.#comparison = begun;
    else this.#compared(begun);
  }

  step(): boolean {
    if (this.#comparison !== undefined) {
      const result = this.#comparison.step();
      if (result === undefined) this.#weigh(this.#comparison.compared / this.#size);
      else this.#compared(result);
    } else if (this.#copy !== undefined) {
      const step = this.#copy.step();
      if (step.state === "more") this.#weigh(this.#copy.fraction);
      else {
        this.#copy = undefined;
        this.#settle(step.fault);
      }
    }
    if (!this.#isOver) return false;
    this.#weigh(1);
    closePlace(this.context, this.place);
    return true;
  }

  #compared(result: Comparison): void {
    const { context, place, targets } = this;
    this.#comparison = undefined;
    const { names, needs } = context;
    const need = needAfterReading(context, place, names, targets, 0, result);
    needs[0] = this.#need = need;
    dropSettledPartials(context, place, targets);
    this.#begin();
  }

  /** Does what the need says, or begins it; the directory's own metadata comes at the end. */
  #begin(): void {
    const { context, place } = this;
    const need = this.#need;
    if (need !== Need.Same && need !== Need.None && need !== Need.Skip) {
      unlockPlace(context, place);
    }
    this.#deliver();
    const moves = need === Need.Create || need === Need.Replace;
    if (moves || place.touched) putOff(context, place);
  }

  #deliver(): void {
    const { context, place, targets } = this;
    const { names } = context;
    const need = this.#need;
    if (need === Need.None || deliverWithoutContent(context, place, names, targets, 0)) {
      this.#isOver = true;
      return;
    }
    const replaces = need === Need.Replace;
    const target = terminated(this.#target);
    const begun = LargeFileCopy.begin(context, place, names.at(0), target, replaces);
    if (begun instanceof LargeFileCopy) this.#copy = begun;
    else this.#settle(begun);
  }

  #settle(fault: Fault | undefined): void {
    settle(this.context, this.place, this.#target, Kind.File, this.#need, this.#size, fault);
    this.#isOver = true;
  }

  /** Counts as done what has been since the last step. */
  #weigh(fraction: number): void {
    if (fraction <= this.#weighed) return;
    this.context.count(Counter.Fraction, this.weight * (fraction - this.#weighed));
    this.#weighed = fraction;
  }
}

function terminated(name: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(name.length + 1);
  whole.set(name);
  return whole;
}
