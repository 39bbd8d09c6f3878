import type { TransferSummary } from "../transfer/events.ts";
import { VERSION } from "../version.ts";

/** The version of the records that are written; what is from the future is kept and not read. */
export const RECORD_VERSION = 1;

/** Which end of a transfer was on a server. */
export type Direction = "local" | "push" | "pull" | "relay";

/** One finished run, without anything that says what was transferred or where. */
export interface RunRecord {
  /** When it ended: milliseconds since 1970. */
  readonly endedMs: number;
  /** The version of blit. */
  readonly blit: string;
  readonly verb: "copy" | "mirror" | "move";
  readonly direction: Direction;
  readonly transport: "local" | "tcp" | "grpc";
  readonly backend: "linux" | "portable";
  /** Data streams between the two ends; 0 for local runs. */
  readonly streams: number;
  /** Entries looked at in the source. */
  readonly entries: number;
  /** Files whose content was written. */
  readonly files: number;
  /** Bytes of content written. */
  readonly bytes: number;
  /** Bytes on the data streams; 0 for local runs. */
  readonly wireBytes: number;
  readonly deleted: number;
  readonly failures: number;
  readonly elapsedMs: number;
  /** Milliseconds to the first byte written; undefined where none was. */
  readonly firstPayloadMs: number | undefined;
}

/** The record of a run that has just ended. */
export function recordOf(summary: TransferSummary, direction: Direction): RunRecord {
  const { verb, transport, backend, streams = 0, wireBytes = 0, firstPayloadMs } = summary;
  return {
    endedMs: Date.now(),
    blit: VERSION,
    verb,
    direction,
    transport,
    backend,
    streams,
    entries: summary.entriesScanned,
    files: summary.filesCreated + summary.filesUpdated,
    bytes: summary.bytesTransferred,
    wireBytes,
    deleted: summary.entriesDeleted,
    failures: summary.failureCount,
    elapsedMs: rounded(summary.elapsedMs),
    firstPayloadMs: firstPayloadMs === undefined ? undefined : rounded(firstPayloadMs),
  };
}

/** As it stands in the file, with its line's end; always far shorter than 4 KiB. */
export function encodeRecord(record: RunRecord): string {
  return JSON.stringify({ version: RECORD_VERSION, ...record }) + "\n";
}

/** What a line says; undefined for what is no record, or one of another version. */
export function decodeRecord(line: string): RunRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { version, ...fields } = value as Record<string, unknown>;
  return version === RECORD_VERSION && isRecord(fields)
    ? { ...fields, firstPayloadMs: fields.firstPayloadMs }
    : undefined;
}

const NUMBERS = [
  "endedMs",
  "streams",
  "entries",
  "files",
  "bytes",
  "wireBytes",
  "deleted",
  "failures",
  "elapsedMs",
] as const;

/** Whoever can write the file can write anything: each field is looked at. */
function isRecord(fields: object): fields is RunRecord {
  const record = fields as { readonly [Key in keyof RunRecord]?: unknown };
  return NUMBERS.every((name) => isAmount(record[name])) &&
    (record.firstPayloadMs === undefined || isAmount(record.firstPayloadMs)) &&
    typeof record.blit === "string" && record.blit.length < 100 &&
    isOneOf(record.verb, ["copy", "mirror", "move"]) &&
    isOneOf(record.direction, ["local", "push", "pull", "relay"]) &&
    isOneOf(record.transport, ["local", "tcp", "grpc"]) &&
    isOneOf(record.backend, ["linux", "portable"]);
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function isOneOf(value: unknown, words: readonly string[]): boolean {
  return typeof value === "string" && words.includes(value);
}

/** To the hundredth of a millisecond, as nothing finer is measured. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
