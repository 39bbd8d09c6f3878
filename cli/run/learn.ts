// Not by mod.ts: each part more is a file more to read after every run.
import { appendRun } from "../../core/history/append.ts";
import { rounded, type RunRecord } from "../../core/history/record.ts";
import type { JobName } from "../../core/predict/job_name.ts";
import { type Lesson, recall } from "../../core/predict/learn.ts";
import type { TransferSummary } from "../../core/transfer/events.ts";
import type { Argument } from "../arguments/invocation.ts";

/**
 * Adds a run to the history, with what had been expected of it, and keeps what it teaches
 * (docs/prediction.md).
 */
export async function learnRun(
  operands: readonly Argument[],
  job: JobName,
  summary: TransferSummary,
  record: RunRecord,
): Promise<void> {
  const sources = operands.slice(0, -1);
  const destination = operands.at(-1) ?? "";
  const link = record.direction === "local"
    ? undefined
    : await linkLesson(sources, destination, summary, record);
  const known = recall({ record, job, ...(link !== undefined && { link }) });
  const { expectedMs } = known;
  appendRun({
    ...record,
    ...(expectedMs !== undefined && { expectedMs: rounded(expectedMs) }),
  });
  await known.keep();
}

async function linkLesson(
  sources: readonly Argument[],
  destination: Argument,
  summary: TransferSummary,
  record: RunRecord,
): Promise<Lesson["link"]> {
  const [{ linkUseOf }, { linkAfter }] = await Promise.all([
    import("./link_use.ts"),
    import("../../core/predict/link_rate.ts"),
  ]);
  const use = linkUseOf(sources, destination, summary, record);
  return use && ((before) => linkAfter(before, use, record.endedMs));
}
