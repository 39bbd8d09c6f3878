import { Blake3 } from "../digest/mod.ts";
import { type DiskProbe, MOST_DISKS } from "../history/probe_record.ts";
import type { Background } from "../sys/linux/background.ts";
import { errnoWords, type Sys } from "../sys/mod.ts";
import { StatTable } from "../entry/mod.ts";
import { measureDisk, refusalOf } from "./measure_disk.ts";
import type { ProbeAnswer, ProbePlace } from "./messages.ts";
import { Pace, Stopped } from "./pace.ts";

/** All disks together take so long at most, and the hash as long. */
const DISKS_MS = 1800;
const HASH_MS = 50;
const HASH_BYTES: number = 256 << 10;

/** Measures the processor, then the disks of the places, each once. */
export function probe(
  sys: Sys,
  background: Background | undefined,
  places: readonly ProbePlace[],
  stop: Int32Array<SharedArrayBuffer>,
): ProbeAnswer {
  const start = performance.now();
  const pace = new Pace(stop);
  const held: { readonly place: ProbePlace; readonly directory: number }[] = [];
  const skipped: string[] = [];
  try {
    held.push(...openEach(sys, places, skipped));
    const disks: DiskProbe[] = [];
    const hashBytesPerSecond = measureHash(pace);
    const budgetMs = DISKS_MS / Math.max(1, held.length);
    for (const { place, directory } of held) {
      pace.check();
      const measured = measureDisk(sys, background, directory, pace, budgetMs);
      if (typeof measured === "string") skipped.push(sentence(place, measured));
      else disks.push(measured);
    }
    const elapsedMs = Math.round(performance.now() - start);
    return { type: "measured", elapsedMs, hashBytesPerSecond, disks, skipped };
  } catch (error) {
    if (error instanceof Stopped) return { type: "stopped" };
    throw error;
  } finally {
    for (const { directory } of held) sys.close(directory);
  }
}

/** Opens a directory on each file system that may be written to, four at most. */
function openEach(
  sys: Sys,
  places: readonly ProbePlace[],
  skipped: string[],
): { readonly place: ProbePlace; readonly directory: number }[] {
  const held = new Map<string, { readonly place: ProbePlace; readonly directory: number }>();
  const stats = new StatTable(1);
  for (const place of places) {
    if (held.size === MOST_DISKS) break;
    const directory = sys.openRoot(place.path);
    const stated = directory < 0 ? directory : sys.statHandle(directory, stats, 0);
    const refusal = stated < 0 ? errnoWords(-stated) : refusalOf(sys, directory);
    const device = `${stats.deviceMajor[0]}:${stats.deviceMinor[0]}`;
    if (refusal === undefined && !held.has(device)) held.set(device, { place, directory });
    else if (directory >= 0) sys.close(directory);
    if (refusal !== undefined) skipped.push(sentence(place, refusal));
  }
  return [...held.values()];
}

function measureHash(pace: Pace): number {
  const block = new Uint8Array(HASH_BYTES);
  const hash = new Blake3();
  const start = performance.now();
  let bytes = 0;
  do {
    pace.check();
    hash.update(block);
    bytes += block.length;
  } while (performance.now() - start < HASH_MS);
  return Math.round(bytes * 1000 / (performance.now() - start));
}

function sentence({ shown }: ProbePlace, reason: string): string {
  return `The disk of ${shown} was not measured: ${reason}.`;
}
