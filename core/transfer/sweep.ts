import type { PathLike } from "../endpoint/mod.ts";
import type { Name } from "../sys/mod.ts";
import type { TransferSummary } from "./events.ts";
import type { TransferOptions } from "./options.ts";
import { Run } from "./run.ts";

/**
 * A mirror on this machine of some directories of a tree, or of all of it. Given directories (paths
 * beneath both roots, NUL-terminated), only they are compared, without those in them that
 * are on both sides. Undefined where that does not do, because there are hard links: they
 * may lead anywhere in the tree.
 */
export async function sweep(
  source: PathLike,
  destination: PathLike,
  options: TransferOptions,
  directories?: readonly Name[],
): Promise<TransferSummary | undefined> {
  const run = new Run("mirror", options, directories);
  try {
    await run.begin([source], destination);
    await run.transfer();
    return run.needsWhole ? undefined : run.end();
  } finally {
    run.close();
  }
}
