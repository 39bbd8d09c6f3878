import { mayBeRemote, type PathLike } from "../endpoint/mod.ts";
import { jobName } from "../predict/job_name.ts";
import type { TransferSummary } from "./events.ts";
import { TransferError } from "./failure.ts";
import type { TransferOptions, Work } from "./options.ts";
import { provenClean } from "./proven_clean.ts";
import { Run } from "./run.ts";

/**
 * Runs one verb from its options to its summary. What a remote end takes is loaded only where
 * there is one.
 */
export async function runTransfer(
  verb: Work,
  sources: readonly PathLike[],
  destination: PathLike,
  options: TransferOptions,
): Promise<TransferSummary> {
  options.signal?.throwIfAborted();
  if (sources.length === 0) {
    throw new TransferError("source-missing", "No source is named.", "usage");
  }
  if (!mayBeRemote(destination) && !sources.some(mayBeRemote)) {
    return await runLocally(verb, sources, destination, options);
  }
  const { parseEnds } = await import("../endpoint/ends.ts");
  const ends = parseEnds(sources, destination);
  if (!ends.isRemote) {
    const paths = ends.sources.map(({ path }) => path);
    return await runLocally(verb, paths, ends.destination.path, options);
  }
  const { runRemotely } = await import("./run_remotely.ts");
  const job = jobName(verb, sources, destination, options);
  return await runRemotely(verb, ends, options, job);
}

async function runLocally(
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
