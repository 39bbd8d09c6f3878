import type { ProgressEvent } from "../../core/transfer/events.ts";
import { bytes, clock, count, counted, duration } from "../output/numbers.ts";
import { EtaEstimator } from "./eta.ts";
import { RateEstimator } from "./rate.ts";

/** A part of the line; where it is narrow, those of the highest rank go first. */
interface Field {
  readonly text: string;
  readonly rank: number;
}

const PHASES: ReadonlyMap<string, string> = new Map(Object.entries({
  links: "making hard links",
  delete: "deleting",
  "remove-source": "clearing the source",
  blocked: "replacing directories",
  finish: "finishing directories",
  sync: "writing to disk",
}));

/** Turns progress events into one line each. It holds no names, so every character is one wide. */
export class ProgressLine {
  readonly #rate = new RateEstimator();
  #eta = new EtaEstimator();
  #phase = "transfer";

  /** The line for an event, no longer than `width`. */
  format(event: ProgressEvent, width: number = Infinity): string {
    if (event.phase !== this.#phase) {
      this.#phase = event.phase;
      this.#eta = new EtaEstimator();
    }
    const seconds = event.elapsedMs / 1000;
    const rate = this.#rate.update(event.bytesTransferred, seconds);
    const left = this.#eta.update(event.fraction, seconds);
    return fit(fields(event, rate, left), width);
  }
}

function fields(event: ProgressEvent, rate: number, left: number | undefined): Field[] {
  // Rounded down: 100 % means done.
  const percent = `${Math.floor(Math.min(1, event.fraction) * 100)}%`.padStart(4);
  const transfers = event.phase === "transfer";
  const list: (Field | false)[] = [
    { text: percent, rank: 0 },
    !transfers && { text: PHASES.get(event.phase) ?? event.phase, rank: 1 },
    event.stalledMs !== undefined &&
    { text: `nothing has moved for ${clock(event.stalledMs / 1000)}`, rank: 1 },
    event.failures > 0 && { text: `${event.failures} failed`, rank: 2 },
    event.entriesDeleted > 0 && { text: `${count(event.entriesDeleted)} deleted`, rank: 3 },
    event.filesTransferred > 0
      ? { text: counted(event.filesTransferred, "file"), rank: 4 }
      : { text: `${count(event.entriesScanned)} checked`, rank: 4 },
    event.bytesTransferred > 0 && { text: bytes(event.bytesTransferred), rank: 3 },
    transfers && event.bytesTransferred > 0 && { text: `${bytes(rate)}/s`, rank: 5 },
    // The share is an estimate: at 1 there may still be something to do.
    left !== undefined && event.fraction < 1 && { text: `ETA ${clock(left)}`, rank: 1 },
    event.firstPayloadMs !== undefined &&
    { text: `first byte after ${duration(event.firstPayloadMs)}`, rank: 6 },
  ];
  return list.filter((field) => field !== false);
}

function fit(parts: Field[], width: number): string {
  let kept = parts;
  for (;;) {
    const line = kept.map((field) => field.text).join("  ");
    if (line.length <= width) return line;
    if (kept.length <= 1) return line.slice(0, Math.max(0, width));
    const last = Math.max(...kept.map((field) => field.rank));
    kept = kept.filter((field) => field.rank !== last);
  }
}
