import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { NameSet } from "../entry/name_set.ts";
import { compareBatch } from "../deliver/compare_batch.ts";
import { dropStalePartials } from "../deliver/stale_partials.ts";
import { READ_BYTES } from "../deliver/content.ts";
import { deliverBatch, isTask } from "../deliver/deliver_batch.ts";
import { nextWork } from "../deliver/next_work.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { type Task, TaskFlag } from "../movers/task.ts";
import { Need } from "../plan/mod.ts";
import { closePlace, openPlace, scanBatch } from "../scan/mod.ts";
import { leaveToEarlier } from "./earlier_sources.ts";
import { logExtras } from "./extras.ts";
import { finishDirectory, noteDirectory } from "./finish_directory.ts";
import { ListedPaths } from "./listed_paths.ts";
import { readDestination } from "./read_destination.ts";
import { sliceDirectory } from "./slices.ts";

const HERE = nameOf("");

/**
 * All four stages on one directory: scan, compare, deliver, finish. A directory that does not
 * fit one batch is cut into slices, which any mover may take.
 */
export function processDirectory(context: MoverContext, task: Task): void {
  const place = openPlace(context, task);
  if (place === undefined) {
    context.count(Counter.Fraction, task.weight);
    return;
  }
  const { sys, names, spare } = context;
  place.since = performance.now();
  const isNew = (task.flags & (TaskFlag.Fresh | TaskFlag.Absent)) !== 0;
  const differs = !isNew && noteDirectory(context, place);
  const there = place.fresh ? 0 : readDestination(context, place);
  if (there === 0) place.fresh = true;
  const count = sys.list(place.source, names);
  const more = count <= 0 ? count : sys.list(place.source, spare);
  if (count < 0 || more < 0) {
    const result = count < 0 ? count : more;
    context.fail("source", task.source, task.path, HERE, "list", result);
  }
  if (context.onSubdirectories !== undefined) tellSubdirectories(context);
  const listed = place.filter !== undefined && place.filter.wantedCount > 0
    ? new ListedPaths(place.filter)
    : undefined;
  listed?.note(names);
  if (more > 0) {
    listed?.note(spare);
    sliceDirectory(context, place, task, there, isNew || differs, listed);
    return;
  }
  listed?.reportMissing(context, place);
  if (count > 0) {
    scanBatch(context, place, names);
    const found = compareBatch(context, place, names, names, context.job.rules, READ_BYTES);
    leaveToEarlier(context, place, names);
    if (more === 0) dropStalePartials(context, place, names);
    const childWeight = shareWeight(context, task.weight);
    if (context.job.extras && found < there) {
      logExtras(context, place, context.nameIndex.fill(names));
    }
    deliverBatch(context, place, names, names, {
      linksNow: false,
      cleared: false,
      largeNow: false,
      childWeight,
    });
  } else {
    if (count === 0) dropStalePartials(context, place, names);
    if (context.job.extras && there > 0 && count === 0) logExtras(context, place, new NameSet());
    context.count(Counter.Fraction, task.weight);
  }
  if (!place.isPutOff && (isNew || differs || place.touched)) finishDirectory(context, place);
  closePlace(context, place);
}

/** Lets the pool start a Worker while this directory is still being worked on. */
function tellSubdirectories(context: MoverContext): void {
  const { kinds, count } = context.names;
  let directories = 0;
  for (let index = 0; index < count; index++) if (kinds[index] === Kind.Directory) directories++;
  context.onSubdirectories?.(directories);
}

/**
 * Splits the weight of a compared batch evenly over its small entries, each subdirectory and each
 * file that is put off, counts the first share as done and gives that of each other. The sum over the tree
 * stays 1, so the fraction that is shown never falls.
 */
export function shareWeight(context: MoverContext, weight: number): number {
  const { names, needs } = context;
  let children = 0;
  const { count } = names;
  for (
    let index = nextWork(context, 0, count);
    index < count;
    index = nextWork(context, index + 1, count)
  ) {
    const need = needs[index];
    if (need === Need.Later) {
      children++; // one for all of these
      break;
    }
    if (isTask(context, index, need)) children++;
  }
  const share = weight / (children + 1);
  context.count(Counter.Fraction, share);
  return share;
}
