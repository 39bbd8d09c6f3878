import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
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
  context.partials = [];
  // Another source may have begun what this one knows nothing of.
  if (job.sources.length > 1 || job.dryRun) return;
  const wanted = wantedPartials(context, targets);
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
    // What has not been looked at yet may be large.
    const isOpen = need === Need.Unread || need === Need.Verify || need === Need.Later;
    if (isLarge || isOpen) wanted.add(pathKey(partialName(targets.copy(index))));
  }
  return wanted;
}
