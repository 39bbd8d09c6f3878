import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import { PackedNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { task, TaskFlag, TaskKind } from "../movers/task.ts";
import { Need } from "../plan/mod.ts";
import { type Place, unlockPlace } from "../scan/place.ts";
import { deliverDirectory, Made } from "./deliver_directory.ts";
import { copyContent, deliverWithoutContent, settle } from "./deliver_entry.ts";
import { LinkCollector } from "./link_collector.ts";
import { makeGroup } from "./make_group.ts";
import { BlockedCollector, needOnceCleared, putOff, VerifyCollector } from "./put_off.ts";
import { RestOfBatch } from "./rest_of_batch.ts";
import { passSame } from "./next_work.ts";
import { deliverUnread } from "./unread_file.ts";

/** Files from this size on become tasks of their own, so that other movers go on meanwhile. */
export const LARGE_BYTES: number = 64 * 1024 * 1024;

/** What the caller of {@linkcode deliverBatch} wants done differently. */
export interface Delivery {
  /** Hard links are delivered like other entries: their other names are dealt with by the caller. */
  readonly linksNow: boolean;
  /** Directories in the way have been deleted (or, in a dry run, would have been). */
  readonly cleared: boolean;
  /** Large files are copied at once, whole. */
  readonly largeNow: boolean;
  /** Weight that each directory and each file that is put off gets. */
  readonly childWeight: number;
}

/**
 * Delivers a compared batch: files, links and nodes at once, directories made and pushed as
 * tasks, hard links, large files and those to be read put off. In a dry run it only says what it
 * would do.
 */
export function deliverBatch(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  delivery: Delivery,
): void {
  const { needs, source } = context;
  const links = new LinkCollector(context, place, names);
  const later = new RestOfBatch(context, place, names, 0);
  const rest = new RestOfBatch(context, place, names, TaskFlag.Counted);
  const begun = place.since === Infinity ? Infinity : performance.now();
  let isCut = false;
  let isLinked = false;
  let blocked: BlockedCollector | undefined;
  let unread: VerifyCollector | undefined;
  if (context.job.mayHang === true) deliverDirectories(context, place, targets, delivery);
  const { count } = names;
  for (
    let index = passSame(context, 0, count);
    index < count && !context.stopping;
    index = passSame(context, index + 1, count)
  ) {
    let need = needs[index]!; // in the batch
    if (need === Need.Later) {
      later.add(index);
      continue;
    }
    if (isCut && takesContent(context, index)) {
      rest.add(index);
      continue;
    }
    if (need === Need.Unread) {
      if (place.locked) unlockPlace(context, place);
      const delivered = deliverUnread(context, place, names, targets, index, isLinked);
      isLinked = source.links[index]! > 1; // in the batch
      if (delivered.state === "done") {
        const size = source.size[index]!; // in the batch
        const target = targets.at(index);
        settle(context, place, target, source.kind(index), Need.Create, size, delivered.fault);
        isCut = context.isDue(begun, index);
        continue;
      }
      need = needs[index] = Need.Create;
    }
    const kind = source.kind(index);
    if (need === Need.Verify && source.links[index]! <= 1) {
      (unread ??= new VerifyCollector(context, place, delivery.childWeight)).add(names, index);
      continue;
    }
    if (place.locked && need !== Need.Same && need !== Need.Skip) unlockPlace(context, place);
    if (kind === Kind.Directory) {
      pushDirectory(context, place, targets, index, delivery.childWeight);
      continue;
    }
    if (!delivery.linksNow && source.links[index]! > 1) {
      links.add(index);
      continue;
    }
    if (need === Need.Blocked && delivery.cleared && context.job.dryRun) {
      needs[index] = needOnceCleared(context);
    } else if (need === Need.Blocked && context.job.extras && !delivery.cleared) {
      (blocked ??= new BlockedCollector(context, place)).add(names, index);
      continue;
    }
    if (deliverWithoutContent(context, place, names, targets, index)) continue;
    if (!delivery.largeNow && isLarge(context, index, needs[index])) {
      pushLarge(context, place, names, index, delivery.childWeight);
    } else {
      copyContent(context, place, names, targets, index);
      isCut = context.isDue(begun, index);
    }
  }
  later.finish(delivery.childWeight);
  rest.finish(0);
  links.finish((group) => {
    const [first] = group;
    if (first === undefined || context.stopping || context.isDue(begun, first)) return group;
    if (source.size[first]! >= LARGE_BYTES) return group; // in the batch
    return makeGroup(context, place, names, targets, group);
  });
  blocked?.finish();
  unread?.finish();
}

/** Whether an entry becomes a task of its own, or a part of one. */
export function isTask(context: MoverContext, index: number, need: number | undefined): boolean {
  const { source } = context;
  if (source.kind(index) === Kind.Directory) return need !== Need.None;
  if (need === Need.Verify) return source.links[index]! <= 1; // in the batch
  return isLarge(context, index, need);
}

/** Delivers the directories of a batch, so that others can go on in them if a file of it hangs. */
function deliverDirectories(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  delivery: Delivery,
): void {
  const { needs, source } = context;
  for (let index = 0; index < targets.count && !context.stopping; index++) {
    const need = needs[index]!; // in the batch
    if (need === Need.None || need === Need.Unread || need === Need.Later) continue;
    if (source.kind(index) !== Kind.Directory) continue;
    if (place.locked && need !== Need.Same && need !== Need.Skip) unlockPlace(context, place);
    pushDirectory(context, place, targets, index, delivery.childWeight);
    needs[index] = Need.None;
  }
  context.share?.();
}

/** Whether an entry is a large file that is to be copied (hard links have their own phase). */
function isLarge(context: MoverContext, index: number, need: number | undefined): boolean {
  const { source, job } = context;
  return (need === Need.Create || need === Need.Replace) && !job.dryRun &&
    source.kind(index) === Kind.File && source.size[index]! >= LARGE_BYTES &&
    source.links[index] === 1;
}

/** Whether an entry is a file whose content is to be moved by the mover that has its batch. */
function takesContent(context: MoverContext, index: number): boolean {
  const { needs, source, job } = context;
  const need = needs[index];
  if (need === Need.Unread) return true;
  return (need === Need.Create || need === Need.Replace) && !job.dryRun &&
    source.kind(index) === Kind.File && source.links[index] === 1 && !isLarge(context, index, need);
}

/** Makes a directory, if it must be made, and pushes the task that fills it. */
function pushDirectory(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  index: number,
  weight: number,
): void {
  const need = context.needs[index]!; // in the batch
  const made = deliverDirectory(context, place, targets, index, need);
  if (made === Made.Nothing) {
    if (need === Need.Skip) context.count(Counter.Fraction, weight);
    return;
  }
  if (made === Made.Existing && place.isShallow) return context.count(Counter.Fraction, weight);
  const flags = made === Made.Fresh ? TaskFlag.Fresh : made === Made.Absent ? TaskFlag.Absent : 0;
  const path = joinPath(place.path, targets.copy(index));
  context.stack.push(task(TaskKind.Directory, place.sourceIndex, path, { flags, weight }));
}

function pushLarge(
  context: MoverContext,
  place: Place,
  names: NameTable,
  index: number,
  weight: number,
): void {
  const one = new PackedNames();
  one.addFrom(names, index);
  context.stack.push(task(TaskKind.Batch, place.sourceIndex, place.path, {
    flags: TaskFlag.Large | TaskFlag.Links,
    names: one.finish(),
    weight,
  }));
  putOff(context, place);
}
