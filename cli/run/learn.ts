import { parseEnds } from "../../core/endpoint/ends.ts";
import { appendRun } from "../../core/history/append.ts";
import type { RunRecord } from "../../core/history/record.ts";
import { jobName } from "../../core/predict/job_name.ts";
import { recall } from "../../core/predict/learn.ts";
import type { LinkUse } from "../../core/predict/link_rate.ts";
import type { TransferSummary } from "../../core/transfer/events.ts";
import type { TransferOptions } from "../../core/transfer/options.ts";
import type { Argument } from "../arguments/invocation.ts";

/** Files are large on average from here on: their content, not their number, is what takes time. */
const LARGE_BYTES = 1 << 20;

/**
 * Adds a run to the history, with what had been expected of it, and keeps what it teaches
 * (docs/prediction.md); never fails.
 */
export function learnRun(
  operands: readonly Argument[],
  options: TransferOptions,
  summary: TransferSummary,
  record: RunRecord,
): void {
  const sources = operands.slice(0, -1);
  const destination = operands.at(-1) ?? "";
  const link = linkUseOf(sources, destination, summary, record);
  const known = recall({
    record,
    job: jobName(record.verb, sources, destination, options),
    ...(link !== undefined && { link }),
  });
  const { expectedMs } = known;
  appendRun({
    ...record,
    ...(expectedMs !== undefined && { expectedMs: Math.round(expectedMs * 100) / 100 }),
  });
  known.keep();
}

function linkUseOf(
  sources: readonly Argument[],
  destination: Argument,
  summary: TransferSummary,
  { direction, wireBytes, elapsedMs }: RunRecord,
): LinkUse | undefined {
  const { firstPayloadMs, bytesResumed } = summary;
  if (direction !== "push" && direction !== "pull") return undefined;
  // Where content is compared before it is sent, the link waits for disks and hashes.
  if (firstPayloadMs === undefined || bytesResumed > 0) return undefined;
  const { bytesTransferred, filesCreated, filesUpdated } = summary;
  // So do small files.
  if (bytesTransferred < LARGE_BYTES * (filesCreated + filesUpdated)) return undefined;
  const ends = parseEnds(sources, destination);
  const server = direction === "push" ? ends.destination : ends.sources[0];
  if (server?.kind !== "remote") return undefined;
  const { host, port } = server;
  return { server: { host, port }, direction, bytes: wireBytes, ms: elapsedMs - firstPayloadMs };
}
