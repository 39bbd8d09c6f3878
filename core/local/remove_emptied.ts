import { nameOf } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { splitPath } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { Task } from "../movers/task.ts";
import { isAbsent } from "../scan/mod.ts";
import { Errno, type Name, type Result } from "../sys/mod.ts";

/**
 * Removes one directory of the source from which everything has been moved; one that still holds
 * something, such as what a filter left out, stays. In a dry run it only says so.
 */
export function removeEmptied(
  context: MoverContext,
  { source, path }: Pick<Task, "source" | "path">,
): void {
  const result = context.job.dryRun ? 0 : removeDirectory(context, source, path);
  if (result === -Errno.ENOTEMPTY || result === -Errno.EEXIST) return;
  if (result < 0 && !isAbsent(result)) {
    context.fail("source", source, path, nameOf(""), "remove", result);
    return;
  }
  context.count(Counter.Moved);
  context.entry("remove-source", Kind.Directory, source, path, nameOf(""), 0);
}

function removeDirectory(context: MoverContext, source: number, path: Name): Result {
  const { sys } = context;
  const [root] = context.roots(source);
  const [above, name] = splitPath(path);
  const parent = sys.openBeneath(root, above);
  if (parent < 0) return parent;
  const result = sys.removeDirectory(parent, name);
  sys.close(parent);
  return result;
}
