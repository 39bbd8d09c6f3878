import type { TransferSummary } from "../../core/transfer/events.ts";
import { bytes, count, counted, duration } from "./numbers.ts";

/**
 * What a run did, in one line: `3 files, 1.2 MB copied in 0.8 s over TCP with 2 streams (first byte
 * after 12 ms), 2 deleted`.
 */
export function summaryLine(summary: TransferSummary): string {
  const { dryRun } = summary;
  const parts = [transferred(summary)];
  const also = (number: number, done: string, would: string): void => {
    if (number > 0) parts.push(`${count(number)} ${dryRun ? would : done}`);
  };
  if (summary.bytesResumed > 0) parts.push(`${bytes(summary.bytesResumed)} were there already`);
  also(summary.metadataUpdated, "given new metadata", "would be given new metadata");
  also(summary.entriesDeleted, "deleted", "would be deleted");
  also(summary.extrasLeft, "left undeleted", "would be left undeleted");
  also(summary.entriesSkipped, "skipped", "would be skipped");
  also(summary.failureCount, "failed", "failed");
  return (dryRun ? "Dry run, nothing was changed: " : "") + parts.join(", ");
}

function transferred(summary: TransferSummary): string {
  const moves = summary.verb === "move";
  const things = nouns(summary);
  const time = summary.dryRun ? "" : ` in ${duration(summary.elapsedMs)}${over(summary)}`;
  const done = `${summary.dryRun ? "would be " : ""}${moves ? "moved" : "copied"}`;
  if (things.length === 0) {
    if (summary.entriesMoved > 0) {
      return `${counted(summary.entriesMoved, "entry", "entries")} ${done}${time}`;
    }
    const same = counted(summary.entriesSame, "entry", "entries");
    const known = summary.entriesSame > 0
      ? `, ${same} the same already`
      : summary.provenByWatch === true
      ? ", proven clean by blit watch"
      : "";
    return `nothing to ${moves ? "move" : "copy"}${known}${time && ` (${time.slice(4)})`}`;
  }
  if (summary.bytesTransferred > 0) things.push(bytes(summary.bytesTransferred));
  const first = summary.firstPayloadMs === undefined || summary.dryRun
    ? ""
    : ` (first byte after ${duration(summary.firstPayloadMs)})`;
  return `${things.join(", ")} ${done}${time}${first}`;
}

/** What the content of a remote run went over. */
function over({ transport, streams = 0 }: TransferSummary): string {
  if (transport === "local") return "";
  const name = transport === "tcp" ? "TCP" : "gRPC";
  return ` over ${name}${streams > 0 ? ` with ${counted(streams, "stream")}` : ""}`;
}

function nouns(summary: TransferSummary): string[] {
  const list: string[] = [];
  const add = (number: number, one: string, many?: string): void => {
    if (number > 0) list.push(counted(number, one, many));
  };
  add(summary.filesCreated + summary.filesUpdated, "file");
  add(summary.directoriesCreated, "directory", "directories");
  add(summary.symlinksCreated, "symbolic link");
  add(summary.linksCreated, "hard link");
  add(summary.specialsCreated, "special file");
  return list;
}
