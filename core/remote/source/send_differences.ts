import { isSameState, type SourceState } from "../../deliver/source_state.ts";
import { Errno } from "../../sys/mod.ts";
import { BASIS_BLOCK_BYTES } from "../batch/mod.ts";
import { blockValue } from "../mover/block_value.ts";
import { type Sending, sendRange, type Sent, WHOLE } from "./send_range.ts";
import type { ToldValues, ValuesEar } from "./told_values.ts";

/** What differs is sent after so much at the latest. */
const RUN_BYTES: number = 8 << 20;
/** A file begins in smaller records, so that the other end soon sees how fast they come. */
const FIRST_BYTES: number = 1 << 20;

/** Sends all of a file: what differs of it as soon as the other end tells what it has. */
export function sendUntilTold(sending: Sending, ear: ValuesEar): Sent {
  const size = sending.state.size[0]!; // the one row
  for (let position = 0; position < size;) {
    const told = ear.told();
    if (told !== undefined) return sendDifferences(sending, told, ear, position);
    const step = position < RUN_BYTES ? FIRST_BYTES : RUN_BYTES;
    const end = Math.min(position + step, size);
    const sent = sendRange(sending, position, end);
    if (sent !== WHOLE) return sent;
    position = end;
  }
  return WHOLE;
}

/**
 * Sends what the other end does not have of a file, from a position on: what its basis proves is
 * not read, where it tells values, blocks are read and hashed, and go only if they differ. Where
 * further values follow, it waits for them.
 */
export function sendDifferences(
  sending: Sending,
  told: ToldValues,
  ear: ValuesEar,
  from: number,
  known?: SourceState,
): Sent {
  const { context, state } = sending;
  const size = state.size[0]!; // the one row
  const blocks = Math.ceil(size / BASIS_BLOCK_BYTES);
  const isProven = known !== undefined && told.proven > 0 && told.proven <= size &&
    isSameState(told.state, known);
  let runFrom = isProven ? told.proven : from;
  const broken = isProven ? sending.records.kept(0, runFrom) : 0;
  if (broken < 0) return { ...WHOLE, broken };
  let isRunKept = false;
  let block = Math.ceil(runFrom / BASIS_BLOCK_BYTES);
  while (block < blocks) {
    if (context.stopping) return { ...WHOLE, broken: -Errno.ECANCELED };
    const start = block * BASIS_BLOCK_BYTES;
    if (block >= told.end) {
      if (!told.isMore) break;
      // The other end shall have all that is decided while this one waits.
      const sent = sendRun(sending, runFrom, start, isRunKept);
      if (sent !== WHOLE) return sent;
      const flushed = sending.records.flush();
      if (flushed < 0) return { ...WHOLE, broken: flushed };
      runFrom = start;
      isRunKept = false;
      if (!ear.wait()) return { ...WHOLE, broken: -Errno.ECANCELED };
      continue;
    }
    const same = sameBlock(sending, block, told.value(block));
    if (typeof same !== "boolean") return same;
    const isLong = !isRunKept && start - runFrom >= RUN_BYTES;
    if (same !== isRunKept || isLong) {
      const sent = sendRun(sending, runFrom, start, isRunKept);
      if (sent !== WHOLE) return sent;
      runFrom = start;
      isRunKept = same;
    }
    block++;
  }
  const end = Math.min(block * BASIS_BLOCK_BYTES, size);
  const sent = isRunKept ? sendRun(sending, runFrom, end, true) : WHOLE;
  return sent === WHOLE ? sendRange(sending, isRunKept ? end : runFrom, size) : sent;
}

function sendRun(sending: Sending, from: number, to: number, isKept: boolean): Sent {
  if (to <= from) return WHOLE;
  if (!isKept) return sendRange(sending, from, to);
  const broken = sending.records.kept(from, to - from);
  return broken < 0 ? { ...WHOLE, broken } : WHOLE;
}

/** Whether a block of the file has this value. */
function sameBlock(
  { context, file, state }: Sending,
  block: number,
  value: Uint8Array | undefined,
): boolean | Sent {
  if (value === undefined) return false;
  const start = block * BASIS_BLOCK_BYTES;
  const length = Math.min(BASIS_BLOCK_BYTES, state.size[0]! - start); // the one row
  const own = blockValue(context, file, block, length);
  if (own === "short") return { ...WHOLE, isShort: true };
  if (typeof own === "number") return { ...WHOLE, failure: own };
  return own.every((byte, at) => byte === value[at]);
}
