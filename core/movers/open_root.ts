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

/**
 * Opens the directory at a relative path beneath `root`, making those that are not there; "" is
 * `root` itself, opened once more. No link is followed, and nothing outside `root` is reached.
 */
export function makeBeneath(sys: Sys, root: Handle, path: Name): Result {
  const opened = sys.openBeneath(root, path);
  if (opened !== -Errno.ENOENT) return opened;
  const trimmed = trimNul(path);
  let held: Result = root; // not opened anew: it need not be readable
  for (let start = 0; start < trimmed.length && held >= 0;) {
    let end = trimmed.indexOf(SLASH, start);
    if (end < 0) end = trimmed.length;
    const component = joinPath(trimmed.subarray(start, end), EMPTY);
    const made = sys.makeDirectory(held, component, 0o777);
    const next = made < 0 && made !== -Errno.EEXIST ? made : sys.openBeneath(held, component);
    if (held !== root) sys.close(held);
    held = next;
    start = end + 1;
  }
  return held;
}

/** Opens the directory at an absolute path, links followed, making what is missing of it. */
export function makeRoot(sys: Sys, path: Name): Result {
  const { handle, rest } = openNearest(sys, path);
  if (handle < 0 || trimNul(rest).length === 0) return handle;
  const made = makeBeneath(sys, handle, rest);
  sys.close(handle);
  return made;
}
