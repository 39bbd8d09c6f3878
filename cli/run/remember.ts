import { mayBeRemote } from "../../core/endpoint/mod.ts";
// Not by mod.ts: what only reads the history is not for the start of every copy.
import { appendRun } from "../../core/history/append.ts";
import { type Direction, recordOf } from "../../core/history/record.ts";
import type { TransferSummary } from "../../core/transfer/events.ts";
import type { TransferOptions } from "../../core/transfer/options.ts";
import type { Argument } from "../arguments/invocation.ts";

/** A run that is over sooner teaches nothing: there is nothing that could be gained. */
const TELLING_MS = 10;

/** Keeps how fast a run was, without names or paths (docs/history.md); never fails. */
export async function rememberRun(
  operands: readonly Argument[],
  options: TransferOptions,
  summary: TransferSummary,
): Promise<void> {
  if (summary.dryRun) return;
  try {
    const record = recordOf(summary, directionOf(operands, summary));
    // How it went about its work was not its own choice with a number of movers.
    if (summary.elapsedMs < TELLING_MS || options.workers !== undefined || summary.provenByWatch) {
      return appendRun(record);
    }
    (await import("./learn.ts")).learnRun(operands, options, summary, record);
  } catch {
    // The transfer is done, whatever its summary has that no record can be made of.
  }
}

function directionOf(operands: readonly Argument[], { transport }: TransferSummary): Direction {
  if (transport === "local") return "local";
  const [from, to] = [operands[0], operands.at(-1)].map((end = "") => mayBeRemote(end));
  return from ? (to ? "relay" : "pull") : "push";
}
