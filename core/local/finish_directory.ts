import { nameOf } from "../entry/display.ts";
import { trimNul } from "../entry/path.ts";
import { Kind } from "../entry/kind.ts";
import { attributesDiffer, directoryAttributes } from "../deliver/attributes.ts";
import { finishHandle } from "../deliver/metadata.ts";
import { destinationFault } from "../deliver/outcome.ts";
import { timesAreClose, timeStep } from "../deliver/time_step.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { type Task, TaskFlag } from "../movers/task.ts";
import { metadataDifference } from "../plan/mod.ts";
import { closePlace, isAroundSource, openPlace, type Place } from "../scan/mod.ts";

const HERE = nameOf("");
/** What an owner needs on a directory to work in it. */
const OWNER_ACCESS = 0o700;
const PERMISSIONS = 0o7777;

/**
 * Compares a directory that exists on both sides with its source, before anything in it is
 * touched; counts and reports what will be set. Rows `own` must hold both stats.
 */
export function noteDirectory(context: MoverContext, place: Place): boolean {
  const { own, job, sys } = context;
  const finest = sys.capabilities.timeStepNs;
  const difference = (step: number): number =>
    metadataDifference(own, Own.Source, own, Own.Destination, job.rules, step);
  let differs = difference(finest) !== 0;
  if (differs && timesAreClose(own, Own.Source, own, Own.Destination)) {
    differs = difference(timeStep(context, place, own, Own.Destination)) !== 0;
  }
  if (!differs && (job.xattrs || job.acls)) {
    const from = directoryAttributes(place);
    differs = attributesDiffer(context, from, place.destination) !== 0;
  }
  const isRoot = trimNul(place.path).length === 0;
  if (differs) {
    context.count(Counter.MetadataUpdated);
    context.entry("metadata", Kind.Directory, place.sourceIndex, place.path, HERE, 0);
  } else if (!isRoot) context.count(Counter.Same);
  return differs;
}

/**
 * Gives a directory its owner, mode, attributes and times. One that its owner may not work in is
 * put off to the end, when nothing more must be done in it.
 */
export function finishDirectory(context: MoverContext, place: Place, last = false): void {
  const { sys, own, job } = context;
  if (job.dryRun) return;
  if (job.durable) noteWritten(context, place);
  // The directory around a source that is named as a whole is not part of the transfer.
  if (isAroundSource(context, place.sourceIndex, place.path)) return;
  const mode = own.mode[Own.Source]!; // filled by openPlace
  const restricted = (mode & OWNER_ACCESS) !== OWNER_ACCESS && sys.identity.uid !== 0;
  if (restricted && !last) {
    context.log.unfinished.push({ source: place.sourceIndex, path: place.path });
    return;
  }
  const { sourceIndex, path } = place;
  // Whatever has made it another than wanted (a umask, an ACL, blit itself), setting mends it.
  const isKnown = sys.statHandle(place.destination, own, Own.Destination) === 0;
  const hasMode = isKnown && ((own.mode[Own.Destination]! ^ mode) & PERMISSIONS) === 0;
  const uid = isKnown ? own.uid[Own.Destination]! : -1;
  const gid = isKnown ? own.gid[Own.Destination]! : -1;
  let fault = finishHandle(
    context,
    { ...place, uid, gid, defaultAcl: !hasMode },
    place.destination,
    job.xattrs || job.acls ? directoryAttributes(place) : -1,
    own,
    Own.Source,
  );
  const synced = job.syncFiles ? sys.sync(place.destination) : 0;
  if (synced < 0) fault ??= destinationFault("sync", synced);
  if (fault) context.fail("destination", sourceIndex, path, HERE, fault.operation, fault.result);
}

/** Finishes a directory that was put off, or whose slices are done. */
export function finishLater(context: MoverContext, task: Task, last: boolean): void {
  const place = openPlace(context, { ...task, flags: task.flags & ~TaskFlag.Fresh });
  if (place === undefined) return;
  if (place.destination >= 0) finishDirectory(context, place, last);
  closePlace(context, place);
}

function noteWritten(context: MoverContext, place: Place): void {
  const { own } = context;
  const key = `${own.deviceMajor[Own.Destination]}:${own.deviceMinor[Own.Destination]}`;
  if (!context.log.written.has(key)) {
    context.log.written.set(key, { source: place.sourceIndex, path: place.path });
  }
}
