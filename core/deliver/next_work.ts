import { Kind } from "../entry/kind.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Need } from "../plan/need.ts";

/** Passes over what nothing is to be done with, from an entry on, and counts what is the same. */
export function passSame(context: MoverContext, index: number, count: number): number {
  const end = nextWork(context, index, count);
  if (end > index) context.count(Counter.Same, sameBetween(context.needs, index, end));
  return end;
}

/**
 * The entry from `index` on that something is to be done with: not one that is the same, and
 * neither a directory nor one of several names. Nearly all entries of nearly all runs are passed
 * over, so this is little code, which is soon compiled.
 */
export function nextWork({ needs, source }: MoverContext, index: number, count: number): number {
  const { mode, links } = source;
  for (; index < count; index++) {
    const need = needs[index]!; // in the batch, as all rows
    if (need === Need.None) continue;
    if (need !== Need.Same) break;
    if (mode[index]! >>> 12 === Kind.Directory || links[index]! > 1) break;
  }
  return index;
}

function sameBetween(needs: Uint8Array, from: number, to: number): number {
  let same = 0;
  for (let index = from; index < to; index++) if (needs[index] === Need.Same) same++;
  return same;
}
