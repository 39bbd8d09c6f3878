import { openAt, unreachable } from "../endpoint/directory_at.ts";
import { Kind } from "../entry/kind.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { ListingWork } from "../listing/work.ts";
import { Errno, errnoName, errnoWords, type Handle, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { Removable } from "./removable.ts";
import type { Removed } from "./removed.ts";
import { TreeRemoval } from "./tree_removal.ts";

const EMPTY: Name = new Uint8Array(1);

/** How it is removed. */
export interface RemovalRules {
  /** Directories too, with everything below. */
  readonly recursive: boolean;
  /** Leave out the last call: tell what would go. */
  readonly dryRun: boolean;
}

/**
 * Looks at what is to be removed and makes ready to. Nothing has been removed when this returns
 * or throws, so that several are looked at before the first one goes; `next` removes. It keeps
 * the directory around what was named open until `close`.
 *
 * @throws {TransferError} for a root, for what is not there or cannot be reached, for a directory
 * without `recursive`, for what is written with a slash and is none, for a mount point
 */
export function openRemoval(
  sys: Sys,
  removable: Removable,
  rules: RemovalRules,
): ListingWork<Removed> {
  const { parent, name, text } = removable;
  if (trimNul(name).length === 0) {
    throw new TransferError(
      "remove-root",
      `"${text}" is a root and is never removed. Name what in it is to go.`,
      "usage",
    );
  }
  const directory = openAt(sys, parent);
  if (directory === -Errno.ENOENT) throw missing(text);
  if (directory < 0) throw stopped(directory, text, unreachable(parent, directory));
  try {
    const { kind, size } = look(sys, directory, removable, rules);
    const shown = parent.shown ?? joinPath(parent.root, parent.beneath ?? EMPTY);
    return new TreeRemoval(sys, { directory, shown, name, kind, size }, rules.dryRun);
  } catch (error) {
    sys.close(directory);
    throw error;
  }
}

function look(
  sys: Sys,
  directory: Handle,
  { name, content, text }: Removable,
  { recursive }: RemovalRules,
): { kind: number; size: number } {
  const stats = new StatTable(1);
  const told = sys.stat(directory, name, stats, 0);
  if (told === -Errno.ENOENT) throw missing(text);
  if (told < 0) throw stopped(told, text, errnoWords(-told));
  const kind = stats.kind(0);
  if (kind !== Kind.Directory) {
    if (content) throw stopped(-Errno.ENOTDIR, text, notDirectory(kind));
    return { kind, size: kind === Kind.File ? stats.size[0] ?? 0 : 0 };
  }
  if (!recursive) {
    throw stopped(
      -Errno.EISDIR,
      text,
      "it is a directory, and goes only with --recursive (recursive)",
    );
  }
  const opened = sys.openBeneath(directory, name, true);
  if (opened === -Errno.EXDEV) {
    throw stopped(opened, text, "something is mounted there; name what in it is to go");
  }
  // What else keeps it from being opened is told when it is its turn, as of those below it.
  if (opened >= 0) sys.close(opened);
  return { kind, size: 0 };
}

function notDirectory(kind: number): string {
  return kind === Kind.Symlink
    ? "it is a symbolic link, and the slash at its end asks for a directory; " +
      "without the slash the link itself is removed"
    : "it is not a directory, as the slash at its end says";
}

function missing(text: string): TransferError {
  return new TransferError("path-missing", `"${text}" does not exist.`);
}

function stopped(result: number, text: string, why: string): TransferError {
  return new TransferError(errnoName(-result), `Cannot remove "${text}": ${why}.`);
}
