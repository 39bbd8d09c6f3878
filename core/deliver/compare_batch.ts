import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "../movers/context.ts";
import { compareEntry, type CompareRules, metadataDifference, Need } from "../plan/mod.ts";
import type { Comparison } from "../scan/origin.ts";
import { isAbsent, type Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import { copyAttributesByName } from "./attributes.ts";
import { sameContent } from "./content.ts";
import { refuseFolded } from "./folded_names.ts";
import { sameLink } from "./link_or_node.ts";
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
  let left = readsMost;
  const { sys, source, destination, needs, job } = context;
  const mayHang = job.mayHang === true;
  const attributes = job.xattrs || job.acls;
  let found = 0;
  let first = 0;
  for (let index = 0; index < names.count; index++) {
    if (needs[index] === Need.Later) break;
    // As in the scan.
    const kept = mayHang && source.kind(index) === Kind.Directory && needs[index] !== Need.None;
    const result = sys.stat(place.destination, targets.at(index), destination, index, kept);
    if (result < 0) {
      if (!isAbsent(result) && needs[index] !== Need.None) {
        needs[index] = Need.None;
        context.fail(
          "destination",
          place.sourceIndex,
          place.path,
          targets.copy(index),
          "read",
          result,
        );
      }
      continue;
    }
    if (found++ === 0) first = index;
    if (needs[index] === Need.None) continue;
    let need = compareEntry(source, index, destination, index, rules, sys.capabilities.timeStepNs);
    if (need === Need.Replace && coarseTimeAgrees(context, place, index)) need = Need.Same;
    if (need === Need.Metadata && coarseTimeAgrees(context, place, index)) {
      need = again(context, place, index);
    }
    if (need === Need.Verify) {
      if (source.kind(index) === Kind.File) {
        const size = source.size[index]!; // in the batch
        if (size > left || (readsMost < Infinity && source.links[index]! > 1)) {
          needs[index] = need;
          continue;
        }
        left -= size;
      }
      need = verify(context, place, names, targets, index);
    }
    const isFinal = need !== Need.Metadata && !(attributes && need === Need.Same);
    needs[index] = isFinal ? need : refined(context, place, names, targets, index, need);
  }
  if (found > 0) refuseFolded(context, place, names, targets, first);
  return found;
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
  return need === Need.Metadata ? partLinks(context, index) : need;
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
  const result = copyAttributesByName(context, place, name, target, index, true);
  return result !== 0 && result !== -Errno.ENOENT;
}

/**
 * Metadata belongs to the inode. Where the destination has more (or fewer) names for it than the
 * source, setting it would change files that are others at the source: then it is made anew.
 */
function partLinks(context: MoverContext, index: number): number {
  const { source, destination } = context;
  const shared = source.kind(index) !== Kind.Directory && destination.links[index]! > 1 &&
    destination.links[index] !== source.links[index];
  return shared ? Need.Replace : Need.Metadata;
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
