import type { CheckSummary } from "../../core/transfer/check_types.ts";
import { count, counted, duration } from "../output/numbers.ts";

/** What a summary line tells of. */
type Found = Pick<
  CheckSummary,
  "entriesScanned" | "missing" | "extra" | "different" | "metadata" | "failureCount" | "elapsedMs"
>;

/** What a check has found, in one line. */
export function checkLine(summary: Found): string {
  const parts: string[] = [];
  const add = (number: number, words: string): void => {
    if (number > 0) parts.push(`${count(number)} ${words}`);
  };
  add(summary.missing, "missing");
  add(summary.extra, "extra");
  add(summary.different, "different");
  add(summary.metadata, "with other metadata");
  add(summary.failureCount, "failed");
  const entries = counted(summary.entriesScanned, "entry", "entries");
  const time = duration(summary.elapsedMs);
  if (parts.length === 0) return `No difference: ${entries} compared in ${time}`;
  return `${entries} compared in ${time}: ${parts.join(", ")}`;
}
