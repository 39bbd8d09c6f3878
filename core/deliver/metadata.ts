import { Kind } from "../entry/kind.ts";
import type { StatTable } from "../entry/stats.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import type { Operation } from "../movers/outbox.ts";
import { Difference } from "../plan/mod.ts";
import { Errno } from "../sys/errno.ts";
import { hasDefaultAcl, type Place } from "../scan/place.ts";
import type { AttributeSource } from "../scan/origin.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";
import { copyAttributes, copyAttributesByName } from "./attributes.ts";
import { destinationFault, type Fault } from "./outcome.ts";

const PERMISSIONS = 0o7777;
const SPECIAL_BITS = 0o7000;
const OWNER_WRITE = 0o200;

/**
 * Sets owner, mode, attributes and mtime of a file or directory that this run has made or filled,
 * through its handle, leaving out the calls that would change nothing from what `place` says that
 * it has. Order matters: chown clears set-id bits, taking an ACL away leaves its mask in the mode,
 * every write changes the mtime. Attributes are read from `from`. Gives the first failure; what can
 * be set is set all the same.
 */
export function finishHandle(
  context: MoverContext,
  place: Place,
  handle: Handle,
  from: AttributeSource,
  table: StatTable,
  index: number,
): Fault | undefined {
  const { sys, job } = context;
  const mode = table.mode[index]! & PERMISSIONS; // callers pass a row they have filled
  let fault: Fault | undefined;
  const owner = ownerToSet(context, place.uid, place.gid, table, index);
  if (owner !== undefined) {
    fault = note(fault, "set the owner of", sys.setOwnerHandle(handle, owner.uid, owner.gid));
  }
  const attributes = job.xattrs || job.acls;
  if (attributes) {
    if (needsWidening(context, mode)) sys.setModeHandle(handle, mode | OWNER_WRITE);
    const copied = copyAttributes(context, from, handle);
    fault = note(fault, "set the attributes of", copied);
  }
  if (
    attributes || (mode & (sys.identity.umask | SPECIAL_BITS)) !== 0 ||
    hasDefaultAcl(context, place)
  ) {
    fault = note(fault, "set the mode of", sys.setModeHandle(handle, mode));
  }
  const seconds = table.mtimeSeconds[index]!; // as above
  const nanoseconds = table.mtimeNanoseconds[index]!;
  const timed = setTimes(context, place, handle, seconds, nanoseconds);
  return note(fault, "set the time of", timed);
}

/**
 * Sets the metadata that `difference` names on an entry that is there, by name and without
 * following it; attributes as well, where they are kept: those of entry `index` of the batch.
 * Gives the first failure.
 */
export function updateName(
  context: MoverContext,
  place: Place,
  sourceName: Name,
  name: Name,
  table: StatTable,
  index: number,
  difference: number,
): Fault | undefined {
  const { sys, job } = context;
  const { destination } = place;
  const mode = table.mode[index]!; // callers pass a row they have filled
  const isLink = mode >>> 12 === Kind.Symlink;
  let fault: Fault | undefined;
  if (difference & Difference.Owner) {
    const owner = ownerToSet(context, -1, -1, table, index);
    if (owner !== undefined) {
      const result = sys.setOwner(destination, name, owner.uid, owner.gid);
      fault = note(fault, "set the owner of", result);
    }
  }
  if (job.xattrs || job.acls) {
    if (!isLink && needsWidening(context, mode)) {
      sys.setMode(destination, name, mode & PERMISSIONS | OWNER_WRITE);
    }
    const copied = copyAttributesByName(context, place, sourceName, name, index);
    fault = note(fault, "set the attributes of", copied);
  }
  if (!isLink && difference & (Difference.Mode | Difference.Owner)) {
    fault = note(fault, "set the mode of", sys.setMode(destination, name, mode & PERMISSIONS));
  }
  if (difference & Difference.Time) {
    const seconds = table.mtimeSeconds[index]!; // as above
    const nanoseconds = table.mtimeNanoseconds[index]!;
    const result = sys.setTimes(destination, name, seconds, nanoseconds);
    fault = note(fault, "set the time of", result);
  }
  return fault;
}

/** Sets the mtime of an open file or directory of a place, so that it holds. */
export function setTimes(
  context: MoverContext,
  place: Place,
  handle: Handle,
  seconds: number,
  nanoseconds: number,
): Result {
  const timed = context.sys.setTimesHandle(handle, seconds, nanoseconds);
  if (timed < 0 || !place.timesUnsure) return timed;
  return holdTimes(context, place, handle, seconds, nanoseconds);
}

/** Steps of times are no coarser: FAT's. */
const COARSEST_SECONDS = 2;
const EARLIER_SECONDS = 3600;

/**
 * Looks once a device whether a time that was set is there. FUSE servers by libfuse 2 ignore, with
 * success, a time that comes without the other: then both are set from now on.
 */
function holdTimes(
  context: MoverContext,
  place: Place,
  handle: Handle,
  seconds: number,
  nanoseconds: number,
): Result {
  const { sys, own, sureTimes } = context;
  place.timesUnsure = false;
  // A time of just now is there in any case, and tells nothing: then an earlier one is tried.
  const isRecent = Math.abs(Date.now() / 1000 - seconds) <= 2 * COARSEST_SECONDS;
  const tried = isRecent ? seconds - EARLIER_SECONDS : seconds;
  const isIgnored = (): boolean =>
    sys.statHandle(handle, own, Own.Check) === 0 &&
    Math.abs(own.mtimeSeconds[Own.Check]! - tried) > COARSEST_SECONDS; // just filled
  let result = isRecent ? sys.setTimesHandle(handle, tried, nanoseconds) : 0;
  if (result === 0 && isIgnored()) {
    sys.setBothTimes();
    result = sys.setTimesHandle(handle, tried, nanoseconds);
    if (result === 0 && isIgnored()) result = -Errno.EOPNOTSUPP;
  }
  if (result === 0) sureTimes.add(own.device(Own.Check));
  const last = isRecent ? sys.setTimesHandle(handle, seconds, nanoseconds) : 0;
  return result < 0 ? result : last;
}

/** The first failure of several calls; content is there whatever they say. */
function note(fault: Fault | undefined, operation: Operation, result: Result): Fault | undefined {
  return fault ?? (result < 0 ? destinationFault(operation, result, true) : undefined);
}

/** Attributes of the `user` class can only be set by one who may write the file (xattr(7)). */
function needsWidening(context: MoverContext, mode: number): boolean {
  return (mode & OWNER_WRITE) === 0 && context.sys.identity.uid !== 0;
}

/**
 * Owner and group to give to something that has `uid` and `gid` (-1: unknown), or undefined when
 * nothing must or may be set: owners are root's to give, a group that of its members.
 */
function ownerToSet(
  context: MoverContext,
  uid: number,
  gid: number,
  table: StatTable,
  index: number,
): { readonly uid: number; readonly gid: number } | undefined {
  const { owners, groupSet } = context.job.rules;
  const wantedUid = table.uid[index]!; // callers pass a row they have filled
  const wantedGid = table.gid[index]!;
  const setUid = owners && wantedUid !== uid;
  const setGid = wantedGid !== gid && (groupSet === "all" || groupSet.has(wantedGid));
  if (!setUid && !setGid) return undefined;
  return { uid: setUid ? wantedUid : -1, gid: setGid ? wantedGid : -1 };
}
