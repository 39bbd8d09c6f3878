import type { ProbeRecord } from "../../core/history/mod.ts";
import type { LookingRun } from "../listing/run.ts";
import { tableLines } from "../listing/table.ts";
import { bytes, count } from "../output/numbers.ts";
import { momentText } from "./moment.ts";

const HEADING = ["PROBED", "DISK", "WRITE", "READ", "FILES", "HASH"];

/** Prints what a daemon measured while it was idle, a line for each disk; nothing if it has not. */
export function printProbes(run: LookingRun, probes: readonly ProbeRecord[]): void {
  run.entries += probes.length;
  if (run.json) {
    for (const probe of probes) run.printJson({ type: "probe", ...probe });
    return;
  }
  if (probes.length === 0) return;
  const { terminal } = run;
  if (terminal) run.out.text("\n");
  const rows = probes.flatMap(terminal ? rowsForPeople : exactRows);
  const form = { terminal, heading: terminal ? HEADING : [], right: [2, 3, 4, 5] };
  for (const line of tableLines(rows, form)) run.out.text(`${line}\n`);
}

function rowsForPeople({ endedMs, hashBytesPerSecond, disks }: ProbeRecord): string[][] {
  return disks.map((disk) => {
    const { filesystem = "?", writeBytesPerSecond, readBytesPerSecond, filesPerSecond } = disk;
    return [
      momentText(endedMs),
      filesystem,
      `${bytes(writeBytesPerSecond)}/s`,
      readBytesPerSecond === undefined ? "-" : `${bytes(readBytesPerSecond)}/s`,
      `${count(filesPerSecond)}/s`,
      `${bytes(hashBytesPerSecond)}/s`,
    ];
  });
}

function exactRows({ endedMs, hashBytesPerSecond, disks }: ProbeRecord): string[][] {
  return disks.map((disk) => {
    const { filesystem = "?", writeBytesPerSecond, readBytesPerSecond = "-" } = disk;
    const rates = [writeBytesPerSecond, readBytesPerSecond, disk.filesPerSecond];
    return [
      "probe",
      new Date(endedMs).toISOString(),
      filesystem,
      ...[...rates, hashBytesPerSecond].map(String),
    ];
  });
}
