import { Counter } from "../movers/counters.ts";
import type { MoverPool } from "../pool/pool.ts";
import type { ProgressEvent } from "./events.ts";

/** Where the run stands, from the movers' counters. */
export function progressEvent(pool: MoverPool, phase: string, elapsedMs: number): ProgressEvent {
  const firstPayloadMs = firstPayload(pool, elapsedMs);
  return {
    type: "progress",
    phase,
    entriesScanned: pool.total(Counter.Scanned),
    filesTransferred: pool.total(Counter.FilesCreated) + pool.total(Counter.FilesUpdated),
    bytesTransferred: pool.total(Counter.BytesTransferred),
    entriesDeleted: pool.total(Counter.Deleted),
    failures: pool.total(Counter.Failures),
    fraction: Math.min(pool.total(Counter.Fraction), 1),
    elapsedMs,
    ...(firstPayloadMs === undefined ? {} : { firstPayloadMs }),
  };
}

/** Milliseconds from the start of the run to the first byte any mover wrote. */
export function firstPayload(pool: MoverPool, elapsedMs: number): number | undefined {
  const first = pool.earliest(Counter.FirstPayload);
  if (first === undefined) return undefined;
  const started = performance.timeOrigin + performance.now() - elapsedMs;
  return Math.max(first - started, 0);
}
