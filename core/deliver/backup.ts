import { nameOf } from "../entry/display.ts";
import { trimNul } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { makeAlike, makeBackupRoot } from "../movers/make_alike.ts";
import { makeBeneath } from "../movers/open_root.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";

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
  const parent = openBackup(context, source, path);
  if (parent < 0) return parent;
  let result = place(context, directory, name, parent, name, keep);
  for (let number = 1; result === -Errno.EEXIST; number++) {
    const numbered = joinName(name, `.~${number}~`);
    result = place(context, directory, name, parent, numbered, keep);
  }
  sys.close(parent);
  return result;
}

/**
 * Opens the directory beneath the backup directory that stands for one of the destination. What is
 * missing of it is made like what it stands for.
 */
export function openBackup(context: MoverContext, source: number, path: Name): Result {
  const { sys } = context;
  const [, destination] = context.roots(source);
  const root = openBackupRoot(context, destination);
  if (root < 0) return root;
  return makeBeneath(sys, root, path, (parent, name, reached) => {
    const original = sys.openBeneath(destination, reached);
    const made = makeAlike(sys, parent, name, original);
    if (original >= 0) sys.close(original);
    return made;
  });
}

/**
 * It is there, unless it lies in the destination, where it would be for nothing without a backup,
 * or nobody expected anything at the destination that could be backed up.
 */
function openBackupRoot(context: MoverContext, destination: Handle): Result {
  const { sys, job } = context;
  const opened = context.backupRoot();
  if (opened !== -Errno.ENOENT || job.backup === undefined) return opened;
  const made = makeBackupRoot(sys, job, destination);
  if (made < 0) return made;
  sys.close(made);
  return context.backupRoot();
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

function joinName(name: Name, suffix: string): Name {
  const start = trimNul(name);
  const end = nameOf(suffix);
  const joined = new Uint8Array(start.length + end.length);
  joined.set(start);
  joined.set(end, start.length);
  return joined;
}
