import { nameOf } from "../entry/display.ts";
import { trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { makeBeneath, openNearest, openNearestBeneath } from "./open_root.ts";
import { Errno, type Handle, type Name, type Result, type Sys } from "../sys/mod.ts";

const ACCESS_ACL = nameOf("system.posix_acl_access");
const OWNER_ACCESS = 0o700;

/**
 * Makes a directory with owner, mode and access ACL of another, as far as the user may set them;
 * where there is no other (a negative handle), only its owner gets in. It is never more open than
 * that one. One that is there already stays as it is: -EEXIST.
 */
export function makeAlike(sys: Sys, parent: Handle, name: Name, original: Handle): Result {
  const result = sys.makeDirectory(parent, name, OWNER_ACCESS);
  if (result < 0) return result;
  const made = sys.openBeneath(parent, name);
  if (made < 0) return made;
  if (original >= 0) liken(sys, made, original);
  sys.close(made);
  return 0;
}

/**
 * Opens the directory that backups go to, making it like the destination, for which it stands, and
 * those above it that are missing.
 */
export function makeBackupRoot(
  sys: Sys,
  root: Name,
  beneath: Name | undefined,
  destination: Handle,
): Result {
  const { handle, rest } = beneath === undefined
    ? openNearest(sys, root)
    : openNearestBeneath(sys, root, beneath);
  if (handle < 0) return handle;
  const { length } = trimNul(rest);
  const made = makeBeneath(
    sys,
    handle,
    rest,
    (parent, name, path) =>
      trimNul(path).length < length
        ? sys.makeDirectory(parent, name, 0o777)
        : makeAlike(sys, parent, name, destination),
  );
  sys.close(handle);
  return made;
}

/** Whatever cannot be set leaves the directory more closed. */
function liken(sys: Sys, made: Handle, original: Handle): void {
  const stats = new StatTable(2);
  if (sys.statHandle(original, stats, 0) < 0 || sys.statHandle(made, stats, 1) < 0) return;
  const { uid, gid } = stats;
  // The group first: who has given a directory away may set nothing more.
  const isGroup = gid[0] === gid[1] || sys.setOwnerHandle(made, -1, gid[0]!) === 0; // two rows
  const isOwner = uid[0] === uid[1] || sys.setOwnerHandle(made, uid[0]!, -1) === 0;
  const isListed = likenAcl(sys, made, original);
  const mode = stats.mode[0]! & 0o7777;
  const asIs = isGroup && isOwner && isListed;
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
