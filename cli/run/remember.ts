import { mayBeRemote } from "../../core/endpoint/mod.ts";
// Not by mod.ts: what only reads the history is not for the start of every copy.
import { appendRun } from "../../core/history/append.ts";
import { type Direction, recordOf, rounded, type RunRecord } from "../../core/history/record.ts";
import { jobName } from "../../core/predict/job_name.ts";
// Not by mod.ts either.
import { expectedAsEver } from "../../core/predict/route.ts";
import type { TransferSummary } from "../../core/transfer/events.ts";
import type { TransferOptions } from "../../core/transfer/options.ts";
import type { Argument } from "../arguments/invocation.ts";

/** A run here that was over sooner, and by one mover, had nothing to decide. */
const TELLING_MS = 25;

/** Keeps how fast a run was, without names or paths (docs/history.md); never fails. */
export async function rememberRun(
  operands: readonly Argument[],
  options: TransferOptions,
  summary: TransferSummary,
): Promise<void> {
  if (summary.dryRun) return;
  try {
    const record = recordOf(summary, directionOf(operands, summary));
    if (!isTelling(options, record)) return appendRun(record);
    const job = jobName(record.verb, operands.slice(0, -1), operands.at(-1) ?? "", options);
    const route = (record.movers ?? record.streams) === 1 ? "alone" : "helped";
    const expectedMs = expectedAsEver(job, route, record.elapsedMs);
    if (expectedMs !== undefined) return appendRun({ ...record, expectedMs: rounded(expectedMs) });
    await (await import("./learn.ts")).learnRun(operands, job, summary, record);
  } catch {
    // The transfer is done, whatever its summary has that no record can be made of.
  }
}

function isTelling({ workers }: TransferOptions, record: RunRecord): boolean {
  const { elapsedMs, movers, direction, proven } = record;
  // How it went about its work was not its own choice with a number of movers.
  if (workers !== undefined || proven === true) return false;
  return direction !== "local" || elapsedMs >= TELLING_MS || (movers ?? 0) > 1;
}

function directionOf(operands: readonly Argument[], { transport }: TransferSummary): Direction {
  if (transport === "local") return "local";
  const [from, to] = [operands[0], operands.at(-1)].map((end = "") => mayBeRemote(end));
  return from ? (to ? "relay" : "pull") : "push";
}
