import { openAt, unreachable } from "../endpoint/directory_at.ts";
import { Kind } from "../entry/kind.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { Errno, errnoName, errnoWords, type Handle, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { Removable } from "./removable.ts";

const EMPTY: Name = new Uint8Array(1);
/** Filled and read within one call: one for all, as thousands of names may be looked at. */
const stats = new StatTable(1);

/** What was named, in the directory that holds it. */
export interface NamedEntry {
  /** The directory that holds it, open; the removal closes it. */
  readonly directory: Handle;
  /** What failures call that directory, NUL-terminated. */
  readonly shown: Name;
  /** What it is called there, NUL-terminated. */
  readonly name: Name;
  readonly kind: number;
  /** Bytes that it holds if it is a file, else 0. */
  readonly size: number;
}

/**
 * Looks at what is to be removed, and opens the directory that holds it.
 *
 * @throws {TransferError} for a root, for what is not there or cannot be reached, for a directory
 * if it is not to be `recursive`, for what is written with a slash and is none, for a mount point
 */
export function openNamed(sys: Sys, removable: Removable, recursive: boolean): NamedEntry {
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
    look(sys, directory, removable, recursive);
    const kind = stats.kind(0);
    const size = kind === Kind.File ? stats.size[0] ?? 0 : 0;
    return { directory, shown: shownParent(removable), name, kind, size };
  } catch (error) {
    sys.close(directory);
    throw error;
  }
}

/** What failures call the directory that holds something, NUL-terminated. */
export function shownParent({ parent }: Removable): Name {
  return parent.shown ?? joinPath(parent.root, parent.beneath ?? EMPTY);
}

function look(
  sys: Sys,
  directory: Handle,
  { name, content, text }: Removable,
  recursive: boolean,
): void {
  const told = sys.stat(directory, name, stats, 0);
  if (told === -Errno.ENOENT) throw missing(text);
  if (told < 0) throw stopped(told, text, errnoWords(-told));
  const kind = stats.kind(0);
  if (kind !== Kind.Directory) {
    if (content) throw stopped(-Errno.ENOTDIR, text, notDirectory(kind));
    return;
  }
  if (!recursive) {
    throw stopped(-Errno.EISDIR, text, "it is a directory, and goes only with --recursive");
  }
  const opened = sys.openBeneath(directory, name, true);
  if (opened === -Errno.EXDEV) {
    throw stopped(opened, text, "something is mounted there; name what in it is to go");
  }
  // What else keeps it from being opened is told when it is its turn, as of those below it.
  if (opened >= 0) sys.close(opened);
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
