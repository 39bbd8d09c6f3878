import { StatTable } from "../entry/stats.ts";
import type { Handle, Sys } from "../sys/mod.ts";

/** Made when first needed, and used for every question. */
let pair: StatTable | undefined;

/** Whether two handles are of one directory; false where that cannot be told. */
export function isSameDirectory(sys: Sys, one: Handle, other: Handle): boolean {
  const table = pair ??= new StatTable(2);
  return sys.statHandle(one, table, 0) === 0 && sys.statHandle(other, table, 1) === 0 &&
    table.sameInode(0, table, 1);
}
