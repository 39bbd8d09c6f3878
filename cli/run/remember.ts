import { mayBeRemote } from "../../core/endpoint/mod.ts";
// Not by mod.ts: what only reads the history is not for the start of every copy.
import { appendRun } from "../../core/history/append.ts";
import { type Direction, recordOf } from "../../core/history/record.ts";
import type { TransferSummary } from "../../core/transfer/events.ts";
import type { Argument } from "../arguments/invocation.ts";

/** Keeps how fast a run was, without names or paths (docs/history.md); never fails. */
export async function rememberRun(
  operands: readonly Argument[],
  summary: TransferSummary,
): Promise<void> {
  if (summary.dryRun) return;
  try {
    const direction = directionOf(operands, summary);
    appendRun(recordOf(summary, direction));
    if (direction === "local") return;
    (await import("./learn.ts")).learnLink(operands, direction, summary);
  } catch {
    // The transfer is done, whatever its summary has that no record can be made of.
  }
}

function directionOf(operands: readonly Argument[], { transport }: TransferSummary): Direction {
  if (transport === "local") return "local";
  const [from, to] = [operands[0], operands.at(-1)].map((end = "") => mayBeRemote(end));
  return from ? (to ? "relay" : "pull") : "push";
}
