import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import { PackedNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { task, TaskFlag, TaskKind } from "../movers/task.ts";
import { Difference, Need } from "../plan/mod.ts";
import { type Place, unlockPlace } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import { backUp } from "./backup.ts";
import { countDelivery } from "./count_delivery.ts";
import { LargeFileCopy } from "./large_file.ts";
import { makeLinkOrNode } from "./link_or_node.ts";
import { updateName } from "./metadata.ts";
import type { Fault } from "./outcome.ts";
import { destinationFault } from "./outcome.ts";
import { copySmallFile, SMALL_BYTES } from "./small_file.ts";
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
  /** Weight that each directory and each large file found gets. */
  readonly childWeight: number;
}

/**
 * Delivers a compared batch: files, links and nodes at once, directories made and pushed as
 * tasks, hard links and large files put off. In a dry run it only says what it would do.
 */
export function deliverBatch(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  delivery: Delivery,
): void {
  const { needs, source } = context;
  const links = new LinkCollector(context, place);
  let blocked: PackedNames | undefined;
  for (let index = 0; index < names.count && !context.stopping; index++) {
    let need = needs[index]!; // in the batch
    if (need === Need.None) continue;
    if (need === Need.Unread) {
      if (place.locked) unlockPlace(context, place);
      const unread = deliverUnread(context, place, names, targets, index);
      if (unread.state === "done") {
        settle(context, place, targets, index, Need.Create, unread.fault);
        continue;
      }
      need = needs[index] = Need.Create;
    }
    const kind = source.kind(index);
    if (place.locked && need !== Need.Same && need !== Need.Skip) unlockPlace(context, place);
    if (kind === Kind.Directory) {
      deliverDirectory(context, place, targets, index, need, delivery.childWeight);
      continue;
    }
    if (!delivery.linksNow && source.links[index]! > 1) {
      links.add(names, index);
      continue;
    }
    if (need === Need.Blocked && delivery.cleared && context.job.dryRun) {
      needs[index] = Need.Create;
    } else if (need === Need.Blocked && context.job.extras && !delivery.cleared) {
      (blocked ??= new PackedNames()).addFrom(names, index);
      const path = joinPath(place.path, names.copy(index));
      context.count(Counter.Extras);
      context.log.extraDirectories.push({ source: place.sourceIndex, path });
      context.stack.push(task(TaskKind.Extra, place.sourceIndex, path));
      continue;
    }
    deliverEntry(context, place, names, targets, index, delivery);
  }
  links.finish();
  if (blocked !== undefined) {
    const { sourceIndex, path } = place;
    context.log.blocked.push({
      source: sourceIndex,
      path,
      names: blocked.finish(),
      count: blocked.count,
    });
  }
}

/** Whether an entry is a large file that is to be copied (hard links have their own phase). */
export function isLarge(context: MoverContext, index: number, need: number | undefined): boolean {
  const { source, job } = context;
  return (need === Need.Create || need === Need.Replace) && !job.dryRun &&
    source.kind(index) === Kind.File && source.size[index]! >= LARGE_BYTES &&
    source.links[index] === 1;
}

/** Collects the hard links of a batch for the run's log. */
class LinkCollector {
  #names: PackedNames | undefined;
  readonly #inodes: number[] = [];

  constructor(readonly context: MoverContext, readonly place: Place) {}

  add(names: NameTable, index: number): void {
    const { source } = this.context;
    (this.#names ??= new PackedNames()).addFrom(names, index);
    this.#inodes.push(
      source.deviceMajor[index]!,
      source.deviceMinor[index]!,
      source.inodeLow[index]!,
      source.inodeHigh[index]!,
    );
  }

  finish(): void {
    if (this.#names === undefined) return;
    this.context.log.links.push({
      source: this.place.sourceIndex,
      path: this.place.path,
      names: this.#names.finish(),
      count: this.#names.count,
      inodes: Uint32Array.from(this.#inodes),
      absent: this.place.destination < 0,
    });
  }
}

/** Notes that a directory's own metadata must be set at the end of the run. */
export function putOff(context: MoverContext, place: Place): void {
  if (context.job.dryRun) return; // nothing is written
  context.log.unfinished.push({ source: place.sourceIndex, path: place.path });
}

/** Delivers one entry that is not a directory, and records how it went. */
export function deliverEntry(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
  delivery: Delivery,
): void {
  const { source, needs, job } = context;
  const need = needs[index]!; // in the batch
  const kind = source.kind(index);
  if (need === Need.Same || need === Need.Skip) {
    context.count(need === Need.Same ? Counter.Same : Counter.Skipped);
    return;
  }
  if (need === Need.Blocked) {
    fail(context, place, targets, index, destinationFault("replace", "DIRECTORY_IN_THE_WAY"));
    return;
  }
  const moves = kind === Kind.File && (need === Need.Create || need === Need.Replace);
  const size = source.size[index]!; // in the batch
  if (!delivery.largeNow && isLarge(context, index, need)) {
    const one = new PackedNames();
    one.addFrom(names, index);
    context.stack.push(task(TaskKind.Batch, place.sourceIndex, place.path, {
      flags: TaskFlag.Large | TaskFlag.Links,
      names: one.finish(),
      weight: delivery.childWeight,
    }));
    putOff(context, place);
    return;
  }
  let fault: Fault | undefined;
  if (!job.dryRun) fault = perform(context, place, names, targets, index, need);
  else if (moves) context.count(Counter.BytesTransferred, size);
  settle(context, place, targets, index, need, fault);
}

/** Records how the delivery of entry `index` went. */
function settle(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  index: number,
  need: number,
  fault: Fault | undefined,
): void {
  const { source } = context;
  if (fault !== undefined) {
    if (fault.result === -Errno.ECANCELED) return;
    fail(context, place, targets, index, fault);
    if (!fault.delivered) return;
  }
  const size = source.size[index]!; // in the batch
  countDelivery(context, place, targets.at(index), source.kind(index), need, size);
}

function perform(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
  need: number,
): Fault | undefined {
  const { source } = context;
  const name = names.at(index);
  const target = targets.at(index);
  if (need === Need.Metadata) {
    const all = Difference.Mode | Difference.Owner | Difference.Time;
    return updateName(context, place, name, target, source, index, all);
  }
  const replaces = need === Need.Replace;
  if (source.kind(index) !== Kind.File) {
    return makeLinkOrNode(context, place, name, target, source, index, replaces);
  }
  const size = source.size[index]!; // in the batch
  const sparse = source.blocks[index]! * 512 < size;
  if (size <= SMALL_BYTES && !sparse) {
    return copySmallFile(context, place, name, target, source, index, replaces);
  }
  const copy = LargeFileCopy.begin(context, place, name, target, replaces);
  if (!(copy instanceof LargeFileCopy)) return copy;
  for (;;) {
    const step = copy.step();
    if (step.state === "done") return step.fault;
  }
}

/** Records a fault of entry `index`. */
export function fail(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  index: number,
  fault: Fault,
): void {
  const { side, operation, result } = fault;
  context.fail(side, place.sourceIndex, place.path, targets.copy(index), operation, result);
}

function deliverDirectory(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  index: number,
  need: number,
  weight: number,
): void {
  const { job } = context;
  if (need === Need.Skip) {
    context.count(Counter.Skipped);
    context.count(Counter.Fraction, weight);
    return;
  }
  const makes = need !== Need.Same;
  let flags = !makes ? 0 : job.dryRun ? TaskFlag.Absent : TaskFlag.Fresh;
  if (makes && !job.dryRun) {
    const result = makeDirectory(context, place, targets, index, need);
    if (result === -Errno.EEXIST) flags = 0; // somebody else has just made it
    else if (result < 0) {
      fail(context, place, targets, index, destinationFault("create", result));
      return;
    }
    place.touched = true;
  }
  const name = targets.copy(index);
  if (makes) countDelivery(context, place, name, Kind.Directory, need, 0);
  const path = joinPath(place.path, name);
  context.stack.push(task(TaskKind.Directory, place.sourceIndex, path, { flags, weight }));
}

function makeDirectory(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  index: number,
  need: number,
): number {
  const { sys, source, job } = context;
  const name = targets.at(index);
  if (need === Need.Evict) {
    const { sourceIndex, destination, path } = place;
    const result = job.backup === undefined
      ? sys.unlink(destination, name)
      : backUp(context, sourceIndex, destination, path, name, false);
    if (result < 0 && result !== -Errno.ENOENT) return result;
  }
  // Writable for its owner until it is full; `finish` sets the mode it shall have.
  const mode = (source.mode[index]! & 0o777) | 0o700; // in the batch
  return sys.makeDirectory(place.destination, name, mode);
}
