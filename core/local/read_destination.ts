import { nameOf } from "../entry/display.ts";
import { joinPath } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { isPartial, isTemporary, removeLeftOver } from "../movers/temporary.ts";
import type { Place } from "../scan/mod.ts";

const EMPTY = nameOf("");

/**
 * Lists the destination directory into the context's `there` (as far as it holds it): gives how many entries there are, not counting temporaries of
 * blit, and removes those that a dead run has left; with `resume`, those that may be gone on with
 * are put down in `partials`. -1 when it cannot be listed.
 */
export function readDestination(context: MoverContext, place: Place): number {
  const { sys, there: listed, spare, job } = context;
  let there = 0;
  let failed = false;
  place.isListed = true;
  context.partials.length = 0;
  for (let names = listed;; names = spare) {
    const count = sys.list(place.destination, names);
    if (count < 0) {
      const { sourceIndex, path } = place;
      context.fail("destination", sourceIndex, path, nameOf(""), "list", count);
      failed = true;
      break;
    }
    if (count === 0) break;
    if (names === spare) place.isListed = false; // more than one table holds
    there += count;
    for (let index = 0; index < count; index++) {
      if (!isTemporary(names, index)) continue;
      there--;
      if (job.resume !== undefined && isPartial(names, index)) {
        context.partials.push(joinPath(names.copy(index), EMPTY));
        continue;
      }
      if (job.dryRun) context.count(Counter.LeftOvers);
      else if (removeLeftOver(context, place.destination, names.at(index))) {
        place.touched = true;
      }
    }
  }
  if (context.partials.length > 0) place.mayHavePartials = true;
  context.count(Counter.DestinationEntries, there);
  return failed ? -1 : there;
}
