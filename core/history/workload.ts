import type { EndReport } from "../transfer/events.ts";
import type { RunRecord } from "./record.ts";

/** What a run moved, as far as it decides how fast that can be. */
export type Shape =
  /** Nothing was written: both sides were the same, or everything was proven to be. */
  | "nothing"
  | "one file"
  | "few small"
  | "few large"
  | "many small"
  | "many large";

/** From this mean size on, bytes take longer than files do. */
const LARGE_BYTES = 1 << 20;
/** From so many files on, they are many: a Worker pays. */
const MANY_FILES = 100;

/** Nothing finer is measured: what took less took nothing, and has no speed. */
const LEAST_MS = 0.01;

/** What a run moved. */
export function shapeOf({ files, bytes }: RunRecord): Shape {
  if (files === 0) return "nothing";
  if (files === 1) return "one file";
  const size = bytes / files < LARGE_BYTES ? "small" : "large";
  return `${files < MANY_FILES ? "few" : "many"} ${size}`;
}

/**
 * The class of runs that a run can be compared with, in words without a name:
 * `copy local many small ext4>xfs`. A `?` stands for a file system that is not known.
 */
export function signatureOf(record: RunRecord): string {
  const { verb, direction, transport } = record;
  const way = transport === "local" ? direction : `${direction} ${transport}`;
  const watched = record.proven === true ? " watched" : "";
  return `${verb} ${way} ${shapeOf(record)}${watched} ${filesystemsOf(record)}`;
}

/** Source and destination, as in `ext4>xfs`. */
export function filesystemsOf(record: RunRecord): string {
  const { sourceFilesystem = "?", destinationFilesystem = "?" } = record;
  return `${sourceFilesystem}>${destinationFilesystem}`;
}

/**
 * What a run between two machines was bound by, as in `destination storage`: the end whose movers
 * waited less, and what they did for longer; `network` where both waited for most of the time.
 * Undefined where the ends have not told.
 */
export function boundBy({ sourceEnd, destinationEnd }: RunRecord): string | undefined {
  if (sourceEnd === undefined || destinationEnd === undefined) return undefined;
  const [source, destination] = [busyShare(sourceEnd), busyShare(destinationEnd)];
  if (Math.max(source, destination) < 0.5) return "network";
  const [name, end] = source > destination
    ? ["source", sourceEnd] as const
    : ["destination", destinationEnd] as const;
  return `${name} ${end.storageMs > end.computedMs ? "storage" : "computing"}`;
}

function busyShare({ computedMs, waitedMs, storageMs }: EndReport): number {
  const busy = computedMs + storageMs;
  return busy + waitedMs > 0 ? busy / (busy + waitedMs) : 0;
}

/** Bytes of content a second; undefined where none was written. */
export function bytesPerSecond({ bytes, elapsedMs }: RunRecord): number | undefined {
  return bytes > 0 && elapsedMs >= LEAST_MS ? bytes * 1000 / elapsedMs : undefined;
}

/**
 * What tells best how fast a run of its shape was: bytes a second of large files, files a second of
 * small ones, entries a second where nothing was written.
 */
export function speedOf(record: RunRecord): Speed | undefined {
  const { elapsedMs } = record;
  if (elapsedMs < LEAST_MS) return undefined;
  const { unit, amount } = amountOf(record);
  return { unit, perSecond: amount * 1000 / elapsedMs };
}

/** How much a run of its shape had to do. */
export function amountOf(record: RunRecord): Amount {
  const { files, bytes, entries } = record;
  const shape = shapeOf(record);
  if (shape === "nothing") return { unit: "entries", amount: entries };
  const isSmall = shape.endsWith("small") || (shape === "one file" && bytes < LARGE_BYTES);
  return isSmall ? { unit: "files", amount: files } : { unit: "bytes", amount: bytes };
}

/** A number of something. */
export interface Amount {
  readonly unit: "bytes" | "files" | "entries";
  readonly amount: number;
}

/** A rate of something. */
export interface Speed {
  readonly unit: Amount["unit"];
  readonly perSecond: number;
}
