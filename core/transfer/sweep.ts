import type { PathLike } from "../endpoint/mod.ts";
import { Counter } from "../movers/mod.ts";
import type { Name } from "../sys/mod.ts";
import type { TransferSummary } from "./events.ts";
import type { TransferOptions } from "./options.ts";
import { Run } from "./run.ts";

/** What came of a sweep. */
export interface Swept {
  readonly summary: TransferSummary;
  /** What a dry run has seen that other runs have left, and a run would remove. */
  readonly leftOvers: number;
}

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
): Promise<Swept | undefined> {
  const run = new Run("mirror", options, directories);
  try {
    await run.begin([source], destination);
    await run.transfer();
    if (run.needsWhole) return undefined;
    return { summary: run.end(), leftOvers: run.pool.total(Counter.LeftOvers) };
  } finally {
    run.close();
  }
}
