import { df } from "../../core/admin/df.ts";
import { displayPath } from "../../core/entry/display.ts";
import { pathBytes } from "../../core/endpoint/mod.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import type { Argument } from "../arguments/invocation.ts";
import { reasonOf } from "../output/reason.ts";

/** How fast a directory's disk was for a second. */
export interface DiskSpeed {
  /** Bytes that were written, and read. */
  readonly bytes: number;
  /** Into the system's memory, as programs see it. */
  readonly writeBytesPerSecond: number;
  /** Until they were on the disk (fdatasync(2)). */
  readonly syncedBytesPerSecond: number;
  /** Read again, which comes from memory as a rule. */
  readonly readBytesPerSecond: number;
  /** Files of 4 KiB made, written and removed again, one after another. */
  readonly smallFilesPerSecond: number;
}

const BLOCK = 1 << 20;
/** Written at most, and never more than a tenth of what is free. */
const MOST_BYTES = 256 << 20;
const WRITE_MS = 500;
const READ_MS = 300;
const SMALL_MS = 200;
const SMALL = 4096;

/**
 * Measures with one file in the directory, which has no name any more while it is written (but on
 * Windows), so that nothing is left behind however this ends.
 *
 * @throws {TransferError} where no file can be written
 */
export async function measureDisk(directory: Argument): Promise<DiskSpeed> {
  const text = displayPath(pathBytes(directory));
  if (typeof directory !== "string") {
    throw new TransferError("probe-name", `Cannot measure "${text}": its name is not UTF-8.`);
  }
  const { available } = await df(directory);
  try {
    const big = measureFile(directory, Math.min(MOST_BYTES, available / 10));
    return { ...big, smallFilesPerSecond: measureSmallFiles(directory) };
  } catch (error) {
    throw new TransferError(
      "probe",
      `Cannot measure the disk below "${text}": ${reasonOf(error)}.`,
    );
  }
}

function measureFile(
  directory: string,
  most: number,
): Omit<DiskSpeed, "smallFilesPerSecond"> {
  const path = Deno.makeTempFileSync({ dir: directory, prefix: ".blit-probe-" });
  const removesFirst = Deno.build.os !== "windows";
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    if (removesFirst) Deno.removeSync(path);
    const block = randomBlock();
    const start = performance.now();
    let bytes = 0;
    do bytes += file.writeSync(block); while (
      bytes + BLOCK <= most && performance.now() - start < WRITE_MS
    );
    const writeMs = performance.now() - start;
    file.syncDataSync();
    const syncedMs = performance.now() - start;
    file.seekSync(0, Deno.SeekMode.Start);
    const readStart = performance.now();
    let read = 0;
    while (performance.now() - readStart < READ_MS) {
      const length = file.readSync(block);
      if (length === null) break;
      read += length;
    }
    const readMs = performance.now() - readStart;
    return {
      bytes,
      writeBytesPerSecond: rate(bytes, writeMs),
      syncedBytesPerSecond: rate(bytes, syncedMs),
      readBytesPerSecond: rate(read, readMs),
    };
  } finally {
    if (!removesFirst) Deno.removeSync(path);
  }
}

function measureSmallFiles(directory: string): number {
  const content = randomBlock().subarray(0, SMALL);
  const start = performance.now();
  let files = 0;
  do {
    const path = Deno.makeTempFileSync({ dir: directory, prefix: ".blit-probe-" });
    try {
      Deno.writeFileSync(path, content);
    } finally {
      Deno.removeSync(path);
    }
    files++;
  } while (performance.now() - start < SMALL_MS);
  return rate(files, performance.now() - start);
}

/** What no disk can compress or leave out. */
export function randomBlock(): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  // getRandomValues gives 64 KiB at most.
  for (let at = 0; at < BLOCK; at += 65_536) {
    crypto.getRandomValues(block.subarray(at, at + 65_536));
  }
  return block;
}

function rate(amount: number, milliseconds: number): number {
  return Math.round(amount * 1000 / Math.max(milliseconds, 0.001));
}
