import { type DirectoryAt, nearestAt, unreachable } from "../endpoint/directory_at.ts";
import { parseLocalPath } from "../endpoint/mod.ts";
import { isWithin } from "../endpoint/overlap.ts";
import { displayPath } from "../entry/display.ts";
import { joinPath, pathKey, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { Job, JobSource, Likeness } from "../movers/job.ts";
import { type Nearest, openRootAt } from "../movers/open_root.ts";
import { isSameDirectory } from "../movers/same_directory.ts";
import { Errno, type Handle, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "./failure.ts";

/** What a job says of its backup directory. */
export type BackupHalf = Pick<Job, "backup" | "backupBeneath" | "backupInside" | "backupLike">;

/** A backup directory that was found, and its path relative to the destination if it is in it. */
interface Found {
  readonly at: DirectoryAt;
  readonly inside: string | undefined;
}

const SLASH = 47;
const DOT = 46;
const EMPTY: Name = new Uint8Array(1);

/**
 * Finds the backup directory, relative to the destination unless absolute, and says which path of
 * the destination must not be taken for an extra because it is that. Where the destination lies
 * beneath a held root, so must the backup directory. Neither may be there yet, and nothing is made.
 *
 * @throws {TransferError} for one that cannot be used, or that lies in one of `sources`
 */
export function prepareBackup(
  sys: Sys,
  given: Uint8Array,
  destination: DirectoryAt,
  sources: readonly JobSource[],
): BackupHalf {
  if (given.length === 0) {
    throw new TransferError("path-empty", "The backup directory's path is empty.", "usage");
  }
  const { at, inside } = destination.beneath === undefined
    ? findAnywhere(sys, given, destination.root)
    : findBeneath(given, destination.root, destination.beneath);
  const backupLike = checkBackup(sys, displayPath(given), at, destination, sources);
  return {
    backup: at.root,
    ...(at.beneath === undefined ? {} : { backupBeneath: at.beneath }),
    backupInside: inside,
    ...(backupLike === undefined ? {} : { backupLike }),
  };
}

function findAnywhere(sys: Sys, given: Uint8Array, destination: Name): Found {
  const absolute = given[0] === SLASH ? given : trimNul(joinPath(destination, given));
  const path = withoutDots(sys, parseLocalPath(absolute).path);
  return { at: { root: path }, inside: keyInside(pathKey(destination), pathKey(path)) };
}

/** `..` of what is not there yet is undone by its text: what will be made there is no link. */
function withoutDots(sys: Sys, path: Name): Name {
  let reached: Name = Uint8Array.of(SLASH, 0);
  for (const component of split(trimNul(path))) {
    const isDots = component.length <= 2 && component.every((byte) => byte === DOT);
    if (isDots && component.length < 2) continue;
    reached = isDots && !isThere(sys, reached) ? above(reached) : joinPath(reached, component);
  }
  return reached;
}

function isThere(sys: Sys, path: Name): boolean {
  const opened = sys.openRoot(path);
  if (opened >= 0) sys.close(opened);
  return opened !== -Errno.ENOENT;
}

function above(path: Name): Name {
  return joinPath(path.subarray(0, Math.max(path.lastIndexOf(SLASH), 1)), EMPTY);
}

/** `..` is undone by its text: there are no links on the way. */
function findBeneath(given: Uint8Array, root: Name, destination: Name): Found {
  if (given[0] === SLASH) throw outside(given);
  const components: Name[] = [];
  for (const component of split(trimNul(joinPath(destination, given)))) {
    const isDots = component.length <= 2 && component.every((byte) => byte === DOT);
    if (!isDots) components.push(component);
    else if (component.length === 2 && components.pop() === undefined) throw outside(given);
  }
  const beneath = components.reduce<Name>((path, component) => joinPath(path, component), EMPTY);
  return { at: { root, beneath }, inside: keyInside(pathKey(destination), pathKey(beneath)) };
}

function outside(given: Uint8Array): TransferError {
  return new TransferError(
    "backup-outside",
    `The backup directory "${displayPath(given)}" lies outside of what the server exports: ` +
      "name one relative to the destination.",
    "usage",
  );
}

function split(path: Uint8Array): Name[] {
  const components: Name[] = [];
  for (let start = 0; start <= path.length;) {
    const slash = path.indexOf(SLASH, start);
    const end = slash < 0 ? path.length : slash;
    components.push(path.slice(start, end));
    start = end + 1;
  }
  return components;
}

/** What of `inner` is beneath `outer`: "" for the same, undefined where it is elsewhere. */
function keyInside(outer: string, inner: string): string | undefined {
  if (inner === outer) return "";
  const start = outer === "" ? "" : `${outer}/`;
  return inner.startsWith(start) ? inner.slice(start.length) : undefined;
}

/**
 * Looks at what is there of the backup directory and the destination, or above them. Gives how the
 * destination is, if the backup directory is yet to be made in it.
 */
function checkBackup(
  sys: Sys,
  text: string,
  at: DirectoryAt,
  destination: DirectoryAt,
  sources: readonly JobSource[],
): Likeness | undefined {
  const backup = nearestAt(sys, at);
  const into = nearestAt(sys, destination);
  try {
    refuseUnusable(sys, text, at, backup);
    if (into.handle < 0) return undefined; // who makes it says why it cannot
    refuseDestination(sys, text, backup, into);
    for (const source of sources) refuseSource(sys, text, backup.handle, source);
    refuseElsewhere(sys, text, backup.handle, into.handle);
    const isThere = trimNul(into.rest).length === 0;
    const isMissing = trimNul(backup.rest).length > 0;
    return isThere && isMissing && isWithin(sys, backup.handle, into.handle)
      ? likenessOf(sys, into.handle)
      : undefined;
  } finally {
    for (const { handle } of [backup, into]) if (handle >= 0) sys.close(handle);
  }
}

function likenessOf(sys: Sys, directory: Handle): Likeness | undefined {
  const stats = new StatTable(1);
  if (sys.statHandle(directory, stats, 0) < 0) return undefined;
  return { mode: stats.mode[0]! & 0o7777, gid: stats.gid[0]! }; // the one row
}

function refuseUnusable(sys: Sys, text: string, at: DirectoryAt, { handle, rest }: Nearest): void {
  const [first = EMPTY] = split(trimNul(rest));
  // What can neither be opened nor made is a link that leads nowhere.
  const dangles = handle >= 0 && first.length > 0 &&
    sys.stat(handle, joinPath(first, EMPTY), new StatTable(1), 0) === 0;
  if (handle >= 0 && !dangles) return;
  const why = dangles ? "the path leads through a dangling link" : unreachable(at, handle);
  throw new TransferError(
    "backup-unusable",
    `Cannot create the backup directory "${text}": ${why}.`,
  );
}

function refuseDestination(sys: Sys, text: string, backup: Nearest, into: Nearest): void {
  if (pathKey(backup.rest) !== pathKey(into.rest)) return;
  if (!isSameDirectory(sys, backup.handle, into.handle)) return;
  throw new TransferError(
    "backup-is-destination",
    `The backup directory "${text}" is the destination itself.`,
    "usage",
  );
}

/** The next run would take what was backed up for a part of the source. */
function refuseSource(sys: Sys, text: string, backup: Handle, source: JobSource): void {
  const { root, only } = source;
  // A source that is a file or a link holds nothing.
  const opened = openRootAt(sys, root, only);
  if (opened < 0) return;
  const isInside = isWithin(sys, backup, opened);
  sys.close(opened);
  if (!isInside || root === undefined) return;
  throw new TransferError(
    "backup-inside-source",
    `The backup directory "${text}" lies inside the source "${
      displayPath(joinPath(root, only ?? EMPTY))
    }": the next run would bring back what it holds.`,
    "usage",
  );
}

function refuseElsewhere(sys: Sys, text: string, backup: Handle, into: Handle): void {
  const stats = new StatTable(2);
  const results = [sys.statHandle(backup, stats, 0), sys.statHandle(into, stats, 1)];
  if (results.some((result) => result < 0) || stats.device(0) === stats.device(1)) return;
  throw new TransferError(
    "backup-elsewhere",
    `The backup directory "${text}" is on another file system than the destination; ` +
      "entries are renamed into it, so it must be on the same one.",
    "usage",
  );
}
