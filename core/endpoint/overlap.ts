import { joinPath, pathKey, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { Handle, Name, Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { Work } from "../transfer/options.ts";
import type { LocalPath } from "./local_path.ts";

/**
 * Refuses a source and a destination that are one, or of which one lies in the other where that
 * would lose or multiply data. Inodes and places in the file system are compared, so links and
 * bind mounts do not deceive. A destination inside a source is allowed when filters may leave it
 * out; the scan then stops at it if it comes upon it all the same.
 */
export function refuseOverlap(
  sys: Sys,
  verb: Work,
  source: LocalPath,
  isDirectory: boolean,
  destination: LocalPath,
  renames: boolean,
  filtered: boolean,
): void {
  if (!isDirectory) {
    const into = renames ? destination.parent : destination.path;
    const target = renames ? destination.name : source.name;
    const there = find(sys, into);
    const sameParent = there.exists && there.line[0] === find(sys, source.parent).line[0];
    if (sameParent && pathKey(target) === pathKey(source.name)) {
      throw same(source, destination, renames);
    }
    return;
  }
  const from = find(sys, source.path);
  const effective = source.content || renames
    ? destination.path
    : joinPath(destination.path, source.name);
  const to = find(sys, effective);
  if (from.exists && to.exists && from.line[0] === to.line[0]) {
    throw same(source, destination, source.content || renames);
  }
  if (contains(from, to) && !filtered) {
    throw new TransferError(
      "destination-inside-source",
      `The destination "${destination.text}" lies inside the source "${source.text}".`,
      "usage",
    );
  }
  if (to.exists && contains(to, from) && verb !== "copy") {
    throw new TransferError(
      "source-inside-destination",
      `The source "${source.text}" lies inside the destination "${destination.text}".`,
      "usage",
    );
  }
}

/** `isItself`: the destination names what the source becomes, not the directory it comes into. */
function same(source: LocalPath, destination: LocalPath, isItself: boolean): TransferError {
  return new TransferError(
    "same",
    isItself
      ? `The source "${source.text}" and the destination "${destination.text}" are the same.`
      : `The source "${source.text}" would come to where it is already: in "${destination.text}".`,
    "usage",
  );
}

/**
 * Whether an open directory is another one, or lies in it: inodes and places in the file system are
 * compared here too.
 */
export function isWithin(sys: Sys, inner: Handle, outer: Handle): boolean {
  const own = identity(sys, outer);
  const again = sys.openBeneath(inner, new Uint8Array(1));
  if (own === undefined || again < 0) return false;
  const location = sys.locate(outer);
  const line = climb(sys, again);
  return line.includes(own) ||
    (location !== undefined && `${sys.locate(inner)}/`.startsWith(`${location}/`));
}

/** A directory, or the nearest one above a path that does not exist. */
interface Found {
  readonly exists: boolean;
  /** Identities of the directory and of those above it, nearest first. */
  readonly line: readonly string[];
  /** Its place in its file system, if that can be told. */
  readonly location: string | undefined;
}

function contains(outer: Found, inner: Found): boolean {
  const [own] = outer.line;
  if (own === undefined) return false;
  if (inner.exists ? inner.line.slice(1).includes(own) : inner.line.includes(own)) return true;
  if (outer.location === undefined || inner.location === undefined) return false;
  return inner.location.startsWith(outer.location + "/") ||
    (!inner.exists && inner.location === outer.location);
}

function find(sys: Sys, path: Name): Found {
  let at = path;
  let opened = sys.openRoot(at);
  while (opened < 0 && trimNul(at).length > 1) {
    const cut = at.lastIndexOf(47);
    at = joinPath(at.subarray(0, Math.max(cut, 1)), new Uint8Array(0));
    opened = sys.openRoot(at);
  }
  if (opened < 0) return { exists: false, line: [], location: undefined };
  const location = sys.locate(opened);
  return { exists: at === path, line: climb(sys, opened), location };
}

/** The identities from a directory up to the root. Closes the handle. */
function climb(sys: Sys, directory: Handle): string[] {
  const line: string[] = [];
  for (let held = directory;;) {
    const own = identity(sys, held);
    if (own === undefined || own === line[line.length - 1]) {
      sys.close(held);
      return line;
    }
    line.push(own);
    const above = sys.openParent(held);
    sys.close(held);
    if (above < 0) return line;
    held = above;
  }
}

/** Device and inode of an open directory. */
function identity(sys: Sys, directory: Handle): string | undefined {
  const stats = new StatTable(1);
  if (sys.statHandle(directory, stats, 0) < 0) return undefined;
  return [stats.deviceMajor, stats.deviceMinor, stats.inodeHigh, stats.inodeLow]
    .map((column) => column[0]).join(":");
}
