import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { unpackNames } from "../entry/packed.ts";
import { compareBatch } from "../deliver/compare_batch.ts";
import { deliverBatch } from "../deliver/deliver_batch.ts";
import { settle } from "../deliver/deliver_entry.ts";
import { LargeFileCopy } from "../deliver/large_file.ts";
import type { Fault } from "../deliver/outcome.ts";
import { putOff } from "../deliver/put_off.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { type Task, TaskFlag } from "../movers/task.ts";
import { Need } from "../plan/mod.ts";
import { closePlace, openPlace, type Place, scanBatch } from "../scan/mod.ts";
import { shareWeight } from "./directory.ts";
import { leaveToEarlier } from "./earlier_sources.ts";

/** A task that goes on in further steps, so that the thread can do something else in between. */
export interface Ongoing {
  /** Does some more; true when it is over and cleaned up. */
  step(): boolean;
}

/**
 * Scan, compare and deliver for named entries of a directory: a slice, the one entry that a user
 * named as source, entries that were put off, or a large file, which goes on in steps.
 */
export function processBatch(context: MoverContext, task: Task): Ongoing | undefined {
  const place = openPlace(context, task);
  if (place === undefined) {
    context.count(Counter.Fraction, task.weight);
    return undefined;
  }
  const { names } = context;
  unpackNames(task.names, 0, names);
  const targets = targetNames(context, task.source, names);
  const linksNow = (task.flags & TaskFlag.Links) !== 0;
  if (!linksNow) {
    scanBatch(context, place, names);
    compareBatch(context, place, names, targets);
    leaveToEarlier(context, place, names);
    const childWeight = shareWeight(context, task.weight);
    deliverBatch(context, place, names, targets, {
      linksNow,
      cleared: false,
      largeNow: false,
      childWeight,
    });
  } else {
    const before = context.counters.slice(Counter.Scanned, Counter.BytesTotal + 1);
    scanBatch(context, place, names);
    // These were counted when they were first seen.
    context.counters[Counter.Scanned] = before[Counter.Scanned]!;
    context.counters[Counter.BytesTotal] = before[Counter.BytesTotal]!;
    compareBatch(context, place, names, targets);
    if ((task.flags & TaskFlag.Large) !== 0) {
      return new LargeTask(context, place, targets, task.weight);
    }
    deliverBatch(context, place, names, targets, {
      linksNow,
      cleared: true,
      largeNow: true,
      childWeight: 0,
    });
  }
  if (place.touched) putOff(context, place);
  closePlace(context, place);
  return undefined;
}

/** The names at the destination: the same, unless the user gave the one entry another. */
export function targetNames(context: MoverContext, source: number, names: NameTable): NameTable {
  const { as } = context.jobSource(source);
  if (as === undefined) return names;
  const targets = new NameTable();
  targets.add(as, Kind.Unknown);
  return targets;
}

/** One large file, copied in steps. */
class LargeTask implements Ongoing {
  readonly #copy: LargeFileCopy | Fault | undefined;
  readonly #need: number;
  readonly #size: number;
  readonly #target: Uint8Array<ArrayBuffer>;
  #weighed = 0;

  constructor(
    readonly context: MoverContext,
    readonly place: Place,
    readonly targets: NameTable,
    readonly weight: number,
  ) {
    const { needs, source, names } = context;
    this.#need = needs[0]!; // the one entry of the batch
    this.#size = source.size[0]!;
    this.#target = targets.copy(0);
    if (this.#need === Need.Create || this.#need === Need.Replace) {
      const replaces = this.#need === Need.Replace;
      this.#copy = LargeFileCopy.begin(
        context,
        place,
        names.at(0),
        terminated(this.#target),
        replaces,
      );
    }
  }

  step(): boolean {
    const { context, place } = this;
    let fault: Fault | undefined;
    if (this.#copy instanceof LargeFileCopy) {
      const step = this.#copy.step();
      if (step.state === "more") {
        this.#weigh(this.#copy.fraction);
        return false;
      }
      fault = step.fault;
    } else fault = this.#copy;
    if (this.#copy !== undefined) {
      settle(context, place, this.#target, Kind.File, this.#need, this.#size, fault);
    }
    this.#weigh(1);
    closePlace(context, place);
    return true;
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
