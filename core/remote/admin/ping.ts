import { type Address, withDaemon } from "./ask.ts";
import { shown } from "./rows_wire.ts";
import type { AskOptions } from "./types.ts";

/** How long a daemon took to answer. */
export interface RoundTrips {
  /** Milliseconds until it was connected to, its greeting included. */
  readonly connectMs: number;
  /** Milliseconds of each question and answer, one after another. */
  readonly roundTripsMs: readonly number[];
  /** Its version. */
  readonly version: string;
}

/** Asks a daemon a number of times whether it is there. */
export async function pingRemotely(
  address: Address,
  count: number,
  options: AskOptions,
): Promise<RoundTrips> {
  const start = performance.now();
  return await withDaemon(address, options, async (connection) => {
    const first = await connection.ping();
    const connectMs = performance.now() - start;
    const roundTripsMs: number[] = [];
    for (let at = 0; at < count; at++) {
      const asked = performance.now();
      await connection.ping();
      roundTripsMs.push(performance.now() - asked);
    }
    return { connectMs, roundTripsMs, version: shown(first.hello?.version ?? "") };
  });
}
