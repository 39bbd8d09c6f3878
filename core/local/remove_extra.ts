import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { Task } from "../movers/task.ts";
import { isAbsent, unlockDirectory } from "../scan/mod.ts";

const SLASH = 47;

/** Removes a directory that only the destination has, and whose content has been deleted. */
export function removeExtra(context: MoverContext, { source, path }: Task): void {
  const { sys, job } = context;
  const trimmed = trimNul(path);
  const cut = trimmed.lastIndexOf(SLASH);
  const above = joinPath(trimmed.subarray(0, Math.max(cut, 0)), nameOf(""));
  const name = joinPath(trimmed.subarray(cut + 1), nameOf(""));
  if (!job.dryRun) {
    const [, root] = context.roots(source);
    const parent = sys.openBeneath(root, above);
    if (parent >= 0) unlockDirectory(context, parent);
    const result = parent < 0 ? parent : sys.removeDirectory(parent, name);
    if (parent >= 0) sys.close(parent);
    if (result < 0 && !isAbsent(result)) {
      context.fail("destination", source, path, nameOf(""), "remove", result);
      return;
    }
  }
  context.count(Counter.Deleted);
  const action = job.backup === undefined ? "delete" : "backup";
  context.entry(action, Kind.Directory, source, path, nameOf(""), 0);
}
