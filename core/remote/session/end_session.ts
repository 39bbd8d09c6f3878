import type { DestinationEnd } from "../end/destination_end.ts";
import type { SourceEnd } from "../end/source_end.ts";
import type { ControlLink } from "../grpc/mod.ts";
import type { ClientRun } from "./client_run.ts";
import type { ClientStreams } from "./client_streams.ts";
import { abortOf } from "./abort.ts";

/** Runs a client's end of a session, and ends movers, streams and link however it goes. */
export async function endSession(
  run: ClientRun,
  end: SourceEnd | DestinationEnd,
  link: Promise<ControlLink>,
  work: () => Promise<void>,
  streams: () => ClientStreams | undefined,
): Promise<void> {
  try {
    await work();
    await run.unlessAborted(end.close(false));
    await run.unlessAborted(streams()?.close(false) ?? Promise.resolve());
  } catch (error) {
    const abort = abortOf(run.explain(error));
    // A link that was never had cannot be told.
    link.then((opened) => opened.abort(abort), () => {});
    await end.close(true);
    await streams()?.close(true);
    throw error;
  }
}
