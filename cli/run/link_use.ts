import { parseEnds } from "../../core/endpoint/ends.ts";
import type { RunRecord } from "../../core/history/record.ts";
import type { LinkUse } from "../../core/predict/link_rate.ts";
import type { TransferSummary } from "../../core/transfer/events.ts";
import type { Argument } from "../arguments/invocation.ts";

/** How content went over a link; undefined where that says nothing of how fast the link is. */
export function linkUseOf(
  sources: readonly Argument[],
  destination: Argument,
  { firstPayloadMs, bytesResumed }: TransferSummary,
  { direction, wireBytes, elapsedMs }: RunRecord,
): LinkUse | undefined {
  if (direction !== "push" && direction !== "pull") return undefined;
  // Where content is compared before it is sent, the link waits for disks and hashes.
  if (firstPayloadMs === undefined || bytesResumed > 0) return undefined;
  const ends = parseEnds(sources, destination);
  const server = direction === "push" ? ends.destination : ends.sources[0];
  if (server?.kind !== "remote") return undefined;
  const { host, port } = server;
  return { server: { host, port }, direction, bytes: wireBytes, ms: elapsedMs - firstPayloadMs };
}
