import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Need } from "../plan/mod.ts";
import type { Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import { backUp } from "./backup.ts";
import { settle } from "./deliver_entry.ts";
import { isSpelledOtherwise } from "./folded_names.ts";
import { destinationFault } from "./outcome.ts";

/** What there is for the entries of a directory to go into. */
export const Made = {
  /** Nothing: an option leaves it out, or making it has failed. What lies in it is left out too. */
  Nothing: 0,
  /** A directory that was there before. */
  Existing: 1,
  /** One that has just been made and is empty. */
  Fresh: 2,
  /** One that would have been made, in a dry run. */
  Absent: 3,
} as const;

/**
 * Delivers entry `index`, a directory, without what is in it: makes it where it is missing, and
 * records how that went. Its metadata is set when it is full. Gives one of {@linkcode Made}.
 */
export function deliverDirectory(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  index: number,
  need: number,
): number {
  if (need === Need.Skip) {
    context.count(Counter.Skipped);
    return Made.Nothing;
  }
  if (need === Need.Same) return Made.Existing; // counted when its metadata is compared
  let made: number = context.job.dryRun ? Made.Absent : Made.Fresh;
  if (!context.job.dryRun) {
    const result = makeDirectory(context, place, targets, index, need);
    const isOthers = result === -Errno.EEXIST &&
      isSpelledOtherwise(context, place, targets.at(index));
    if (result === -Errno.EEXIST && !isOthers) made = Made.Existing; // somebody else has just made it
    else if (result < 0) {
      const fault = destinationFault("create", isOthers ? "NAME_TAKEN" : result);
      settle(context, place, targets.at(index), Kind.Directory, need, 0, fault);
      return Made.Nothing;
    }
    place.touched = true;
  }
  settle(context, place, targets.at(index), Kind.Directory, need, 0, undefined);
  return made;
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
