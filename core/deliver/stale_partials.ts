import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { unpackNames } from "../entry/packed.ts";
import { pathKey } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { partialName, removeLeftOver } from "../movers/temporary.ts";
import { Need } from "../plan/mod.ts";
import type { Place } from "../scan/place.ts";
import { RESUME_BYTES } from "./partial.ts";

/**
 * Removes of the partials that were found in the destination directory (`context.partials`) those
 * that no entry of the compared batch goes on with. The batch is all of the directory.
 */
export function dropStalePartials(context: MoverContext, place: Place, targets: NameTable): void {
  const { partials, job } = context;
  if (partials.length === 0) return;
  // Another source may have begun what this one knows nothing of.
  if (job.sources.length > 1) dropSettledPartials(context, place, targets);
  else drop(context, place, wantedPartials(context, targets));
}

/**
 * Removes those of them that belong to no name of the source, which is all that can be told before
 * a directory of several batches is compared. `slices` are all its names, packed.
 */
export function dropNamelessPartials(
  context: MoverContext,
  place: Place,
  slices: readonly Uint8Array<ArrayBuffer>[],
): void {
  if (context.partials.length === 0 || context.job.sources.length > 1) return;
  const wanted = new Set<string>();
  const names = new NameTable();
  for (const packed of slices) {
    for (let at = 0; at < packed.length;) {
      at = unpackNames(packed, at, names);
      for (let index = 0; index < names.count; index++) {
        wanted.add(pathKey(partialName(names.copy(index))));
      }
    }
  }
  drop(context, place, wanted);
}

/**
 * Removes the partials of the entries of a compared batch that are the same at both ends: nobody
 * goes on with them. Nor does anybody in a run without `resume`, which removes those of all. The
 * batch may be a part of the directory, or what was named by itself.
 */
export function dropSettledPartials(context: MoverContext, place: Place, targets: NameTable): void {
  if (!place.mayHavePartials) return;
  const { needs, job } = context;
  for (let index = 0; index < targets.count; index++) {
    const need = needs[index];
    const isSettled = need === Need.Same ||
      (job.resume === undefined && need !== Need.None && need !== Need.Later);
    if (isSettled) dropPartialOf(context, place, targets.copy(index));
  }
}

/**
 * Removes the partial of an entry that is complete, or that nobody goes on with. One that a run is
 * still at work on stays.
 */
export function dropPartialOf(context: MoverContext, place: Place, target: Uint8Array): void {
  if (!place.mayHavePartials || context.job.dryRun || place.destination < 0) return;
  if (removeLeftOver(context, place.destination, partialName(target))) place.touched = true;
}

function drop(context: MoverContext, place: Place, wanted: ReadonlySet<string>): void {
  const { partials } = context;
  context.partials = [];
  if (context.job.dryRun) return;
  for (const name of partials) {
    if (wanted.has(pathKey(name))) continue;
    if (removeLeftOver(context, place.destination, name)) place.touched = true;
  }
}

function wantedPartials(context: MoverContext, targets: NameTable): ReadonlySet<string> {
  const { needs, source } = context;
  const wanted = new Set<string>();
  for (let index = 0; index < targets.count; index++) {
    const need = needs[index];
    const isLarge = (need === Need.Create || need === Need.Replace) &&
      source.kind(index) === Kind.File && source.size[index]! >= RESUME_BYTES; // in the batch
    // What has not been looked at yet may be large, and what cannot be looked at now, later.
    const isOpen = need === Need.Unread || need === Need.Verify || need === Need.Later ||
      need === Need.None;
    if (isLarge || isOpen) wanted.add(pathKey(partialName(targets.copy(index))));
  }
  return wanted;
}
