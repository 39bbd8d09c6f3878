import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import { pathKey } from "../entry/path.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { JobSource } from "../movers/job.ts";
import { isSameDirectory } from "../movers/same_directory.ts";
import { Need } from "../plan/mod.ts";
import { directoryFilter, type Place } from "../scan/mod.ts";
import type { Handle, Name } from "../sys/mod.ts";

/**
 * Leaves out of a scanned batch what a source named earlier has at the same place: the first one
 * wins, as with rsync, whichever mover comes first. Directories that both have are merged. Asks
 * only where sources can meet: where one of them means its content. Begins with entry `from`.
 */
export function leaveToEarlier(
  context: MoverContext,
  place: Place,
  names: NameTable,
  from = 0,
): void {
  leaveOutShadowed(context, place, names, from, () => context.count(Counter.Skipped));
}

/**
 * The same when a move removes from its sources: what was left to an earlier one has not arrived,
 * whatever the destination has in its place, so it stays and is recorded as a failure. Of the
 * earlier sources nothing may have been removed yet.
 */
export function keepShadowed(
  context: MoverContext,
  place: Place,
  names: NameTable,
  from = 0,
): void {
  const { ignoreExisting } = context.job.rules;
  leaveOutShadowed(context, place, names, from, (index, directory) => {
    // What was to be left alone is no failure; what is named twice goes with the earlier source.
    if (ignoreExisting || isSameDirectory(context.sys, place.source, directory)) return;
    const { sourceIndex, path } = place;
    context.fail("source", sourceIndex, path, names.copy(index), "remove", "EARLIER_SOURCE");
  });
}

/** Hears of an entry that is left out, and of the earlier source's directory that has it. */
type OnShadowed = (index: number, directory: Handle) => void;

function leaveOutShadowed(
  context: MoverContext,
  place: Place,
  names: NameTable,
  from: number,
  onShadowed: OnShadowed,
): void {
  const { sources } = context.job;
  if (place.sourceIndex === 0 || sources.every(({ only }) => only !== undefined)) return;
  for (let earlier = 0; earlier < place.sourceIndex; earlier++) {
    const [root] = context.roots(earlier);
    if (root < 0 || !leadsTo(context.jobSource(earlier), place.path)) continue;
    const isRoot = place.path[0] === 0;
    const directory = isRoot ? root : context.sys.openBeneath(root, place.path);
    if (directory < 0) continue;
    leaveOut(context, place, names, from, earlier, directory, onShadowed);
    if (!isRoot) context.sys.close(directory);
  }
}

/** Whether anything of a source lies at or beneath a path of the destination. */
function leadsTo({ only }: JobSource, path: Name): boolean {
  return only === undefined || path[0] === 0 || pathKey(path).split("/")[0] === pathKey(only);
}

function leaveOut(
  context: MoverContext,
  place: Place,
  names: NameTable,
  from: number,
  earlier: number,
  directory: Handle,
  onShadowed: OnShadowed,
): void {
  const { sys, own, needs, filter, job } = context;
  const rules = directoryFilter(context, earlier, place.path);
  const { only } = context.jobSource(earlier);
  const meant = only !== undefined && place.path[0] === 0 ? pathKey(only) : undefined;
  for (let index = from; index < names.count; index++) {
    if (needs[index] === Need.None || needs[index] === Need.Later) continue;
    if (meant !== undefined && pathKey(names.at(index)) !== meant) continue;
    if (sys.stat(directory, names.at(index), own, Own.Other) < 0) continue;
    const kind = own.kind(Own.Other);
    const isDirectory = kind === Kind.Directory;
    if (isDirectory && names.kinds[index] === Kind.Directory) continue;
    const offset = names.offsets[index]!; // in the table, as its length
    if (rules && !rules.accepts(names.bytes, offset, names.lengths[index]!, isDirectory)) continue;
    const mtime = own.mtimeSeconds[Own.Other]! + own.mtimeNanoseconds[Own.Other]! / 1e9; // just filled
    if (
      kind === Kind.File && filter?.hasFileLimits &&
      !filter.acceptsFile(own.size[Own.Other]!, mtime, job.nowSeconds)
    ) continue;
    needs[index] = Need.None;
    onShadowed(index, directory);
  }
}
