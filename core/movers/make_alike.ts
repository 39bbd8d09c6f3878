import { nameOf } from "../entry/display.ts";
import { trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { Job, Likeness } from "./job.ts";
import { makeBeneath, type MakeDirectory, openNearest, openNearestBeneath } from "./open_root.ts";
import { Errno, type Handle, type Name, type Result, type Sys } from "../sys/mod.ts";

const ACCESS_ACL = nameOf("system.posix_acl_access");
const OWNER_ACCESS = 0o700;

/**
 * Makes a directory with owner, mode and access ACL of another, as far as the user may set them;
 * where there is no other (a negative handle), only its owner gets in. It is never more open than
 * that one, nor than that one was if `before` tells it. One that is there already stays as it is:
 * -EEXIST.
 */
export function makeAlike(
  sys: Sys,
  parent: Handle,
  name: Name,
  original: Handle,
  before?: Likeness,
): Result {
  const result = sys.makeDirectory(parent, name, OWNER_ACCESS);
  if (result < 0) return result;
  const made = sys.openBeneath(parent, name);
  if (made < 0) return made;
  if (original >= 0) liken(sys, made, original, before);
  sys.close(made);
  return 0;
}

/**
 * Opens the directory that backups go to, making it like the destination, for which it stands, and
 * those above it that are missing. The destination's own directories keep their times: they are
 * the source's, or will be.
 */
export function makeBackupRoot(
  sys: Sys,
  { backup, backupBeneath: beneath, backupLike }: Job,
  destination: Handle,
): Result {
  if (backup === undefined) return -Errno.ENOENT;
  const { handle, rest } = beneath === undefined
    ? openNearest(sys, backup)
    : openNearestBeneath(sys, backup, beneath);
  if (handle < 0) return handle;
  const { length } = trimNul(rest);
  const make: MakeDirectory = (parent, name, path) =>
    trimNul(path).length < length
      ? sys.makeDirectory(parent, name, 0o777)
      : makeAlike(sys, parent, name, destination, backupLike);
  const made = makeBeneath(
    sys,
    handle,
    rest,
    (parent, name, path) =>
      parent === handle && backupLike !== undefined
        ? keepTimes(sys, parent, () => make(parent, name, path))
        : make(parent, name, path),
  );
  sys.close(handle);
  return made;
}

/** Makes something in a directory, whose time stays as it is. */
function keepTimes(sys: Sys, directory: Handle, make: () => Result): Result {
  const stats = new StatTable(1);
  const told = sys.statHandle(directory, stats, 0);
  const made = make();
  // Where another has made it meanwhile, that one sets the time. Whose it is not may not set it.
  if (made === 0 && told === 0) {
    sys.setTimesHandle(directory, stats.mtimeSeconds[0]!, stats.mtimeNanoseconds[0]!); // one row
  }
  return made;
}

/** Whatever cannot be set leaves the directory more closed. */
function liken(sys: Sys, made: Handle, original: Handle, before?: Likeness): void {
  const stats = new StatTable(2);
  if (sys.statHandle(original, stats, 0) < 0 || sys.statHandle(made, stats, 1) < 0) return;
  const { uid, gid } = stats;
  // The group first: who has given a directory away may set nothing more.
  const isGroup = gid[0] === gid[1] || sys.setOwnerHandle(made, -1, gid[0]!) === 0; // two rows
  const isOwner = uid[0] === uid[1] || sys.setOwnerHandle(made, uid[0]!, -1) === 0;
  const isListed = likenAcl(sys, made, original);
  const mode = stats.mode[0]! & (before?.mode ?? 0o7777) & 0o7777;
  const isSame = before === undefined || before.gid === gid[0];
  const asIs = isGroup && isOwner && isListed && isSame;
  // Others than root could put nothing into a directory that its owner may not write to.
  const own = sys.identity.uid === 0 ? 0 : OWNER_ACCESS;
  sys.setModeHandle(made, (asIs ? mode : closedToGroup(mode)) | own);
}

/** The group may only do what everybody may. */
function closedToGroup(mode: number): number {
  return (mode & 0o1707) | (mode & ((mode & 0o7) << 3));
}

/** With an ACL the mode's bits for the group are what anybody in the list gets at most. */
function likenAcl(sys: Sys, made: Handle, original: Handle): boolean {
  if (!sys.capabilities.xattrs) return true;
  const list = sys.getAttribute(original, ACCESS_ACL);
  if (typeof list !== "number") return sys.setAttribute(made, ACCESS_ACL, list) === 0;
  // It may have got one from the directory that it is in.
  const removed = sys.removeAttribute(made, ACCESS_ACL);
  return removed === 0 || removed === -Errno.ENODATA || removed === -Errno.EOPNOTSUPP;
}
