import { mayBeRemote, type PathLike } from "../endpoint/mod.ts";
import { jobName } from "../predict/job_name.ts";
import type { TransferSummary } from "./events.ts";
import { TransferError } from "./failure.ts";
import type { TransferOptions, Work } from "./options.ts";

/**
 * Runs one verb from its options to its summary. What moves trees here, and what a remote end takes,
 * are loaded only where they are needed.
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
    return await (await import("./run_locally.ts")).runLocally(verb, sources, destination, options);
  }
  const { parseEnds } = await import("../endpoint/ends.ts");
  const ends = parseEnds(sources, destination);
  if (!ends.isRemote) {
    const paths = ends.sources.map(({ path }) => path);
    const { runLocally } = await import("./run_locally.ts");
    return await runLocally(verb, paths, ends.destination.path, options);
  }
  const { runRemotely } = await import("./run_remotely.ts");
  const job = jobName(verb, sources, destination, options);
  return await runRemotely(verb, ends, options, job);
}
