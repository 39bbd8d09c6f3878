import { cutHistory, HISTORY_BYTES } from "./cut.ts";
import { type HistoryPlace, historyPlace } from "./location.ts";
import { isSame, lookAt, openToAppend } from "./own_file.ts";
import { encodeRecord, type RunRecord } from "./record.ts";

/** How often somebody who cuts or makes the history is waited for, and how long each time. */
const TRIES = 4;
const PAUSE_MS = 0.2;

/**
 * Adds a run to the history. It never throws and takes some tenths of a millisecond: what cannot
 * be written at once is not written, since the transfer is what matters.
 */
export function appendRun(record: RunRecord): void {
  try {
    const place = historyPlace();
    if (place !== undefined) appendLines(place, encodeRecord(record));
  } catch {
    // What no line can be made of.
  }
}

/** Adds lines to a history, each with its end; whether it did. It never throws. */
export function appendLines(place: HistoryPlace, lines: string): boolean {
  try {
    const bytes = new TextEncoder().encode(lines);
    for (let tries = 0; tries < TRIES; tries++) {
      const opened = openToAppend(place);
      if (opened === undefined) return false;
      if (opened !== "again" && added(opened, place.file, bytes)) return true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  } catch {
    // A full disk, a right that is missing.
  }
  return false;
}

/** Adds lines and closes the file; false where another file is, or will be, in its place. */
function added(file: Deno.FsFile, path: string, lines: Uint8Array): boolean {
  try {
    // Many may add at a time; whoever cuts needs the file alone.
    if (!file.tryLockSync(false)) return false;
    const held = file.statSync();
    const named = lookAt(path);
    if (named === undefined || !isSame(held, named)) return false;
    // One write(2) with O_APPEND, and a short one: lines of several blits do not mix.
    file.writeSync(lines);
    if (held.size + lines.length > HISTORY_BYTES) cutHistory(file, path);
    return true;
  } finally {
    file.close();
  }
}
