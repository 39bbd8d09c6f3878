import { displayPath } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import {
  makeBeneath,
  type Nearest,
  openNearest,
  openNearestBeneath,
  openRootAt,
} from "../movers/open_root.ts";
import { Errno, errnoName, errnoWords, type Name, type Result, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";

const EMPTY: Name = new Uint8Array(1);

/** Where a directory is: what a job says of either of its ends. */
export interface DirectoryAt {
  /** Absolute; links in it are followed. */
  readonly root: Name;
  /** If given, it is this one beneath `root`, which is reached without following links. */
  readonly beneath?: Name;
  /** What sentences call it, if not by its path. */
  readonly shown?: Name;
}

/** Opens a directory; a link beneath the root is ELOOP, also where it is the last component. */
export function openAt(sys: Sys, { root, beneath }: DirectoryAt): Result {
  const opened = openRootAt(sys, root, beneath);
  if (opened !== -Errno.ENOTDIR || beneath === undefined) return opened;
  // openat2(2) with O_DIRECTORY tells no link from a file.
  const trimmed = trimNul(beneath);
  const cut = trimmed.lastIndexOf(47) + 1;
  const stats = new StatTable(1);
  const parent = openRootAt(sys, root, joinPath(trimmed.subarray(0, Math.max(cut - 1, 0)), EMPTY));
  if (parent < 0) return opened;
  const result = sys.stat(parent, joinPath(trimmed.subarray(cut), EMPTY), stats, 0);
  sys.close(parent);
  return result >= 0 && stats.kind(0) === Kind.Symlink ? -Errno.ELOOP : opened;
}

/** Why a directory cannot be reached, for the end of a sentence. */
export function unreachable({ beneath }: DirectoryAt, result: Result): string {
  return beneath !== undefined && result === -Errno.ELOOP
    ? "the path leads through a symbolic link, and none is followed inside what a server exports"
    : errnoWords(-result);
}

/** Opens a directory, or the nearest above it that exists; a link beneath the root is ELOOP. */
export function nearestAt(sys: Sys, at: DirectoryAt): Nearest {
  const { root, beneath } = at;
  if (beneath === undefined) return openNearest(sys, root);
  const nearest = openNearestBeneath(sys, root, beneath);
  if (nearest.handle !== -Errno.ENOTDIR) return nearest;
  return { handle: openAt(sys, at), rest: nearest.rest };
}

/**
 * Whether a destination directory is yet to be made.
 *
 * @throws {TransferError} when it cannot be reached, or something else is in its place
 */
export function isMissing(sys: Sys, at: DirectoryAt): boolean {
  const { handle, rest } = nearestAt(sys, at);
  if (handle < 0) refuse(at, handle);
  sys.close(handle);
  return trimNul(rest).length > 0;
}

/**
 * Makes a destination directory and those above it that are missing.
 *
 * @throws {TransferError} when it cannot be made
 */
export function makeDirectory(sys: Sys, at: DirectoryAt): void {
  const { handle, rest } = nearestAt(sys, at);
  if (handle < 0) refuse(at, handle);
  const made = makeBeneath(sys, handle, rest);
  sys.close(handle);
  if (made < 0) refuse(at, made);
  sys.close(made);
}

function refuse(at: DirectoryAt, result: Result): never {
  throw new TransferError(
    errnoName(-result),
    `Cannot create the destination "${displayPath(at.shown ?? at.root)}": ${
      unreachable(at, result)
    }.`,
  );
}
