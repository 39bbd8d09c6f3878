import { destinationFault, type Fault } from "./outcome.ts";
import { isOthersName, isSpelledOtherwise } from "./folded_names.ts";
import { makeLink } from "./link.ts";
import { needOnceCleared } from "./put_off.ts";
import { dropPartialOf } from "./stale_partials.ts";
import { Kind } from "../entry/kind.ts";
import { joinPath } from "../entry/path.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { LinkName } from "../movers/run_log.ts";
import { compareEntry, Need } from "../plan/mod.ts";
import { isAbsent, type Place } from "../scan/mod.ts";
import type { Name } from "../sys/mod.ts";
import { Errno } from "../sys/errno.ts";

/**
 * Makes the name a link to the leader; true when that is done or recorded as a failure, false when
 * it must be delivered as an entry of its own (too many links, the file system has none, or a
 * directory is in the way). `cleared`: such directories have been deleted, or would have been.
 */
export function linkTo(
  context: MoverContext,
  leader: Place,
  leaderName: Name,
  place: Place,
  { name, kind }: Pick<LinkName, "name" | "kind">,
  remade: boolean,
  cleared: boolean,
): boolean {
  const { sys, own, job } = context;
  const there = place.destination < 0
    ? -Errno.ENOENT
    : sys.statNow(place.destination, name, own, Own.Destination);
  if (there < 0 && !isAbsent(there)) {
    return failed(context, place, name, destinationFault("read", there));
  }
  const isBlocked = there === 0 && own.kind(Own.Destination) === Kind.Directory;
  if (isBlocked && !(cleared && job.dryRun)) return false;
  const exists = there === 0 && !(isBlocked && needOnceCleared(context) === Need.Create);
  // What the leader will be like, only a batch of its own can tell where its source is not here.
  if (exists && job.rules.update && place.source < 0 && remade && job.dryRun) return false;
  if (exists && isLeft(context, leader, leaderName, place, name)) {
    context.count(Counter.Skipped);
    return true;
  }
  if (exists && isOthersName(context, place, name)) {
    return failed(context, place, name, destinationFault("link", "NAME_TAKEN"));
  }
  // Once the leader is made anew nothing is a link to it, though in a dry run it still seems so.
  if (exists && !(remade && job.dryRun)) {
    sys.stat(leader.destination, leaderName, own, Own.Source);
    if (own.sameInode(Own.Source, own, Own.Destination)) {
      context.count(Counter.Same);
      dropPartialOf(context, place, name);
      return true;
    }
  }
  if (!job.dryRun) {
    const fault = makeLink(context, leader, leaderName, place, name, exists);
    if (fault === "alone") return false;
    if (fault?.result === -Errno.EEXIST && isSpelledOtherwise(context, place, name)) {
      return failed(context, place, name, destinationFault("link", "NAME_TAKEN"));
    }
    if (fault !== undefined) return failed(context, place, name, fault);
  }
  dropPartialOf(context, place, name);
  context.count(Counter.LinksCreated);
  context.entry(exists ? "relink" : "link", kind, place.sourceIndex, place.path, name, 0);
  return true;
}

/**
 * Whether the options leave what is there as it is. Row `own` must hold its stat. Where the source is
 * not here, the leader tells what it is like: they are one inode there.
 */
function isLeft(
  context: MoverContext,
  leader: Place,
  leaderName: Name,
  place: Place,
  name: Name,
): boolean {
  const { sys, own, job } = context;
  const { ignoreExisting, update } = job.rules;
  if (!update) return ignoreExisting;
  const statted = place.source < 0
    ? sys.stat(leader.destination, leaderName, own, Own.Check)
    : sys.stat(place.source, name, own, Own.Check);
  if (statted < 0) return false;
  const step = sys.capabilities.timeStepNs;
  return compareEntry(own, Own.Check, own, Own.Destination, job.rules, step) === Need.Skip;
}

function failed(context: MoverContext, place: Place, name: Name, fault: Fault): true {
  const path = joinPath(place.path, new Uint8Array(0));
  context.fail(fault.side, place.sourceIndex, path, name, fault.operation, fault.result);
  return true;
}
