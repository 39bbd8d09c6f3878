import { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "../movers/context.ts";
import type { Handle } from "../sys/mod.ts";

/** What tells whether an open file was changed since: inode, size, and both times. */
export type Stamp = Float64Array<ArrayBuffer>;

const STAMP_NUMBERS = 7;
const table = new StatTable(1);

/**
 * Kernels take the time of a change from a clock that ticks every 10 ms at the slowest (HZ=100,
 * time(7)), file systems that keep whole seconds from that of their seconds.
 */
const TICK_SECONDS = 0.05;
const COARSE_SECONDS = 2;

/** What an open file is now; all 0 where that cannot be told. */
export function stampOf(context: MoverContext, file: Handle): Stamp {
  const stamp = new Float64Array(STAMP_NUMBERS);
  const { sys } = context;
  if (sys.statHandle(file, table, 0) < 0) return stamp;
  // Where there is no change time, 0 stands for it.
  sys.changeTime(file, stamp);
  stamp[2] = table.inodeLow[0]!; // the one row
  stamp[3] = table.inodeHigh[0]!;
  stamp[4] = table.size[0]!;
  stamp[5] = table.mtimeSeconds[0]!;
  stamp[6] = table.mtimeNanoseconds[0]!;
  return stamp;
}

/** Whether nobody has changed a file between two stamps. */
export function isSameStamp(one: Stamp, other: Stamp): boolean {
  return one[4] !== 0 && one.every((number, at) => number === other[at]);
}

/**
 * Whether any change that comes after the stamp will be seen by its change time. Not so where there
 * is none, and while the last change is so recent that another may fall into the same tick.
 */
export function isSettled([seconds = 0, nanoseconds = 0]: Stamp): boolean {
  const age = Date.now() / 1000 - (seconds + nanoseconds / 1e9);
  return seconds !== 0 && age >= (nanoseconds === 0 ? COARSE_SECONDS : TICK_SECONDS);
}
