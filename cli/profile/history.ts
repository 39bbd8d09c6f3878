import { readHistory } from "../../core/history/mod.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import { tableLines } from "../listing/table.ts";
import type { LookingRun } from "../listing/run.ts";
import { bytes, count, counted, duration } from "../output/numbers.ts";
import { groupRuns, type RunGroup } from "./groups.ts";

const HEADING = ["VERB", "ENDS", "OVER", "RUNS", "FILES", "SIZE", "SPEED", "FIRST BYTE", "LAST"];
/** Columns of numbers. */
const RIGHT = [3, 4, 5, 6, 7];

/**
 * Prints what this machine keeps of earlier runs.
 *
 * @throws {TransferError} where something else is in the history's place
 */
export function printHistory(run: LookingRun): void {
  const { file, runs, unread, problem } = readHistory();
  if (file === undefined) {
    run.tell("No history is kept: it is turned off, or there is no home directory to keep it in.");
    return;
  }
  const shown = JSON.stringify(file);
  if (problem !== undefined) {
    throw new TransferError("history", `Cannot read the history ${shown}: ${problem}.`);
  }
  const groups = groupRuns(runs);
  run.entries += groups.length;
  if (run.json) { for (const group of groups) run.printJson({ type: "runs", ...group }); }
  else if (groups.length > 0) printGroups(run, groups);
  else run.tell(`No run has been recorded yet in ${shown}.`);
  if (unread > 0) {
    run.tell(`${counted(unread, "line")} of ${shown} cannot be read, and count for nothing.`);
  }
}

function printGroups(run: LookingRun, groups: readonly RunGroup[]): void {
  const { terminal } = run;
  const rows = groups.map(terminal ? cellsForPeople : exactCells);
  for (const line of tableLines(rows, { terminal, heading: HEADING, right: RIGHT })) {
    run.out.text(`${line}\n`);
  }
}

function cellsForPeople(group: RunGroup): string[] {
  const { bytesPerSecond, firstPayloadMs } = group;
  return [
    ...kind(group),
    count(group.runs),
    count(group.files),
    bytes(group.bytes),
    bytesPerSecond === undefined ? "-" : `${bytes(bytesPerSecond)}/s`,
    firstPayloadMs === undefined ? "-" : duration(firstPayloadMs),
    // As the machine's clock shows it: no locale is loaded for it.
    new Date(group.lastMs).toISOString().replace("T", " ").slice(0, 16) + "Z",
  ];
}

function exactCells(group: RunGroup): string[] {
  const { runs, files, bytesPerSecond, firstPayloadMs, lastMs } = group;
  const numbers = [runs, files, group.bytes, bytesPerSecond, firstPayloadMs];
  const shown = numbers.map((value) => value === undefined ? "-" : String(value));
  return [...kind(group), ...shown, new Date(lastMs).toISOString()];
}

function kind({ verb, direction, transport }: RunGroup): string[] {
  return [verb, direction, transport === "local" ? "-" : transport];
}
