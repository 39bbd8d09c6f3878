import { displayPath } from "../entry/display.ts";
import type { FailureCode, FailureRecord } from "../movers/outbox.ts";
import { errnoName, errnoWords } from "../sys/errno.ts";
import type { FailureEvent } from "../transfer/events.ts";

const WORDS: Readonly<Record<FailureCode, string>> = {
  CHANGED: "it kept changing while it was read; it is left as it was at the destination",
  GREW: "it grew while it was read; the copy holds what was there before",
  DIRECTORY_IN_THE_WAY: "a directory is in its place; only mirror removes directories",
  DIRECTORY_KEPT: "a directory is in its place, and holds what filters keep, or backups",
  DIRECTORY_LEFT: "a directory is in its place, and was not deleted",
  NOT_ARRIVED: "it is not the same at the destination; it stays in the source",
  EARLIER_SOURCE: "an earlier source has something in its place; it stays in the source",
  SAME_DIRECTORY: "it would be moved to where it is; nothing is removed",
  MOUNT_POINT: "something is mounted there; it stays, with what is in it",
  NAME_TAKEN: "the file system there takes it for another name in the same directory",
  THROUGH_LINK: "the path leads through a symbolic link, which is not followed; " +
    "list the link itself, or the path that it leads to",
  REPLACED: "another has taken its place meanwhile; it stays",
  DESTINATION_INSIDE: "it is the destination itself, inside the source; what is in it stays out",
};

/** A failure as an event with its whole sentence. */
export function failureEvent(record: FailureRecord): FailureEvent {
  const reason = record.code === undefined ? errnoWords(record.errno) : WORDS[record.code];
  return {
    type: "failure",
    path: record.path,
    operation: record.operation,
    code: record.code ?? errnoName(record.errno),
    message: `Cannot ${record.operation} "${displayPath(record.path)}": ${reason}.`,
  };
}
