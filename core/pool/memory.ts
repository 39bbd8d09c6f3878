import { CONTROL_WORDS, MOVERS_MAX, type SharedMemory } from "../movers/control.ts";
import { COUNTERS } from "../movers/counters.ts";
import { WHEREABOUTS_BYTES } from "../movers/whereabouts.ts";

/** Bytes of the queue: room for a few slices of a huge directory and many ordinary tasks. */
const QUEUE_BYTES: number = 1024 * 1024;

/** The memory that the movers of a run share, zeroed. */
export function newMemory(): SharedMemory {
  return {
    control: new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4)),
    counters: new Float64Array(new SharedArrayBuffer(MOVERS_MAX * COUNTERS * 8)),
    queue: new Uint8Array(new SharedArrayBuffer(QUEUE_BYTES)),
    whereabouts: new Uint8Array(new SharedArrayBuffer(WHEREABOUTS_BYTES)),
  };
}
