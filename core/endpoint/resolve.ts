import { displayPath } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { JobSource } from "../movers/job.ts";
import { makeBeneath, openNearest } from "../movers/open_root.ts";
import { Errno, errnoName, errnoWords, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { Verb } from "../transfer/options.ts";
import type { LocalPath } from "./local_path.ts";
import { refuseOverlap } from "./overlap.ts";

const EMPTY: Name = new Uint8Array(1);

/** What a destination path is before the run. */
export type DestinationState = "directory" | "missing" | "other";

/**
 * Decides what goes where, by rsync's rule: a source that ends with a slash means its content,
 * else itself; the destination is a directory, unless one file goes to a name that is free or a
 * file. Makes the destination directory (not in a dry run).
 *
 * @throws {TransferError} for what cannot work, before anything is written
 */
export function resolveSources(
  sys: Sys,
  verb: Verb,
  sources: readonly LocalPath[],
  destination: LocalPath,
  dryRun: boolean,
  filtered: boolean,
): JobSource[] {
  const stats = new StatTable(1);
  const kinds = sources.map((source) => sourceKind(sys, source, stats));
  refuseTwins(sources);
  const state = destinationState(sys, destination, stats);
  const renames = sources.length === 1 && kinds[0] !== Kind.Directory && !destination.content &&
    state !== "directory";
  if (state === "other" && !renames) {
    throw new TransferError(
      "destination-not-directory",
      `"${destination.text}" is not a directory, and ${
        sources.length > 1 ? "several sources need one" : "a directory is to go there"
      }.`,
      "usage",
    );
  }
  for (const [at, source] of sources.entries()) {
    refuseOverlap(sys, verb, source, kinds[at] === Kind.Directory, destination, renames, filtered);
  }
  const into = renames ? destination.parent : destination.path;
  const fresh = makeDirectories(sys, into, dryRun);
  return sources.map((source) => ({
    root: source.content ? source.path : source.parent,
    destination: into,
    absent: fresh && dryRun,
    fresh,
    prefix: EMPTY,
    ...(source.content ? {} : { only: source.name }),
    ...(renames ? { as: destination.name } : {}),
  }));
}

function sourceKind(sys: Sys, source: LocalPath, stats: StatTable): number {
  const opened = sys.openRoot(source.content ? source.path : source.parent);
  let result = opened;
  if (opened >= 0) {
    result = source.content
      ? sys.statHandle(opened, stats, 0)
      : sys.stat(opened, source.name, stats, 0);
    sys.close(opened);
  }
  if (result >= 0) return stats.kind(0);
  if (result === -Errno.ENOENT) {
    throw new TransferError("source-missing", `The source "${source.text}" does not exist.`);
  }
  throw new TransferError(
    errnoName(-result),
    `Cannot open the source "${source.text}": ${errnoWords(-result)}.`,
  );
}

/** Two sources of one name would fight for one place. */
function refuseTwins(sources: readonly LocalPath[]): void {
  const seen = new Map<string, LocalPath>();
  for (const source of sources) {
    if (source.content) continue;
    const key = displayPath(source.name);
    const twin = seen.get(key);
    if (twin !== undefined) {
      throw new TransferError(
        "sources-collide",
        `"${twin.text}" and "${source.text}" would both become "${key}" at the destination.`,
        "usage",
      );
    }
    seen.set(key, source);
  }
}

function destinationState(sys: Sys, destination: LocalPath, stats: StatTable): DestinationState {
  const opened = sys.openRoot(destination.path);
  if (opened >= 0) {
    sys.close(opened);
    return "directory";
  }
  if (opened === -Errno.ENOTDIR) return "other";
  if (opened !== -Errno.ENOENT) {
    throw new TransferError(
      errnoName(-opened),
      `Cannot open the destination "${destination.text}": ${errnoWords(-opened)}.`,
    );
  }
  // A dangling symbolic link is something, though it cannot be opened.
  const parent = sys.openRoot(destination.parent);
  if (parent < 0) return "missing";
  const result = sys.stat(parent, destination.name, stats, 0);
  sys.close(parent);
  if (result < 0) return "missing";
  // Another run may have made it since.
  return stats.kind(0) === Kind.Directory ? "directory" : "other";
}

/** Makes a directory and those above it that are missing; whether it was. */
function makeDirectories(sys: Sys, path: Name, dryRun: boolean): boolean {
  const { handle, rest } = openNearest(sys, path);
  if (handle < 0) refuse(path, handle);
  const missing = trimNul(rest).length > 0;
  const made = missing && !dryRun ? makeBeneath(sys, handle, rest) : -1;
  sys.close(handle);
  if (made >= 0) sys.close(made);
  else if (missing && !dryRun) refuse(path, made);
  return missing;
}

function refuse(path: Name, result: number): never {
  throw new TransferError(
    errnoName(-result),
    `Cannot create the destination "${displayPath(path)}": ${errnoWords(-result)}.`,
  );
}
