import { nameOf } from "../entry/display.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { isTemporary, removeLeftOver } from "../movers/temporary.ts";
import type { Place } from "../scan/mod.ts";

/**
 * Lists the destination directory: gives how many entries there are, not counting temporaries of
 * blit, and removes those that a dead run has left. -1 when it cannot be listed.
 */
export function readDestination(context: MoverContext, place: Place): number {
  const { sys, spare, job } = context;
  let there = 0;
  let failed = false;
  for (;;) {
    const count = sys.list(place.destination, spare);
    if (count < 0) {
      const { sourceIndex, path } = place;
      context.fail("destination", sourceIndex, path, nameOf(""), "list", count);
      failed = true;
      break;
    }
    if (count === 0) break;
    there += count;
    for (let index = 0; index < count; index++) {
      if (!isTemporary(spare, index)) continue;
      there--;
      if (!job.dryRun && removeLeftOver(context, place.destination, spare.at(index))) {
        place.touched = true;
      }
    }
  }
  context.count(Counter.DestinationEntries, there);
  return failed ? -1 : there;
}
