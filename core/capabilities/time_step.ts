import { StatTable } from "../entry/stats.ts";
import type { Handle, Sys } from "../sys/mod.ts";

/** Steps that file systems keep: ns, NTFS and SMB 100 ns, us, ms, exFAT 10 ms, ext3 1 s, FAT 2 s. */
const STEPS = [1, 100, 1e3, 1e6, 1e7, 1e9, 2e9] as const;
const COARSEST = 2_000_000_000n;
/** A time that every coarser step cuts: odd seconds, no zero digit in the nanoseconds. */
const SECONDS = 1_000_000_001;
const NANOSECONDS = 987_654_321;

/**
 * The step in nanoseconds in which times are kept where an open file is, found out by setting its
 * time and reading it back; where that cannot be, the finest that the backend knows.
 */
export function timeStepOf(sys: Sys, file: Handle): number {
  const finest = sys.capabilities.timeStepNs;
  const wanted = BigInt(SECONDS) * 1_000_000_000n + BigInt(NANOSECONDS);
  let kept = setAndRead(sys, file);
  if (kept !== undefined && (kept > wanted || kept <= wanted - COARSEST)) {
    // It has been ignored: see `setBothTimes`.
    sys.setBothTimes();
    kept = setAndRead(sys, file);
  }
  const step = STEPS.find((step) => wanted / BigInt(step) * BigInt(step) === kept);
  return Math.max(finest, step ?? finest);
}

function setAndRead(sys: Sys, file: Handle): bigint | undefined {
  const table = new StatTable(1);
  if (sys.setTimesHandle(file, SECONDS, NANOSECONDS) < 0) return undefined;
  // A file system may keep a fine time in memory and a coarse one on disk; what fstat says after
  // the change is what it will say until then.
  if (sys.statHandle(file, table, 0) < 0) return undefined;
  return BigInt(table.mtimeSeconds[0]!) * 1_000_000_000n + BigInt(table.mtimeNanoseconds[0]!);
}
