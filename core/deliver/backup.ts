import { nameOf } from "../entry/display.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";

const SLASH = 47;

/**
 * Moves an entry of a destination directory to the same path beneath the backup directory.
 * With `keep` the entry also stays in place as a second link until it is renamed over, so that
 * there is no moment without it. An older backup of that name is kept: the new one gets a
 * number as GNU cp's `--backup=numbered` gives it (`name.~1~`).
 */
export function backUp(
  context: MoverContext,
  source: number,
  directory: Handle,
  path: Name,
  name: Name,
  keep: boolean,
): Result {
  const { sys, job } = context;
  if (job.backup === undefined) return 0;
  const root = sys.openRoot(job.backup);
  if (root < 0) return root;
  const below = joinPath(context.jobSource(source).prefix, path);
  const parent = makeBeneath(context, root, below);
  sys.close(root);
  if (parent < 0) return parent;
  let result = place(context, directory, name, parent, name, keep);
  for (let number = 1; result === -Errno.EEXIST; number++) {
    const numbered = joinName(name, `.~${number}~`);
    result = place(context, directory, name, parent, numbered, keep);
  }
  sys.close(parent);
  return result;
}

function place(
  context: MoverContext,
  directory: Handle,
  name: Name,
  parent: Handle,
  as: Name,
  keep: boolean,
): Result {
  const { sys } = context;
  if (keep) {
    const linked = sys.link(directory, name, parent, as);
    if (linked === 0 || linked === -Errno.EEXIST) return linked;
  }
  return sys.renameExclusive(directory, name, parent, as);
}

/** Opens a path beneath `root`, making the directories that are not there. */
function makeBeneath(context: MoverContext, root: Handle, path: Name): Result {
  const { sys } = context;
  const trimmed = trimNul(path);
  let held = sys.openBeneath(root, nameOf(""));
  for (let start = 0; start < trimmed.length && held >= 0;) {
    let end = trimmed.indexOf(SLASH, start);
    if (end < 0) end = trimmed.length;
    const component = joinPath(trimmed.subarray(start, end), new Uint8Array(0));
    const made = sys.makeDirectory(held, component, 0o777);
    const next = made < 0 && made !== -Errno.EEXIST ? made : sys.openBeneath(held, component);
    sys.close(held);
    held = next;
    start = end + 1;
  }
  return held;
}

function joinName(name: Name, suffix: string): Name {
  const start = trimNul(name);
  const end = nameOf(suffix);
  const joined = new Uint8Array(start.length + end.length);
  joined.set(start);
  joined.set(end, start.length);
  return joined;
}
