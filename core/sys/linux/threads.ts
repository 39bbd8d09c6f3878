import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { procSelf } from "./proc.ts";

/**
 * Time a thread has spent on a run queue, the second number in its `schedstat`
 * (Documentation/scheduler/sched-stats.rst); 0 where the kernel keeps none.
 */
export function threadReadyNs(libc: Libc, threadId: number): number {
  const path = procSelf(`task/${threadId}/schedstat`);
  const file = libc.core.ffiOpenat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return 0;
  const bytes = new Uint8Array(128);
  const length = libc.core.ffiRead(file, bytes, bytes.length);
  libc.core.ffiClose(file);
  if (length <= 0) return 0;
  const text = String.fromCharCode(...bytes.subarray(0, length));
  return Number(text.split(" ")[1] ?? 0) || 0;
}

const VMSTAT = new TextEncoder().encode("/proc/vmstat\0");
/** Of most machines: where pages are larger, what is written seems less. */
const PAGE_BYTES = 4096;

/**
 * The sum of `read_bytes` and `write_bytes` in /proc/self/io (proc(5)): they grow while a long
 * call is at work; 0 where the kernel does not count them.
 */
export function storageBytes(libc: Libc): number {
  return sumOf(libc, procSelf("io"), /^(?:read|write)_bytes: (\d+)$/gm);
}

/** Bytes that the kernel has put on disks for anybody since it started, by /proc/vmstat (proc(5)). */
export function writtenBytes(libc: Libc): number {
  return sumOf(libc, VMSTAT, /^nr_written (\d+)$/gm) * PAGE_BYTES;
}

function sumOf(libc: Libc, path: Uint8Array<ArrayBuffer>, counts: RegExp): number {
  const file = libc.core.ffiOpenat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return 0;
  const bytes = new Uint8Array(16 * 1024);
  const length = libc.core.ffiRead(file, bytes, bytes.length);
  libc.core.ffiClose(file);
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, Math.max(length, 0)));
  let sum = 0;
  for (const [, count] of text.matchAll(counts)) sum += Number(count);
  return sum;
}
