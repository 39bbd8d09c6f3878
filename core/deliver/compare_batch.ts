import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "../movers/context.ts";
import {
  compareEntry,
  type CompareRules,
  isSameFile,
  metadataDifference,
  Need,
} from "../plan/mod.ts";
import type { Comparison } from "../scan/origin.ts";
import { isAbsent, type Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import type { Name } from "../sys/mod.ts";
import { attributesDifferByName } from "./attributes.ts";
import { sameContent } from "./content.ts";
import { refuseFolded } from "./folded_names.ts";
import { sameLink } from "./link_or_node.ts";
import { hasOnlyOwnNames } from "./link_names.ts";
import { timesAreClose, timeStep } from "./time_step.ts";

/**
 * Finds what each entry of a scanned batch needs: stats the same names at the destination, asks
 * the plan, and reads where only reading can tell. Gives how many of the names are there.
 * `targets` are the names at the destination, in the order of `names`.
 * With `readsMost`, files past so many bytes in all are left at `Need.Verify`, and so are hard
 * links, which are read once for all their names.
 * Hot path; guarded by the no-op scenario of `deno task bench`.
 */
export function compareBatch(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  rules: CompareRules = context.job.rules,
  readsMost = Infinity,
): number {
  if (place.fresh) return 0;
  const { sys, source, destination, needs, results, job } = context;
  const kinds = job.mayHang === true ? names.kinds : undefined;
  const attributes = job.xattrs || job.acls;
  const trustsStat = !attributes && !rules.ignoreExisting && rules.mode === "size-mtime";
  const count = lookedAt(needs, names.count);
  // What may be read for long is asked for just before.
  const block = rules.mode === "checksum" ? 1 : count;
  const reading = { left: readsMost, most: readsMost };
  let found = 0;
  let first = 0;
  for (let index = 0; index < count; index++) {
    if (index % block === 0) {
      const end = Math.min(index + block, count);
      sys.statAll(place.destination, targets, index, end, destination, results, kinds);
    }
    if (results[index]! < 0) { // as long as the table
      if (!isAbsent(results[index]!)) fail(context, place, targets, index);
      continue;
    }
    if (found++ === 0) first = index;
    if (needs[index] === Need.None) continue;
    needs[index] = trustsStat && isSameFile(source, index, destination, index)
      ? Need.Same
      : needOf(context, place, names, targets, index, rules, reading);
  }
  if (found > 0) refuseFolded(context, place, names, targets, first);
  return found;
}

/** How many of a batch's entries the scan has come to. */
function lookedAt(needs: Uint8Array, count: number): number {
  const later = needs.indexOf(Need.Later);
  return later < 0 ? count : Math.min(later, count);
}

/** Records that an entry cannot be statted at the destination, and leaves it alone. */
function fail(context: MoverContext, place: Place, targets: NameTable, index: number): void {
  const { needs, results } = context;
  if (needs[index] === Need.None) return;
  needs[index] = Need.None;
  const { sourceIndex, path } = place;
  const result = results[index]!; // in the batch
  context.fail("destination", sourceIndex, path, targets.copy(index), "read", result);
}

/** What an entry needs that is at the destination. */
function needOf(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
  rules: CompareRules,
  reading: { left: number; readonly most: number },
): number {
  const { sys, source, destination } = context;
  let need = compareEntry(source, index, destination, index, rules, sys.capabilities.timeStepNs);
  if (need === Need.Replace && coarseTimeAgrees(context, place, index)) need = Need.Same;
  if (need === Need.Metadata && coarseTimeAgrees(context, place, index)) {
    need = again(context, place, index);
  }
  if (need === Need.Verify) {
    if (source.kind(index) === Kind.File) {
      const size = source.size[index]!; // in the batch
      const isHeld = reading.most < Infinity && source.links[index]! > 1;
      if (size > reading.left || isHeld) return need;
      reading.left -= size;
    }
    need = verify(context, place, names, targets, index);
  }
  return refined(context, place, names, targets, index, need);
}

/** The need of a file that was left at `Need.Verify`, once its contents have been compared. */
export function needAfterReading(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
  comparison: Comparison,
): number {
  const need = judge(context, place, names, index, comparison);
  return refined(context, place, names, targets, index, need);
}

/** What a need is when attributes and other names of the same inode are looked at, too. */
function refined(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
  need: number,
): number {
  const { job, source } = context;
  if (
    need === Need.Same && (job.xattrs || job.acls) && source.kind(index) !== Kind.Directory &&
    attributesDiffer(context, place, names, targets, index)
  ) need = Need.Metadata;
  return need === Need.Metadata ? partLinks(context, place, targets.at(index), index) : need;
}

/** Whether attributes differ; what has gone meanwhile is left as it is. */
function attributesDiffer(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
): boolean {
  const [name, target] = [names.at(index), targets.at(index)];
  const result = attributesDifferByName(context, place, name, target, index);
  return result !== 0 && result !== -Errno.ENOENT;
}

/**
 * Metadata belongs to the inode. Where the destination has names for it that the source may have for
 * others, setting it would change those files: then it is made anew. As many links on both sides say
 * nothing, for they may be to other names.
 */
function partLinks(context: MoverContext, place: Place, target: Name, index: number): number {
  const { source, destination } = context;
  const isShared = destination.links[index]! > 1 && source.kind(index) !== Kind.Directory;
  return isShared && !hasOnlyOwnNames(context, place, target, index) ? Need.Replace : Need.Metadata;
}

/** Compares once more with the step that the destination's file system really keeps. */
function again(context: MoverContext, place: Place, index: number): number {
  const { source, destination, job } = context;
  return compareEntry(
    source,
    index,
    destination,
    index,
    job.rules,
    timeStep(context, place, destination, index),
  );
}

/**
 * Whether an entry only seems different because the destination's file system keeps times in
 * coarser steps. Only asked when the times are close, so that others pay nothing.
 */
function coarseTimeAgrees(context: MoverContext, place: Place, index: number): boolean {
  const { source, destination, sys } = context;
  if (!timesAreClose(source, index, destination, index)) return false;
  const step = timeStep(context, place, destination, index);
  if (step <= sys.capabilities.timeStepNs) return false;
  const need = compareEntry(source, index, destination, index, context.job.rules, step);
  return need === Need.Same || need === Need.Metadata;
}

/** Reads both sides where sizes agree: content of files, targets of links. */
function verify(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
): number {
  const { source } = context;
  const [name, target] = [names.at(index), targets.at(index)];
  const comparison = source.kind(index) === Kind.Symlink
    ? { result: sameLink(context, place, name, target, index), side: "source" as const }
    : place.origin === undefined
    ? sameContent(context, place.source, name, place.destination, target)
    : place.origin.sameContent(context, place, target, index);
  return judge(context, place, names, index, comparison);
}

/** What an entry needs whose content was compared. */
function judge(
  context: MoverContext,
  place: Place,
  names: NameTable,
  index: number,
  { result, side }: Comparison,
): number {
  const { source, destination, job, sys } = context;
  if (result < 0) {
    if (result !== -Errno.ECANCELED) {
      context.fail(side, place.sourceIndex, place.path, names.copy(index), "read", result);
    }
    return Need.None;
  }
  if (result === 0) return Need.Replace;
  const step = sys.capabilities.timeStepNs;
  const difference = metadataDifference(source, index, destination, index, job.rules, step);
  if (difference === 0) return Need.Same;
  const coarse = metadataDifference(
    source,
    index,
    destination,
    index,
    job.rules,
    timeStep(context, place, destination, index),
  );
  return coarse === 0 ? Need.Same : Need.Metadata;
}
