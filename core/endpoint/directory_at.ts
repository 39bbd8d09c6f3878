import { displayPath } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { makeBeneath, type Nearest, openNearest, openRootAt } from "../movers/open_root.ts";
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

/**
 * Makes a destination directory and those above it that are missing (not in a dry run); gives
 * whether it was missing.
 *
 * @throws {TransferError} when it cannot be made
 */
export function makeDirectory(sys: Sys, at: DirectoryAt, dryRun: boolean): boolean {
  const { handle, rest } = nearest(sys, at);
  if (handle < 0) refuse(at, handle);
  const missing = trimNul(rest).length > 0;
  const made = missing && !dryRun ? makeBeneath(sys, handle, rest) : -1;
  sys.close(handle);
  if (made >= 0) sys.close(made);
  else if (missing && !dryRun) refuse(at, made);
  return missing;
}

function nearest(sys: Sys, at: DirectoryAt): Nearest {
  if (at.beneath === undefined) return openNearest(sys, at.root);
  const opened = openAt(sys, at);
  return opened === -Errno.ENOENT
    ? { handle: sys.openRoot(at.root), rest: at.beneath }
    : { handle: opened, rest: EMPTY };
}

function refuse(at: DirectoryAt, result: Result): never {
  throw new TransferError(
    errnoName(-result),
    `Cannot create the destination "${displayPath(at.shown ?? at.root)}": ${
      unreachable(at, result)
    }.`,
  );
}
