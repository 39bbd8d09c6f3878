import { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "../movers/context.ts";
import type { Handle } from "../sys/mod.ts";

/** What tells whether an open file was changed since: inode, size, and both times. */
export type Stamp = Float64Array<ArrayBuffer>;

const STAMP_NUMBERS = 7;
const table = new StatTable(1);

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
