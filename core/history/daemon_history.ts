import { isBeneath } from "../entry/path.ts";
import { appendLines } from "./append.ts";
import { daemonHistoryPlace } from "./daemon_location.ts";
import type { HistoryPlace } from "./location.ts";
import { encodeProbe, type ProbeRecord } from "./probe_record.ts";
import { lastProbe } from "./read.ts";
import { encodeRecord, type RunRecord } from "./record.ts";

/** What a daemon keeps of its sessions. Nothing of it can fail, or hold up, a session. */
export class DaemonHistory {
  readonly place: HistoryPlace;
  #waiting = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(place: HistoryPlace) {
    this.place = place;
  }

  /** Keeps a session's record, in the next turn: its client waits for the end of this one. */
  keep(record: RunRecord): void {
    this.#waiting += encodeRecord(record);
    this.#timer ??= setTimeout(() => this.flush());
  }

  /** Keeps what was measured; whether it could be written. */
  keepProbe(probe: Omit<ProbeRecord, "endedMs" | "blit">): boolean {
    return appendLines(this.place, encodeProbe(probe));
  }

  /** When the last probe ended that any daemon with this history has kept. */
  lastProbeMs(): number | undefined {
    return lastProbe(this.place.file)?.endedMs;
  }

  /** Whether anything could be written now; makes the file if it is not there. */
  isWritable(): boolean {
    return appendLines(this.place, "");
  }

  /** Writes what has been kept and is not written yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#waiting;
    this.#waiting = "";
    if (lines !== "") appendLines(this.place, lines);
  }
}

/**
 * The history of a daemon that this user runs; undefined where none is kept. `hanging` are places
 * that may not answer for ever, as file systems of other machines: there is none in them, because
 * all sessions would have to wait.
 */
export function openDaemonHistory(
  hanging: readonly string[],
): DaemonHistory | undefined {
  const place = daemonHistoryPlace();
  if (place === undefined) return undefined;
  const mayHang = hanging.some((mount) => isBeneath(place.folder, mount));
  return mayHang ? undefined : new DaemonHistory(place);
}
