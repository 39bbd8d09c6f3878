import { parseEnds } from "../../core/endpoint/ends.ts";
import type { Direction } from "../../core/history/record.ts";
import { learn } from "../../core/predict/learn.ts";
import type { LinkUse } from "../../core/predict/link_rate.ts";
import type { TransferSummary } from "../../core/transfer/events.ts";
import type { Argument } from "../arguments/invocation.ts";

/** Keeps what a run between machines teaches of the link (docs/prediction.md); never fails. */
export function learnLink(
  operands: readonly Argument[],
  direction: Direction,
  summary: TransferSummary,
): void {
  const link = linkUseOf(operands, direction, summary);
  if (link !== undefined) learn({ link });
}

function linkUseOf(
  operands: readonly Argument[],
  direction: Direction,
  { wireBytes = 0, elapsedMs, firstPayloadMs, bytesResumed }: TransferSummary,
): LinkUse | undefined {
  if (direction !== "push" && direction !== "pull") return undefined;
  // Where content is compared before it is sent, the link waits for disks and hashes.
  if (firstPayloadMs === undefined || bytesResumed > 0) return undefined;
  const ends = parseEnds(operands.slice(0, -1), operands.at(-1) ?? "");
  const server = direction === "push" ? ends.destination : ends.sources[0];
  if (server?.kind !== "remote") return undefined;
  const { host, port } = server;
  return { server: { host, port }, direction, bytes: wireBytes, ms: elapsedMs - firstPayloadMs };
}
