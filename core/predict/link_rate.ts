import { type Average, averaged, confidenceOf } from "./average.ts";
import { keyOf } from "./key.ts";
import type { Predictions } from "./state.ts";
import { readPredictions } from "./store.ts";

/** A server as it is dialled. */
export interface ServerName {
  readonly host: string;
  readonly port: number;
}

/** Which way content went over a link, seen from here. */
export type LinkDirection = "push" | "pull";

/** How fast content is expected to travel. */
export interface LinkRate {
  /** Bytes of the data streams a second, whatever limits them: the network, or an end's disk. */
  readonly bytesPerSecond: number;
  /** From 0, a guess, to 1. */
  readonly confidence: number;
}

/**
 * How fast content travels to or from a server, by the runs that went there from this machine;
 * undefined without any. It reads a small file (0.2 ms) and never throws.
 */
export function linkRate(server: ServerName, direction: LinkDirection): LinkRate | undefined {
  const predictions = readPredictions();
  return predictions && linkRateIn(predictions, server, direction, Date.now());
}

/** The same, of what has been read. */
export function linkRateIn(
  predictions: Predictions,
  server: ServerName,
  direction: LinkDirection,
  nowMs: number,
): LinkRate | undefined {
  const average = predictions.links[linkKey(predictions, server, direction)];
  if (average === undefined) return undefined;
  return { bytesPerSecond: average.value, confidence: confidenceOf(average, nowMs) };
}

/** What a run over a link has shown. */
export interface LinkUse {
  readonly server: ServerName;
  readonly direction: LinkDirection;
  /** Bytes on the data streams. */
  readonly bytes: number;
  /** Milliseconds from the first of them to the end. */
  readonly ms: number;
}

/** Less than this says more of delays than of rates; buffers alone take 4 MiB in no time. */
const TELLING_BYTES = 1 << 20;
const TELLING_MS = 20;

/** The average of a link after a run over it; undefined where the run was too small to tell. */
export function linkAfter(
  predictions: Predictions,
  { server, direction, bytes, ms }: LinkUse,
  nowMs: number,
): readonly [key: string, average: Average] | undefined {
  if (!(bytes >= TELLING_BYTES) || !(ms >= TELLING_MS)) return undefined;
  const key = linkKey(predictions, server, direction);
  const average = averaged(predictions.links[key], bytes * 1000 / ms, nowMs);
  return average && [key, average];
}

function linkKey(
  { salt }: Predictions,
  { host, port }: ServerName,
  direction: LinkDirection,
): string {
  return keyOf(salt, "link", direction, host, String(port));
}
