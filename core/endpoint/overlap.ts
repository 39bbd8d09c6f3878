import { joinPath, pathKey } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { Name, Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { Verb } from "../transfer/options.ts";
import type { LocalPath } from "./local_path.ts";

const UP = new Uint8Array([46, 46]);

/**
 * Refuses a source and a destination that are one, or of which one lies in the other where that
 * would lose or multiply data. Inodes are compared, so links and bind mounts do not deceive.
 * A destination inside a source is allowed when filters may leave it out; the scan then stops at
 * it if it comes upon it all the same.
 */
export function refuseOverlap(
  sys: Sys,
  verb: Verb,
  source: LocalPath,
  isDirectory: boolean,
  destination: LocalPath,
  renames: boolean,
  filtered: boolean,
): void {
  const effective = source.content || renames
    ? destination.path
    : joinPath(destination.path, source.name);
  const [from, to] = [lineage(sys, source.path), lineage(sys, effective)];
  if (!isDirectory) {
    const sameParent = identity(sys, source.parent) ===
      identity(sys, renames ? destination.parent : destination.path);
    const target = renames ? destination.name : source.name;
    if (sameParent && pathKey(target) === pathKey(source.name)) throw same(source, destination);
    return;
  }
  if (from[0] !== undefined && from[0] === to[0]) throw same(source, destination);
  if (from[0] !== undefined && to.includes(from[0]) && !filtered) {
    throw new TransferError(
      "destination-inside-source",
      `The destination "${destination.text}" lies inside the source "${source.text}".`,
      "usage",
    );
  }
  if (to[0] !== undefined && from.includes(to[0]) && verb !== "copy") {
    throw new TransferError(
      "source-inside-destination",
      `The source "${source.text}" lies inside the destination "${destination.text}".`,
      "usage",
    );
  }
}

function same(source: LocalPath, destination: LocalPath): TransferError {
  return new TransferError(
    "same",
    `The source "${source.text}" and the destination "${destination.text}" are the same.`,
    "usage",
  );
}

/**
 * The identities of a directory and of those above it, nearest first. One that does not exist
 * has none: its first existing ancestor comes second.
 */
function lineage(sys: Sys, path: Name): (string | undefined)[] {
  const found: (string | undefined)[] = [identity(sys, path)];
  let at = path;
  if (found[0] === undefined) {
    do at = parentOf(at); while (identity(sys, at) === undefined && at.length > 2);
    found.push(identity(sys, at));
  }
  for (;;) {
    at = joinPath(at, UP);
    const above = identity(sys, at);
    if (above === undefined || above === found[found.length - 1]) return found;
    found.push(above);
  }
}

function parentOf(path: Name): Name {
  const cut = path.lastIndexOf(47);
  return joinPath(path.subarray(0, Math.max(cut, 1)), new Uint8Array(0));
}

/** Device and inode of a directory, or undefined if it cannot be opened as one. */
function identity(sys: Sys, path: Name): string | undefined {
  const opened = sys.openRoot(path);
  if (opened < 0) return undefined;
  const stats = new StatTable(1);
  const result = sys.statHandle(opened, stats, 0);
  sys.close(opened);
  if (result < 0) return undefined;
  return [stats.deviceMajor, stats.deviceMinor, stats.inodeHigh, stats.inodeLow]
    .map((column) => column[0]).join(":");
}
