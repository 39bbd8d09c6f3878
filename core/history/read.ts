import { HISTORY_BYTES, tailOf } from "./cut.ts";
import { historyFile } from "./location.ts";
import { openToRead } from "./own_file.ts";
import { decodeRecord, type RunRecord } from "./record.ts";

/** What is known of earlier runs. */
export interface History {
  /** Where it is kept; undefined where it is turned off, or has no place. */
  readonly file: string | undefined;
  /** The oldest first. */
  readonly runs: readonly RunRecord[];
  /** Lines that are no records of this version. */
  readonly unread: number;
  /** Why nothing could be read though something is there, for the end of a sentence. */
  readonly problem: string | undefined;
}

/**
 * Reads the newest part of the history, at most about 1 MiB. It never throws.
 *
 * @param file the user's own, unless another is named, which then may be anybody's
 */
export function readHistory(file: string | undefined = historyFile()): History {
  const mayBeAnybodys = file !== historyFile();
  const none = { file, runs: [], unread: 0, problem: undefined };
  if (file === undefined) return none;
  try {
    const opened = openToRead(file, mayBeAnybodys);
    if (opened === undefined) return { ...none, problem: problemOf(file) };
    try {
      const lines = tailOf(opened, opened.statSync().size, HISTORY_BYTES + 4096);
      const runs = lines.map(decodeRecord).filter((run) => run !== undefined);
      return { ...none, runs, unread: lines.length - runs.length };
    } finally {
      opened.close();
    }
  } catch (error) {
    return { ...none, problem: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return error instanceof Error ? error.message : String(error);
}

/** Why it is not opened, if it is there. */
function problemOf(file: string): string | undefined {
  try {
    const info = Deno.lstatSync(file);
    if (!info.isFile) return "it is not a regular file";
    return "it belongs to another user, or has another name as well";
  } catch {
    return undefined;
  }
}
