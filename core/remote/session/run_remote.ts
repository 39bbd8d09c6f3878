import type { Endpoint } from "../../endpoint/endpoint.ts";
import type { TransferSummary } from "../../transfer/events.ts";
import { TransferError } from "../../transfer/failure.ts";
import type { TransferOptions, Verb } from "../../transfer/options.ts";

/** Runs one verb of which at least one end is behind a daemon. */
export function runRemote(
  _verb: Verb,
  sources: readonly Endpoint[],
  destination: Endpoint,
  _options: TransferOptions,
): Promise<TransferSummary> {
  const remote = [...sources, destination].find((end) => end.kind === "remote");
  const place = remote?.kind === "remote" ? `"${remote.text}"` : "A server";
  const sentence = `${place} cannot be reached: remote places are not part of this version yet.`;
  return Promise.reject(new TransferError("not-yet", sentence));
}
