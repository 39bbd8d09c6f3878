import { nameOf } from "../entry/display.ts";
import type { NameLookup } from "../entry/name_index.ts";
import type { MoverContext } from "../movers/context.ts";
import type { Place } from "../scan/mod.ts";
import { ExtrasLog } from "./extras_log.ts";
import { OtherSpellings } from "./other_spellings.ts";

const HERE = nameOf("");

/**
 * Logs what the destination directory has and the source has not. Only called when the counts
 * of the two sides differ. Names that the filters leave out are not extras but nobody's
 * business, as with rsync.
 */
export function logExtras(
  context: MoverContext,
  place: Place,
  wanted: NameLookup,
): void {
  const { sys, there } = context;
  const { sourceIndex, path, destination } = place;
  const spellings = new OtherSpellings(context, destination, wanted);
  let found: boolean;
  let finishes = false;
  if (place.isListed) {
    const log = new ExtrasLog(context, sourceIndex, path, destination, wanted, spellings);
    log.take(there);
    found = log.finish();
    finishes = log.finishes;
  } else {
    const again = sys.openBeneath(destination, HERE);
    if (again < 0) {
      context.fail("destination", sourceIndex, path, HERE, "list", again);
      return;
    }
    found = new ExtrasLog(context, sourceIndex, path, again, wanted, spellings).list();
    sys.close(again);
  }
  if (!found || context.job.dryRun) return;
  if (!finishes) context.log.unfinished.push({ source: sourceIndex, path });
  place.isPutOff = true;
}
