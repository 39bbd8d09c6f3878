import { Kind } from "../entry/kind.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { openAt, unreachable } from "../endpoint/directory_at.ts";
import { Errno, errnoName, type Handle, type Name, type Result, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { ListingStart } from "./start.ts";

const SLASH = 47;
const EMPTY: Name = new Uint8Array(1);

/** What was named, looked at. */
export interface OpenedStart {
  /** It, opened to be listed; undefined where it is no directory. */
  readonly directory: Handle | undefined;
  /** What stat tells of it, in row 0. */
  readonly stats: StatTable;
  /** Where it points, if it is a link; or why that cannot be read. */
  readonly target: Uint8Array<ArrayBuffer> | Result | undefined;
  /** Its last component, NUL-terminated; may be empty. */
  readonly name: Name;
  /** What failures call it, NUL-terminated. */
  readonly shown: Name;
}

/**
 * Opens what was named.
 *
 * @throws {TransferError} when it is not there or cannot be read
 */
export function openStart(sys: Sys, start: ListingStart): OpenedStart {
  const { directory, only } = start;
  const stats = new StatTable(1);
  const held = openAt(sys, directory);
  if (held < 0) refuse(start, held);
  const base = directory.shown ?? joinPath(directory.root, directory.beneath ?? EMPTY);
  const shown = only === undefined ? base : joinPath(base, only);
  const name = only ?? lastComponent(shown);
  if (only === undefined) {
    const opened = sys.openBeneath(held, EMPTY); // anew: `held` may not be one that can be listed
    sys.close(held);
    return { directory: stat(sys, start, opened, stats), stats, target: undefined, name, shown };
  }
  const result = sys.stat(held, only, stats, 0);
  const kind = stats.kind(0);
  const target = kind === Kind.Symlink ? sys.readLink(held, only) : undefined;
  let opened: Handle | undefined;
  if (result >= 0 && kind === Kind.Directory) opened = sys.openBeneath(held, only);
  if (kind === Kind.Symlink) opened = follow(sys, start);
  sys.close(held);
  if (result < 0) refuse(start, result);
  const listed = opened === undefined ? undefined : stat(sys, start, opened, stats);
  return { directory: listed, stats, target, name, shown };
}

/** Stats what was opened. */
function stat(sys: Sys, start: ListingStart, opened: Result, stats: StatTable): Handle {
  if (opened < 0) refuse(start, opened);
  const result = sys.statHandle(opened, stats, 0);
  if (result >= 0) return opened;
  sys.close(opened);
  return refuse(start, result);
}

/** The directory that a link leads to, if that is wanted and it does. */
function follow(sys: Sys, { directory, only, followsLink }: ListingStart): Result | undefined {
  if (followsLink !== true || only === undefined || directory.beneath !== undefined) {
    return undefined;
  }
  const opened = sys.openRoot(joinPath(directory.root, only));
  if (opened === -Errno.ENOTDIR || opened === -Errno.ENOENT) return undefined; // it dangles
  if (opened < 0) return opened;
  const listed = sys.openBeneath(opened, EMPTY);
  sys.close(opened);
  return listed;
}

/** Says why what was named cannot be looked at. */
export function refuse({ directory, text }: ListingStart, result: Result): never {
  if (result === -Errno.ENOENT) {
    throw new TransferError("path-missing", `"${text}" does not exist.`);
  }
  throw new TransferError(
    errnoName(-result),
    `Cannot open "${text}": ${unreachable(directory, result)}.`,
  );
}

function lastComponent(path: Name): Name {
  const trimmed = trimNul(path);
  let end = trimmed.length;
  while (end > 0 && trimmed[end - 1] === SLASH) end--;
  return joinPath(trimmed.subarray(trimmed.lastIndexOf(SLASH, end - 1) + 1, end), EMPTY);
}
