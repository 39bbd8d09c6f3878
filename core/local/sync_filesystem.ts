import { nameOf } from "../entry/display.ts";
import type { MoverContext } from "../movers/context.ts";
import type { Task } from "../movers/task.ts";
import { Errno } from "../sys/mod.ts";

/**
 * Puts what was written to the file system of a destination directory on disk: one syncfs(2),
 * which costs 12 us a file where fsync costs 570 and more. The portable backend has synced each
 * file and directory already.
 */
export function syncFilesystem(context: MoverContext, { source, path }: Task): void {
  const { sys } = context;
  const [, root] = context.roots(source);
  const directory = root < 0 ? root : sys.openBeneath(root, path);
  let result = directory;
  if (directory >= 0) {
    result = sys.syncFilesystem(directory);
    if (result === -Errno.ENOSYS) result = sys.sync(directory);
    sys.close(directory);
  }
  if (result < 0) context.fail("destination", source, path, nameOf(""), "sync", result);
}
