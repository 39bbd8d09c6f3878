/**
 * Bytes a second at which a mover reads what the page cache holds and hashes it; BLAKE3 in WASM,
 * `bench/digest_bench.ts`. Both ends do so at the same time, a moment apart.
 */
const HASH_RATE = 1.5e9;
/** Bytes a second at which what is kept is copied inside the destination. */
const COPY_RATE = 2e9;
/** The share that differs if nothing is known of it. */
const DIFFERING = 0.5;
/** How much of the time of sending the whole must be won for it to be worth the work at both ends. */
const WORTH = 0.25;
/** Seconds until the source has heard of the first blocks. */
const BEGIN_SECONDS = 0.005;

/**
 * Whether sending what differs of a file is expected to be clearly faster than sending the whole:
 * `bytes` of it are here in an older state, and the link carries `linkRate` bytes a second.
 *
 * ```ts
 * import { deltaPays } from "./delta.ts";
 * import assert from "node:assert/strict";
 * assert.equal(deltaPays(256e6, 118e6), true); // 1 Gbit/s
 * assert.equal(deltaPays(256e6, 1.1e9), false); // 10 Gbit/s
 * ```
 */
export function deltaPays(bytes: number, linkRate: number): boolean {
  const whole = bytes / linkRate;
  const delta = BEGIN_SECONDS + bytes / HASH_RATE + bytes / COPY_RATE + DIFFERING * whole;
  return whole - delta > WORTH * whole;
}
