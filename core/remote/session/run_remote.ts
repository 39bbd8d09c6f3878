import type { Endpoint, RemoteEndpoint } from "../../endpoint/endpoint.ts";
import { type LocalPath, parseLocalPath } from "../../endpoint/mod.ts";
import type { TransferSummary } from "../../transfer/events.ts";
import { TransferError } from "../../transfer/failure.ts";
import type { TransferOptions, Work } from "../../transfer/options.ts";
import { dismissWorkers, prepareWorkers } from "../mover/crew.ts";
import { CalledAhead } from "./call_ahead.ts";
import type { ClientRun } from "./client_run.ts";

/**
 * Runs one verb of which at least one end is behind a daemon: this host is the source's end, the
 * destination's, or only joins two daemons. With `oneIsEnough`, earlier runs of the job were faster
 * over one data stream.
 *
 * @throws {TransferError} when nothing could be begun, or the run had to stop
 */
export async function runRemote(
  verb: Work,
  sources: readonly Endpoint[],
  destination: Endpoint,
  options: TransferOptions,
  oneIsEnough: boolean,
): Promise<TransferSummary> {
  if (verb === "mirror" && options.filter?.filesFrom !== undefined) {
    throw new TransferError(
      "mirror-files-from",
      "mirror takes no list of files: what is missing from the list would be deleted. Use copy.",
      "usage",
    );
  }
  const isHere = destination.kind === "local" || sources.some(({ kind }) => kind === "local");
  const server = sources.find(({ kind }) => kind === "remote") ?? destination;
  const ahead = server.kind === "remote"
    ? new CalledAhead(server.host, server.port, options.signal)
    : undefined;
  try {
    // A Worker starts beside what is loaded here. Starting one keeps this thread for 10 ms, in which
    // the daemon answers; the others' turn comes when it is waited for again.
    await ahead?.underWay;
    if (isHere) prepareWorkers(1);
    const { ClientRun } = await import("./client_run.ts");
    const run = await ClientRun.begin(verb, options, oneIsEnough, ahead);
    try {
      await transfer(run, sources, destination);
      return run.summary();
    } catch (error) {
      throw run.explain(error);
    } finally {
      run.close();
    }
  } finally {
    ahead?.hangUp();
    // A Worker that waits for more would keep the process alive.
    dismissWorkers();
  }
}

async function transfer(
  run: ClientRun,
  sources: readonly Endpoint[],
  destination: Endpoint,
): Promise<void> {
  const here = sources.flatMap((source): LocalPath[] =>
    source.kind === "local" ? [parseLocalPath(source.path)] : []
  );
  const there = sources.flatMap((source): RemoteEndpoint[] =>
    source.kind === "remote" ? [source] : []
  );
  if (destination.kind === "local") {
    return await (await import("./pull.ts")).pull(run, there, parseLocalPath(destination.path));
  }
  if (there.length === 0) return await (await import("./push.ts")).push(run, here, destination);
  return await (await import("./relay.ts")).relay(run, there, destination);
}
