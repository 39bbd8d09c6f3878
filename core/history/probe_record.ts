import { VERSION } from "../version.ts";
import { isAmount, isFilesystem, isMoment, isVersionText } from "./field.ts";

/** The version of the lines that tell of a daemon's probes; they stand between those of sessions. */
const PROBE_VERSION = 1;
/** Disks that one record tells of at most. */
export const MOST_DISKS = 4;

/** How fast a disk was for a moment in which nobody else used the daemon. */
export interface DiskProbe {
  /** Type of its file system, such as `ext4`; absent where that is not known. */
  readonly filesystem?: string;
  /** Bytes that were written, and read again. */
  readonly bytes: number;
  /** Until they were on the disk. */
  readonly writeBytesPerSecond: number;
  /** Not from memory; absent where the system cannot be made to forget. */
  readonly readBytesPerSecond?: number;
  /** Files of 4 KiB made and written, one after another. */
  readonly filesPerSecond: number;
}

/** What a daemon measured while it was idle; nothing that names anything. */
export interface ProbeRecord {
  /** When it ended: milliseconds since 1970. */
  readonly endedMs: number;
  /** The version of blit. */
  readonly blit: string;
  readonly elapsedMs: number;
  /** Bytes of BLAKE3 a second, on one processor. */
  readonly hashBytesPerSecond: number;
  /** Of each file system that modules may be written to on, four at most. */
  readonly disks: readonly DiskProbe[];
}

/** As it stands in the file, with its line's end. */
export function encodeProbe(probe: Omit<ProbeRecord, "endedMs" | "blit">): string {
  const line = { probe: PROBE_VERSION, endedMs: Date.now(), blit: VERSION, ...probe };
  return JSON.stringify(line) + "\n";
}

/** What a line says, if it tells of a probe; each field is looked at, as anybody could write it. */
export function decodeProbe(line: string): ProbeRecord | undefined {
  // Most lines are of sessions.
  if (!line.startsWith('{"probe":')) return undefined;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { probe, endedMs, blit, elapsedMs, hashBytesPerSecond, disks } = value;
  const isGood = probe === PROBE_VERSION && isMoment(endedMs) && isVersionText(blit) &&
    [elapsedMs, hashBytesPerSecond].every(isAmount) && Array.isArray(disks) &&
    disks.length <= MOST_DISKS && disks.every(isDisk);
  if (!isGood) return undefined;
  // Each field has just been found to be what the type says.
  return { endedMs, blit, elapsedMs, hashBytesPerSecond, disks } as ProbeRecord;
}

function isDisk(value: unknown): value is DiskProbe {
  if (typeof value !== "object" || value === null) return false;
  const given = value as Readonly<Record<string, unknown>>;
  const { filesystem, bytes, writeBytesPerSecond, readBytesPerSecond, filesPerSecond } = given;
  const known = ["filesystem", "bytes", "writeBytesPerSecond", "readBytesPerSecond"];
  return [bytes, writeBytesPerSecond, filesPerSecond].every(isAmount) &&
    (filesystem === undefined || isFilesystem(filesystem)) &&
    (readBytesPerSecond === undefined || isAmount(readBytesPerSecond)) &&
    Object.keys(given).every((name) => name === "filesPerSecond" || known.includes(name));
}
