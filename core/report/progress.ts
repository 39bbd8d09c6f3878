import { Counter } from "../movers/counters.ts";
import type { ProgressEvent } from "../transfer/events.ts";
import type { StallState } from "./stall_watch.ts";

/** The counters of all movers of a run. */
export interface Totals {
  /** Sum of one counter. */
  total(counter: number): number;
  /** The smallest value of one counter that a mover has set. */
  earliest(counter: number): number | undefined;
}

/** Where the run stands, from the movers' counters, with the failures that were told. */
export function progressEvent(
  counters: Totals,
  failures: number,
  phase: string,
  elapsedMs: number,
  stall?: StallState,
): ProgressEvent {
  const firstPayloadMs = firstPayload(counters, elapsedMs);
  return {
    type: "progress",
    phase,
    entriesScanned: counters.total(Counter.Scanned),
    filesTransferred: counters.total(Counter.FilesCreated) + counters.total(Counter.FilesUpdated),
    bytesTransferred: counters.total(Counter.BytesTransferred),
    entriesDeleted: counters.total(Counter.Deleted),
    failures,
    fraction: Math.min(counters.total(Counter.Fraction), 1),
    elapsedMs,
    ...(firstPayloadMs === undefined ? {} : { firstPayloadMs }),
    ...stall,
  };
}

/** Milliseconds from the start of the run to the first byte any mover wrote. */
export function firstPayload(counters: Totals, elapsedMs: number): number | undefined {
  const first = counters.earliest(Counter.FirstPayload);
  if (first === undefined) return undefined;
  const started = performance.timeOrigin + performance.now() - elapsedMs;
  return Math.max(first - started, 0);
}
