import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { unpackNames } from "../entry/packed.ts";
import { compareBatch } from "../deliver/compare_batch.ts";
import { deliverBatch } from "../deliver/deliver_batch.ts";
import { READ_BYTES } from "../deliver/content.ts";
import { putOff } from "../deliver/put_off.ts";
import { dropSettledPartials } from "../deliver/stale_partials.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { type Task, TaskFlag } from "../movers/task.ts";
import { closePlace, openPlace, type Place, scanBatch } from "../scan/mod.ts";
import { shareWeight } from "./directory.ts";
import { leaveToEarlier } from "./earlier_sources.ts";
import { LargeTask } from "./large_task.ts";

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
    place.since = performance.now();
    if ((task.flags & TaskFlag.Counted) === 0) scanBatch(context, place, names);
    else scanAgain(context, place, names);
    compareBatch(context, place, names, targets, context.job.rules, READ_BYTES);
    leaveToEarlier(context, place, names);
    dropSettledPartials(context, place, targets);
    const childWeight = shareWeight(context, task.weight);
    deliverBatch(context, place, names, targets, {
      linksNow,
      cleared: false,
      largeNow: false,
      childWeight,
    });
  } else {
    scanAgain(context, place, names);
    const isLarge = (task.flags & TaskFlag.Large) !== 0;
    compareBatch(context, place, names, targets, context.job.rules, isLarge ? 0 : Infinity);
    if (isLarge) return new LargeTask(context, place, targets, task.weight);
    dropSettledPartials(context, place, targets);
    deliverBatch(context, place, names, targets, {
      linksNow,
      cleared: (task.flags & TaskFlag.Cleared) !== 0,
      largeNow: true,
      childWeight: 0,
    });
    context.count(Counter.Fraction, task.weight);
  }
  if (place.touched) putOff(context, place);
  closePlace(context, place);
  return undefined;
}

/** Scans entries that were counted when they were first seen. */
function scanAgain(context: MoverContext, place: Place, names: NameTable): void {
  const before = context.counters.slice(Counter.Scanned, Counter.BytesTotal + 1);
  const since = place.since;
  place.since = Infinity;
  scanBatch(context, place, names);
  place.since = since;
  context.counters[Counter.Scanned] = before[Counter.Scanned]!;
  context.counters[Counter.BytesTotal] = before[Counter.BytesTotal]!;
}

/** The names at the destination: the same, unless the user gave the one entry another. */
export function targetNames(context: MoverContext, source: number, names: NameTable): NameTable {
  const { as } = context.jobSource(source);
  if (as === undefined) return names;
  const targets = new NameTable();
  targets.add(as, Kind.Unknown);
  return targets;
}
