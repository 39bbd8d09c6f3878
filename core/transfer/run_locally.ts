import type { PathLike } from "../endpoint/mod.ts";
import type { TransferSummary } from "./events.ts";
import type { TransferOptions, Work } from "./options.ts";
import { provenClean } from "./proven_clean.ts";
import { Run } from "./run.ts";

/** Runs one verb of which both ends are here. */
export async function runLocally(
  verb: Work,
  sources: readonly PathLike[],
  destination: PathLike,
  options: TransferOptions,
): Promise<TransferSummary> {
  if (verb === "mirror" && options.trustWatch === true) {
    const proven = await provenClean(sources[0] ?? "", destination, options);
    if (proven !== undefined) return proven;
  }
  const run = new Run(verb, options);
  try {
    await run.begin(sources, destination);
    await run.transfer();
    return run.end();
  } finally {
    run.close();
  }
}
