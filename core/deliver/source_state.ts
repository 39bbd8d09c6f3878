import type { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "../movers/context.ts";
import type { Handle } from "../sys/mod.ts";

/** Bytes that tell one state of a file from others. */
export const STATE_BYTES = 24;

/**
 * What tells the state of a source's file from any other it may be in, besides size and mtime: its
 * inode and when that was last changed in any way, which nobody can turn back. Only ever compared.
 * All 0 where that cannot be told: then nothing is known without reading.
 */
export type SourceState = Uint8Array<ArrayBuffer>;

/** Nothing is known. */
export const UNKNOWN_STATE: SourceState = new Uint8Array(STATE_BYTES);

/**
 * A file that was changed as recently may be changed once more within one tick of the file
 * system's clock, and look the same: git calls it racy (racy-git.txt). FAT's clock ticks every two
 * seconds.
 */
const RACY_SECONDS = 2;

const changed = new Float64Array(2);

/** The state of an open file, whose stat is row `index` of `table`, before anything is read of it. */
export function sourceState(
  context: MoverContext,
  file: Handle,
  table: StatTable,
  index: number,
): SourceState {
  if (context.sys.changeTime(file, changed) < 0) return UNKNOWN_STATE;
  const [seconds = 0, nanoseconds = 0] = changed;
  const age = Date.now() / 1000 - (seconds + nanoseconds / 1e9);
  if (age < RACY_SECONDS) return UNKNOWN_STATE;
  const state = new Uint8Array(STATE_BYTES);
  const view = new DataView(state.buffer);
  view.setUint32(0, table.inodeLow[index]!, true); // a row that the caller filled
  view.setUint32(4, table.inodeHigh[index]!, true);
  view.setFloat64(8, seconds, true);
  view.setUint32(16, nanoseconds, true);
  view.setUint32(20, 1, true);
  return state;
}

/** Whether two states are known to be the same. */
export function isSameState(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === STATE_BYTES && other.length === STATE_BYTES && one[20] === 1 &&
    one.every((byte, at) => byte === other[at]);
}
