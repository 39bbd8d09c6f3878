/** The machine under the benchmark: its facts, whether it is idle, its caches, its memory. */

import { filesystemOf } from "./places.ts";

const MEMORY = "/dev/shm";

/** What a reader needs to place a result; nothing that names the machine. */
export interface MachineFacts {
  readonly os: string;
  readonly kernel: string;
  readonly arch: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly deno: string;
}

/** The facts of this machine. */
export function machineFacts(): MachineFacts {
  return {
    os: Deno.build.os,
    kernel: Deno.osRelease(),
    arch: Deno.build.arch,
    processor: /^model name\s*: (.*)$/m.exec(readProc("cpuinfo"))?.[1] ?? "unknown",
    cores: navigator.hardwareConcurrency,
    memoryMiB: Math.round(Deno.systemMemoryInfo().total / 2 ** 20),
    deno: Deno.version.deno,
  };
}

/** Processor time since the start, in ticks, of all cores together. */
export interface CpuTicks {
  readonly busy: number;
  readonly total: number;
}

/** Reads the first line of `/proc/stat` (proc_stat(5)); waiting for a disk is not being busy. */
export function parseCpuTicks(stat: string): CpuTicks | undefined {
  const line = /^cpu +([\d ]+)$/m.exec(stat)?.[1];
  if (line === undefined) return undefined;
  // user nice system idle iowait irq softirq steal; guest time is within user's
  const ticks = line.split(" ").slice(0, 8).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0), total };
}

const SAMPLE_MS = 400;
/** Of all cores together: about a fifth of one core on a machine with two. */
const BUSY_SHARE = 0.1;

/** Waits until nothing else runs, at most `limitMs`; false where it gave up. */
export async function waitUntilIdle(limitMs: number, signal?: AbortSignal): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (true) {
    const before = parseCpuTicks(readProc("stat"));
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    signal?.throwIfAborted();
    const after = parseCpuTicks(readProc("stat"));
    if (before === undefined || after === undefined) return true; // no way to tell
    const share = (after.busy - before.busy) / Math.max(1, after.total - before.total);
    if (share < BUSY_SHARE) return true;
    if (performance.now() >= end) return false;
  }
}

/** What a program needs of memory besides what it writes. */
const BESIDES_BYTES: number = 512 * 1024 * 1024;

/** Runs that write no more meet few pages that the host has taken. */
const MANY_BYTES: number = 256 * 1024 * 1024;

/**
 * How long it takes until a kernel has told its host of all that was freed: 2 s after the first of
 * it, and 2 s more for what was freed meanwhile (PAGE_REPORTING_DELAY, mm/page_reporting.c).
 */
const REPORTING_MS = 4500;

/** VIRTIO_ID_BALLOON and VIRTIO_BALLOON_F_REPORTING (linux/virtio_ids.h, linux/virtio_balloon.h). */
const [BALLOON, REPORTING_BIT] = [0x0005, 5];

const VIRTIO = "/sys/bus/virtio/devices";

/** Whether this is a virtual machine that tells its host of the memory it frees. */
function reportsFreeMemory(): boolean {
  try {
    return [...Deno.readDirSync(VIRTIO)].some(({ name }) =>
      Number(Deno.readTextFileSync(`${VIRTIO}/${name}/device`)) === BALLOON &&
      Deno.readTextFileSync(`${VIRTIO}/${name}/features`)[REPORTING_BIT] === "1"
    );
  } catch {
    return false; // no such machine, or not Linux
  }
}

/**
 * Writes and removes a file in memory, so that the run which follows at once meets pages that the
 * host has given to this machine. A virtual machine may report what it frees to its host (free page
 * reporting, Documentation/mm/free_page_reporting.rst), and such pages are six times as slow when
 * they are used again: whoever happens to get them looks slow. It reports every 2 s while there is
 * something, so before a run that writes `bytes`, if these are many, that is waited for: else one
 * run of two would lose its memory in the middle, and take half as long again.
 */
export async function warmMemory(bytes: number): Promise<void> {
  if (bytes > MANY_BYTES && reportsFreeMemory()) {
    await new Promise((resolve) => setTimeout(resolve, REPORTING_MS));
  }
  const path = `${MEMORY}/blit-bench-${Deno.pid}.memory`;
  if (filesystemOf(MEMORY) !== "tmpfs") return;
  const block = new Uint8Array(2 ** 20).fill(1);
  const limit = Math.min(
    bytes * 1.25 + BESIDES_BYTES,
    Deno.systemMemoryInfo().available * 0.6,
  );
  try {
    using file = Deno.createSync(path);
    for (let written = 0; written < limit;) written += file.writeSync(block);
  } catch {
    // It is smaller than that: 64 MiB in most containers.
  } finally {
    Deno.removeSync(path);
  }
}

/** Whether {@linkcode dropCaches} can work: Linux, as root. */
export function canDropCaches(): boolean {
  return Deno.build.os === "linux" && Deno.uid() === 0;
}

/** Drops page cache, directory entries and inodes (proc_sys_vm(5)); all must be on disk before. */
export function dropCaches(): void {
  Deno.writeTextFileSync("/proc/sys/vm/drop_caches", "3");
}

function readProc(name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${name}`);
  } catch {
    return ""; // not Linux
  }
}
