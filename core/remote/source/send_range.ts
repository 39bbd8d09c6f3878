import { isHole, runEnd } from "../../deliver/sparse.ts";
import type { StatTable } from "../../entry/stats.ts";
import type { MoverContext } from "../../movers/context.ts";
import { Errno, type Handle, type Result } from "../../sys/mod.ts";
import type { RecordWriter } from "../data/record_writer.ts";
import type { Outlet } from "../data/streams.ts";

/** Bytes of one record, so that a failure or a stop is told soon. */
const STEP_BYTES: number = 8 * 1024 * 1024;

/** A file that is being sent, and where to. */
export interface Sending {
  readonly context: MoverContext;
  readonly records: RecordWriter;
  readonly outlet: Outlet;
  readonly file: Handle;
  /** Its stat in the one row. */
  readonly state: StatTable;
}

/** How sending content went. */
export interface Sent {
  /** The stream's errno, negated, or 0. */
  readonly broken: Result;
  /** The file's errno, negated, or 0. */
  readonly failure: Result;
  /** The file ended before its size. */
  readonly isShort: boolean;
}

/** All of it went well. */
export const WHOLE: Sent = { broken: 0, failure: 0, isShort: false };

/** Sends the content from one position to another, holes left out. */
export function sendRange(sending: Sending, from: number, to: number): Sent {
  const { context, records, outlet, file, state } = sending;
  const { sys } = context;
  const sparse = state.blocks[0]! * 512 < state.size[0]!; // the one row
  if (sparse && !sys.capabilities.seekHoles) return sendSkippingZeros(sending, from, to);
  if (!sparse) sys.seek(file, from);
  for (let position = from; position < to;) {
    let end = to;
    if (sparse) {
      const data = sys.seekData(file, position);
      if (data === -Errno.ENXIO || data >= to) return WHOLE;
      const hole = data < 0 ? data : sys.seekHole(file, data);
      if (hole < 0) return { ...WHOLE, failure: hole };
      sys.seek(file, data);
      position = data;
      end = Math.min(hole, to);
    }
    while (position < end) {
      if (context.stopping) return { ...WHOLE, broken: -Errno.ECANCELED };
      const length = Math.min(STEP_BYTES, end - position);
      const sent = records.blocksOfFile(file, position, length);
      if (outlet.failure !== 0) return { ...WHOLE, broken: -outlet.failure };
      if (sent < 0) return { ...WHOLE, failure: sent };
      context.noteFirstPayload();
      if (sent < length) return { ...WHOLE, isShort: true };
      position += length;
    }
  }
  return WHOLE;
}

/** For backends that cannot ask where the holes are. */
function sendSkippingZeros({ context, records, file }: Sending, from: number, to: number): Sent {
  const { sys, buffer } = context;
  sys.seek(file, from);
  for (let position = from; position < to;) {
    const got = sys.read(file, buffer, Math.min(buffer.length, to - position));
    if (got < 0) return { ...WHOLE, failure: got };
    if (got === 0) return { ...WHOLE, isShort: true };
    for (let start = 0; start < got;) {
      const end = runEnd(buffer, start, got);
      const broken = isHole(buffer, start, got)
        ? 0
        : records.blocks(position + start, buffer.subarray(start, end), end - start);
      if (broken < 0) return { ...WHOLE, broken };
      start = end;
    }
    position += got;
  }
  return WHOLE;
}
