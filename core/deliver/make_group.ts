import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import { copyContent, deliverWithoutContent } from "./deliver_entry.ts";
import { makeLink } from "./link.ts";
import { linkTo } from "./link_to.ts";
import { dropPartialOf } from "./stale_partials.ts";

/**
 * Delivers the entries of a batch that are all names of one inode, of which none is there: the
 * first in the order of bytes (so that a dry run and the run after it choose the same one) as any
 * entry, the others as links to it. Gives those that must be delivered otherwise.
 */
export function makeGroup(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  group: readonly number[],
): readonly number[] {
  const [leader, ...others] = group.toSorted((one, other) => compareNames(targets, one, other));
  if (leader === undefined) return [];
  const failures = context.counters[Counter.Failures];
  if (!deliverWithoutContent(context, place, names, targets, leader)) {
    copyContent(context, place, names, targets, leader);
  }
  if (context.stopping || context.counters[Counter.Failures] !== failures) return others;
  const failed = others.findIndex((entry) => !isLinked(context, place, targets, leader, entry));
  return failed < 0 ? [] : others.slice(failed);
}

/** Makes one entry a link to another; false when it must be delivered as an entry of its own. */
function isLinked(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  leader: number,
  entry: number,
): boolean {
  const name = targets.at(entry);
  const kind = context.source.kind(entry);
  if (!context.job.dryRun) {
    const made = makeLink(context, place, targets.at(leader), place, name, false);
    if (made === "alone") return false;
    if (made !== undefined) {
      // Something has come to be there since, or another spelling of it was: it is looked at.
      if (made.result === -Errno.EEXIST) {
        return linkTo(context, place, targets.at(leader), place, { name, kind }, true, false);
      }
      context.fail(made.side, place.sourceIndex, place.path, name, made.operation, made.result);
      return true;
    }
  }
  dropPartialOf(context, place, name);
  context.count(Counter.LinksCreated);
  context.entry("link", kind, place.sourceIndex, place.path, name, 0);
  return true;
}

function compareNames({ bytes, offsets, lengths }: NameTable, one: number, other: number): number {
  const [start, otherStart] = [offsets[one]!, offsets[other]!]; // in the table, as what follows
  const [length, otherLength] = [lengths[one]!, lengths[other]!];
  for (let at = 0; at < Math.min(length, otherLength); at++) {
    const difference = bytes[start + at]! - bytes[otherStart + at]!;
    if (difference !== 0) return difference;
  }
  return length - otherLength;
}
