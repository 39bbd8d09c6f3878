import type { EndReport, TransferSummary } from "../transfer/events.ts";
import { VERSION } from "../version.ts";
import {
  isAmount,
  isCodes,
  isEndReport,
  isFilesystem,
  isMoment,
  isOneOf,
  isVersionText,
} from "./field.ts";

/** The version of the records that are written; what is from the future is kept and not read. */
export const RECORD_VERSION = 3;

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

  // Since version 2; absent in what was written before, and where it is not known.
  /** Type of the file system of the source, such as `ext4`. */
  readonly sourceFilesystem?: string;
  /** The same of the destination. */
  readonly destinationFilesystem?: string;
  /** Milliseconds until both ends were looked at and moving could begin. */
  readonly planMs?: number;
  /** Milliseconds of looking and writing, without what comes when all has arrived. */
  readonly copyMs?: number;
  /** How often nothing moved for so long that it was told. */
  readonly stalls?: number;
  /** How often a way to send content failed and another was taken. */
  readonly retries?: number;
  /** Bytes that the destination had already of files that were gone on with. */
  readonly resumedBytes?: number;
  /** Codes of what failed, such as `EACCES`, with how often; those that came first. */
  readonly failureCodes?: Readonly<Record<string, number>>;
  /** A resident watcher proved that nothing was to be done. */
  readonly proven?: true;
  /** How the source's end of a remote run fared, as it told. */
  readonly sourceEnd?: EndReport;
  /** The same of the destination's. */
  readonly destinationEnd?: EndReport;

  // Since version 3; absent in what was written before, and where it is not known.
  /** Threads that worked on it, of local runs: 1 is the main thread alone. */
  readonly movers?: number;
  /** Milliseconds that it had been expected to take, before what it taught was learnt. */
  readonly expectedMs?: number;
}

/** How many different codes of failures a record keeps. */
export const CODES = 8;

/** Warnings that tell of another way that was taken. */
const RETRIES: ReadonlySet<string> = new Set(["data-port-unreachable"]);

/** The record of a run that has just ended. */
export function recordOf(summary: TransferSummary, direction: Direction): RunRecord {
  const { verb, transport, backend, streams = 0, wireBytes = 0, firstPayloadMs } = summary;
  const { warnings = [], sourceFilesystem, destinationFilesystem, planMs, copyMs } = summary;
  const { sourceEnd, destinationEnd } = summary;
  const warned = (codes: ReadonlySet<string>): number =>
    warnings.filter(({ code }) => codes.has(code)).length;
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
    ...(isFilesystem(sourceFilesystem) && { sourceFilesystem }),
    ...(isFilesystem(destinationFilesystem) && { destinationFilesystem }),
    ...(planMs !== undefined && { planMs: rounded(planMs) }),
    ...(copyMs !== undefined && { copyMs: rounded(copyMs) }),
    stalls: warned(STALLED),
    retries: warned(RETRIES),
    ...(summary.bytesResumed > 0 && { resumedBytes: summary.bytesResumed }),
    ...(summary.failureCount > 0 && { failureCodes: codesOf(summary) }),
    ...(summary.provenByWatch && { proven: true }),
    ...(sourceEnd !== undefined && { sourceEnd }),
    ...(destinationEnd !== undefined && { destinationEnd }),
    ...(summary.movers !== undefined && { movers: summary.movers }),
  };
}

const STALLED: ReadonlySet<string> = new Set(["stalled"]);

/** Only the codes: the sentences name files. */
function codesOf({ failures }: TransferSummary): Record<string, number> {
  const codes = new Map<string, number>();
  for (const { code } of failures) {
    if (codes.has(code) || codes.size < CODES) codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const found = Object.fromEntries(codes);
  return isCodes(found) ? found : {};
}

/** As it stands in the file, with its line's end; always far shorter than 4 KiB. */
export function encodeRecord(record: RunRecord): string {
  return JSON.stringify({ version: RECORD_VERSION, ...record }) + "\n";
}

/** What every version has. */
const BASE: readonly Field[] = [
  ["endedMs", isMoment],
  ["blit", isVersionText],
  ["verb", (value) => isOneOf(value, ["copy", "mirror", "move"])],
  ["direction", (value) => isOneOf(value, ["local", "push", "pull", "relay"])],
  ["transport", (value) => isOneOf(value, ["local", "tcp", "grpc"])],
  ["backend", (value) => isOneOf(value, ["linux", "portable"])],
  ["streams", isAmount],
  ["entries", isAmount],
  ["files", isAmount],
  ["bytes", isAmount],
  ["wireBytes", isAmount],
  ["deleted", isAmount],
  ["failures", isAmount],
  ["elapsedMs", isAmount],
];

/** What a record need not have, by the version that brought it. */
const OPTIONAL: readonly (readonly [since: number, ...Field])[] = [
  [1, "firstPayloadMs", isAmount],
  [2, "sourceFilesystem", isFilesystem],
  [2, "destinationFilesystem", isFilesystem],
  [2, "planMs", isAmount],
  [2, "copyMs", isAmount],
  [2, "stalls", isAmount],
  [2, "retries", isAmount],
  [2, "resumedBytes", isAmount],
  [2, "failureCodes", isCodes],
  [2, "proven", (value) => value === true],
  [2, "sourceEnd", isEndReport],
  [2, "destinationEnd", isEndReport],
  [3, "movers", isAmount],
  [3, "expectedMs", isAmount],
];

type Field = readonly [name: keyof RunRecord, isGood: (value: unknown) => boolean];

/**
 * What a line says, of this version or one before; undefined for what is no record, or is from the
 * future. Whoever can write the file can write anything: each field is looked at, and only those
 * are taken that the line's version has.
 */
export function decodeRecord(line: string): RunRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const given = value as Readonly<Record<string, unknown>>;
  const { version } = given;
  if (version !== 1 && version !== 2 && version !== RECORD_VERSION) return undefined;
  const record: Record<string, unknown> = { firstPayloadMs: undefined };
  for (const [name, isGood] of BASE) {
    if (!isGood(given[name])) return undefined;
    record[name] = given[name];
  }
  for (const [since, name, isGood] of OPTIONAL) {
    if (version < since || given[name] === undefined) continue;
    if (!isGood(given[name])) return undefined;
    record[name] = given[name];
  }
  // Each field has just been found to be what the type says.
  return record as unknown as RunRecord;
}

/** To the hundredth of a millisecond, as nothing finer is measured. */
export function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
