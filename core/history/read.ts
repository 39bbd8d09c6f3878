import { HISTORY_BYTES, tailOf } from "./cut.ts";
import { historyFile } from "./location.ts";
import { openToRead } from "./own_file.ts";
import { decodeProbe, type ProbeRecord } from "./probe_record.ts";
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

/** What a daemon has kept. */
export interface DaemonHistoryContent extends History {
  /** What it measured while it was idle, the oldest first. */
  readonly probes: readonly ProbeRecord[];
}

/** Reads the newest part of this user's history, at most about 1 MiB. It never throws. */
export function readHistory(): History {
  return readFrom(historyFile(), false);
}

/** The same of what a daemon has kept; the file may be anybody's. */
export function readDaemonHistory(file: string | undefined): DaemonHistoryContent {
  return readFrom(file, true);
}

/** The last probe that stands in a daemon's history; undefined where none does. It never throws. */
export function lastProbe(file: string): ProbeRecord | undefined {
  try {
    for (const line of (linesOf(file, true) ?? []).reverse()) {
      const probe = decodeProbe(line);
      if (probe !== undefined) return probe;
    }
  } catch {
    // What cannot be read tells of none.
  }
  return undefined;
}

function readFrom(file: string | undefined, mayBeAnybodys: boolean): DaemonHistoryContent {
  const none = { file, runs: [], probes: [], unread: 0, problem: undefined };
  if (file === undefined) return none;
  try {
    const lines = linesOf(file, mayBeAnybodys);
    if (lines === undefined) return { ...none, problem: problemOf(file) };
    const runs = lines.map(decodeRecord).filter((run) => run !== undefined);
    const probes = lines.map(decodeProbe).filter((probe) => probe !== undefined);
    return { ...none, runs, probes, unread: lines.length - runs.length - probes.length };
  } catch (error) {
    return { ...none, problem: reasonOf(error) };
  }
}

/** The newest lines; undefined where there is no file, or one that is not to be read. */
function linesOf(file: string, mayBeAnybodys: boolean): string[] | undefined {
  const opened = openToRead(file, mayBeAnybodys);
  if (opened === undefined) return undefined;
  try {
    return tailOf(opened, opened.statSync().size, HISTORY_BYTES + 4096);
  } finally {
    opened.close();
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
