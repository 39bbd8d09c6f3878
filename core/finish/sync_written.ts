import { nameOf } from "../entry/display.ts";
import type { MoverContext } from "../movers/context.ts";
import type { RunLog } from "../movers/run_log.ts";
import { Errno } from "../sys/mod.ts";

/**
 * Puts everything on disk: one syncfs(2) for each file system that was written to, which costs
 * 12 us a file where fsync costs 570 and more. The portable backend has synced each file and
 * directory already.
 */
export function syncWritten(context: MoverContext, log: RunLog): void {
  const { sys, job } = context;
  const places = [...log.written.values()];
  for (let source = 0; source < job.sources.length; source++) {
    places.push({ source, path: nameOf("") });
  }
  for (const { source, path } of places) {
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
  context.outbox.flush();
}
