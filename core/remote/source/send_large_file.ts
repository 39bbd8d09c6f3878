import { sourceState } from "../../deliver/source_state.ts";
import { Kind } from "../../entry/kind.ts";
import { trimNul } from "../../entry/path.ts";
import { StatTable } from "../../entry/stats.ts";
import type { FailureCode } from "../../movers/outbox.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import type { Place } from "../../scan/mod.ts";
import type { Handle, Name, Result } from "../../sys/mod.ts";
import type { RecordWriter } from "../data/record_writer.ts";
import type { Outlet } from "../data/streams.ts";
import { SendCode, sendFailure } from "../mover/send_failure.ts";
import { sendDifferences, sendUntilTold } from "./send_differences.ts";
import { sendRange } from "./send_range.ts";
import type { ValuesEar } from "./told_values.ts";

/** How often a file that changes while it is read is sent. */
const ATTEMPTS = 2;

/**
 * Sends one open file by itself, holes left out, and what the other end has of it: the state that
 * it has now, which may not be the one it was scanned with. A file that changes meanwhile is sent
 * once more. Without an ear the other end does not know of differences.
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
  ear?: ValuesEar,
): Result {
  const { sys, own, job } = context;
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
    const isTold = ear !== undefined && job.resume !== undefined;
    const known = isTold ? sourceState(context, file, state, 0) : undefined;
    const stated = known === undefined ? 0 : records.state(known);
    const begun = stated < 0 ? stated : records.file(stateOf(state, batch, entry));
    if (begun < 0) return begun;
    const sending = { context, records, outlet, file, state };
    const told = attempt === 1 ? ear?.told() : undefined;
    const sent = ear === undefined || attempt > 1
      ? sendRange(sending, 0, state.size[0]!) // the one row
      : told === undefined
      ? sendUntilTold(sending, ear)
      : sendDifferences(sending, told, ear, 0, known);
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
