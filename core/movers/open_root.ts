import { joinPath, trimNul } from "../entry/path.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Name, Result, Sys } from "../sys/mod.ts";

const SLASH = 47;
const EMPTY: Name = new Uint8Array(1);

/**
 * Opens one of a job's directories: by the path `root`, links followed, and from there down
 * `beneath`, component by component and without leaving it. -1 where the job has none.
 */
export function openRootAt(sys: Sys, root: Name | undefined, beneath: Name | undefined): Result {
  if (root === undefined) return -1;
  const opened = sys.openRoot(root);
  if (opened < 0 || beneath === undefined || trimNul(beneath).length === 0) return opened;
  const below = sys.openBeneath(opened, beneath);
  sys.close(opened);
  return below;
}

/** A directory that exists, and what of a path is missing below it. */
export interface Nearest {
  /** A handle, or the negated errno that stopped the search. */
  readonly handle: Result;
  /** Relative to it, NUL-terminated; empty when nothing is missing. */
  readonly rest: Name;
}

/** Opens the directory at an absolute path, or the nearest above it that exists, links followed. */
export function openNearest(sys: Sys, path: Name): Nearest {
  const trimmed = trimNul(path);
  for (let end = trimmed.length;;) {
    const handle = sys.openRoot(joinPath(trimmed.subarray(0, end), EMPTY));
    if (handle !== -Errno.ENOENT || end <= 1) {
      let start = end;
      while (trimmed[start] === SLASH) start++;
      return { handle, rest: joinPath(trimmed.subarray(start), EMPTY) };
    }
    end = Math.max(trimmed.lastIndexOf(SLASH, end - 1), 1);
  }
}

/** The same for a directory beneath a root, which is reached without following links. */
export function openNearestBeneath(sys: Sys, root: Name, beneath: Name): Nearest {
  const trimmed = trimNul(beneath);
  for (let end = trimmed.length;;) {
    const handle = openRootAt(sys, root, joinPath(trimmed.subarray(0, end), EMPTY));
    if (handle !== -Errno.ENOENT || end === 0) {
      const start = trimmed[end] === SLASH ? end + 1 : end;
      return { handle, rest: joinPath(trimmed.subarray(start), EMPTY) };
    }
    end = Math.max(trimmed.lastIndexOf(SLASH, end - 1), 0);
  }
}

/** Makes the directory `name` in an open one; `path` is its whole path from where that began. */
export type MakeDirectory = (parent: Handle, name: Name, path: Name) => Result;

/**
 * Opens the directory at a relative path beneath `root`, making those that are not there; "" is
 * `root` itself, opened once more. No link is followed, and nothing outside `root` is reached.
 */
export function makeBeneath(
  sys: Sys,
  root: Handle,
  path: Name,
  make: MakeDirectory = (parent, name) => sys.makeDirectory(parent, name, 0o777),
): Result {
  const opened = sys.openBeneath(root, path);
  if (opened !== -Errno.ENOENT) return opened;
  const trimmed = trimNul(path);
  let held: Result = root; // not opened anew: it need not be readable
  for (let start = 0; start < trimmed.length && held >= 0;) {
    let end = trimmed.indexOf(SLASH, start);
    if (end < 0) end = trimmed.length;
    const component = joinPath(trimmed.subarray(start, end), EMPTY);
    const made = make(held, component, joinPath(trimmed.subarray(0, end), EMPTY));
    const next = made < 0 && made !== -Errno.EEXIST ? made : sys.openBeneath(held, component);
    if (held !== root) sys.close(held);
    held = next;
    start = end + 1;
  }
  return held;
}
