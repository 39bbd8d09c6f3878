import { isHole, runEnd } from "../../deliver/sparse.ts";
import { Kind } from "../../entry/kind.ts";
import { trimNul } from "../../entry/path.ts";
import { StatTable } from "../../entry/stats.ts";
import type { FailureCode } from "../../movers/outbox.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import type { Place } from "../../scan/mod.ts";
import { Errno, type Handle, type Name, type Result } from "../../sys/mod.ts";
import type { RecordWriter } from "../data/record_writer.ts";
import type { Outlet } from "../data/streams.ts";
import { SendCode, sendFailure } from "../mover/send_failure.ts";

/** Bytes of one record, so that a failure or a stop is told soon. */
const STEP_BYTES: number = 8 * 1024 * 1024;
/** How often a file that changes while it is read is sent. */
const ATTEMPTS = 2;

/**
 * Sends one open file by itself, holes left out: the state that it has now, which may not be
 * the one it was scanned with. A file that changes meanwhile is sent once more.
 */
export function sendLargeFile(
  context: MoverContext,
  records: RecordWriter,
  outlet: Outlet,
  place: Place,
  file: Handle,
  name: Name,
  batch: number,
  entry: number,
): Result {
  const { sys, own } = context;
  const state = new StatTable(1);
  const fail = (failure: Result | FailureCode): void => {
    const copy = trimNul(name).slice();
    context.fail("source", place.sourceIndex, place.path, copy, "read", failure);
  };
  for (let attempt = 1;; attempt++) {
    const looked = sys.statHandle(file, state, 0);
    if (looked < 0 || state.kind(0) !== Kind.File) {
      fail(looked < 0 ? looked : "CHANGED");
      const failure = looked < 0
        ? sendFailure("read", -looked)
        : sendFailure("read", 0, SendCode.Changed);
      return records.failed(batch, entry, failure);
    }
    const begun = records.file(stateOf(state, batch, entry));
    if (begun < 0) return begun;
    const sent = sendContent(context, records, outlet, file, state);
    if (sent.broken < 0) return sent.broken;
    if (sent.failure < 0) {
      fail(sent.failure);
      return records.fileEnd(sendFailure("read", -sent.failure));
    }
    const checked = sys.statHandle(file, own, Own.Check);
    const steady = !sent.isShort && checked === 0 && own.size[Own.Check] === state.size[0] &&
      own.mtimeSeconds[Own.Check] === state.mtimeSeconds[0] &&
      own.mtimeNanoseconds[Own.Check] === state.mtimeNanoseconds[0];
    if (steady) return records.fileEnd();
    if (attempt < ATTEMPTS) {
      const again = records.fileEnd(sendFailure("read", 0, SendCode.Again));
      if (again < 0) return again;
      sys.seek(file, 0);
      continue;
    }
    const grew = !sent.isShort && own.size[Own.Check]! > state.size[0]!;
    fail(grew ? "GREW" : "CHANGED");
    return records.fileEnd(sendFailure("read", 0, grew ? SendCode.Grew : SendCode.Changed));
  }
}

function stateOf(
  state: StatTable,
  batch: number,
  entry: number,
): Parameters<RecordWriter["file"]>[0] {
  // The one row.
  return {
    batch,
    entry,
    size: state.size[0]!,
    mtimeSeconds: state.mtimeSeconds[0]!,
    mtimeNanoseconds: state.mtimeNanoseconds[0]!,
    mode: state.mode[0]!,
    uid: state.uid[0]!,
    gid: state.gid[0]!,
    blocks: state.blocks[0]!,
  };
}

/** How sending the content went. */
interface Sent {
  /** The stream's errno, negated, or 0. */
  readonly broken: Result;
  /** The file's errno, negated, or 0. */
  readonly failure: Result;
  /** The file ended before its size. */
  readonly isShort: boolean;
}

const WHOLE: Sent = { broken: 0, failure: 0, isShort: false };

function sendContent(
  context: MoverContext,
  records: RecordWriter,
  outlet: Outlet,
  file: Handle,
  state: StatTable,
): Sent {
  const { sys } = context;
  const size = state.size[0]!; // the one row
  const sparse = state.blocks[0]! * 512 < size;
  if (sparse && !sys.capabilities.seekHoles) return sendSkippingZeros(context, records, file, size);
  for (let position = 0; position < size;) {
    let end = size;
    if (sparse) {
      const data = sys.seekData(file, position);
      if (data === -Errno.ENXIO || data >= size) return WHOLE;
      const hole = data < 0 ? data : sys.seekHole(file, data);
      if (hole < 0) return { ...WHOLE, failure: hole };
      sys.seek(file, data);
      position = data;
      end = Math.min(hole, size);
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
function sendSkippingZeros(
  context: MoverContext,
  records: RecordWriter,
  file: Handle,
  size: number,
): Sent {
  const { sys, buffer } = context;
  for (let position = 0; position < size;) {
    const got = sys.read(file, buffer, Math.min(buffer.length, size - position));
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
