import type { DiskProbe } from "../history/probe_record.ts";
import { Errno, errnoWords, type Handle, type Sys } from "../sys/mod.ts";
import type { Background } from "../sys/linux/background.ts";
import type { Pace } from "./pace.ts";

const MOST_BYTES: number = 64 << 20;
/** Written and put on the disk at a time: no call takes long. */
const STEP_BYTES: number = 4 << 20;
const SMALL_BYTES = 4096;
/** How the time for a place is shared. */
const WRITE_SHARE = 0.5;
const READ_SHARE = 0.25;

/** A file system with less than one of these free is full. */
export const LEAST_FREE_BYTES: number = 1 << 30;
/** See {@linkcode LEAST_FREE_BYTES}. */
export const LEAST_FREE_SHARE = 0.1;

/** Why a file system is not to be written to, for the end of a sentence; undefined if it may be. */
export function refusalOf(sys: Sys, directory: Handle): string | undefined {
  const status = sys.statFilesystem(directory);
  if (typeof status === "number") return errnoWords(-status);
  if (status.readOnly) return "it is mounted read-only";
  const isFull = status.available < LEAST_FREE_BYTES ||
    status.available < status.size * LEAST_FREE_SHARE;
  return isFull ? "less than 1 GiB, or less than a tenth of it, is free" : undefined;
}

/**
 * Measures with files that never have a name, so that nothing is left however it ends: the kernel
 * frees them with the last descriptor. Gives why it cannot be, for the end of a sentence.
 *
 * @throws {Stopped} as soon as the probe is to end
 */
export function measureDisk(
  sys: Sys,
  background: Background | undefined,
  directory: Handle,
  pace: Pace,
  budgetMs: number,
): DiskProbe | string {
  const file = sys.createUnnamed(directory, 0o600);
  if (file === -Errno.EOPNOTSUPP) return "it has no files without names";
  if (file < 0) return errnoWords(-file);
  try {
    const block = randomBlock();
    const written = write(sys, file, block, pace, budgetMs * WRITE_SHARE);
    if (typeof written === "string") return written;
    const readBytesPerSecond = background?.forget(file) === true
      ? read(sys, file, block, pace, budgetMs * READ_SHARE)
      : undefined;
    const restMs = budgetMs * (1 - WRITE_SHARE - READ_SHARE);
    const filesPerSecond = makeFiles(sys, directory, block, pace, restMs);
    if (typeof filesPerSecond === "string") return filesPerSecond;
    const filesystem = sys.filesystemType(directory);
    return {
      ...(filesystem !== undefined && { filesystem }),
      bytes: written.bytes,
      writeBytesPerSecond: written.perSecond,
      ...(readBytesPerSecond !== undefined && { readBytesPerSecond }),
      filesPerSecond,
    };
  } finally {
    sys.close(file);
  }
}

function write(
  sys: Sys,
  file: Handle,
  block: Uint8Array<ArrayBuffer>,
  pace: Pace,
  budgetMs: number,
): { readonly bytes: number; readonly perSecond: number } | string {
  const start = performance.now();
  let bytes = 0;
  do {
    for (let step = 0; step < STEP_BYTES;) {
      pace.check();
      const count = sys.write(file, block, block.length);
      if (count < 0) return errnoWords(-count);
      step += count;
      bytes += count;
    }
    const synced = sys.sync(file);
    if (synced < 0) return errnoWords(-synced);
  } while (bytes < MOST_BYTES && performance.now() - start < budgetMs);
  return { bytes, perSecond: rate(bytes, performance.now() - start) };
}

function read(
  sys: Sys,
  file: Handle,
  block: Uint8Array<ArrayBuffer>,
  pace: Pace,
  budgetMs: number,
): number {
  sys.seek(file, 0);
  const start = performance.now();
  let bytes = 0;
  while (performance.now() - start < budgetMs) {
    pace.check();
    const count = sys.read(file, block, block.length);
    if (count <= 0) break;
    bytes += count;
  }
  return rate(bytes, performance.now() - start);
}

function makeFiles(
  sys: Sys,
  directory: Handle,
  block: Uint8Array<ArrayBuffer>,
  pace: Pace,
  budgetMs: number,
): number | string {
  const start = performance.now();
  let files = 0;
  do {
    pace.check();
    const file = sys.createUnnamed(directory, 0o600);
    if (file < 0) return errnoWords(-file);
    const count = sys.write(file, block, SMALL_BYTES);
    sys.close(file);
    if (count < 0) return errnoWords(-count);
    files++;
  } while (performance.now() - start < budgetMs);
  return rate(files, performance.now() - start);
}

/** What no disk can compress or leave out: 256 KiB. */
function randomBlock(): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(256 << 10);
  // getRandomValues gives 64 KiB at most.
  for (let at = 0; at < block.length; at += 65_536) {
    crypto.getRandomValues(block.subarray(at, at + 65_536));
  }
  return block;
}

function rate(amount: number, milliseconds: number): number {
  return Math.round(amount * 1000 / Math.max(milliseconds, 0.001));
}
