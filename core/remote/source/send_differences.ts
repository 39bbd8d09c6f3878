import { isSameState, type SourceState } from "../../deliver/source_state.ts";
import { inputWindow, subtreeFromWindow } from "../../digest/mod.ts";
import { Counter } from "../../movers/counters.ts";
import { Errno } from "../../sys/mod.ts";
import { type Basis, BASIS_BLOCK_BYTES, VALUE_BYTES } from "../batch/mod.ts";
import { type Sending, sendRange, type Sent, WHOLE } from "./send_range.ts";

/** Chunks of BLAKE3 in a block. */
const CHUNKS = BASIS_BLOCK_BYTES / 1024;
/** What differs is sent after so much at the latest. */
const RUN_BYTES: number = 8 << 20;

/**
 * Sends what the other end does not have of a file: what its basis proves is not read, where it
 * tells values, blocks are read and hashed, and go only if they differ.
 */
export function sendDifferences(sending: Sending, basis: Basis, known: SourceState): Sent {
  const { context, state } = sending;
  const size = state.size[0]!; // the one row
  const isProven = basis.proven > 0 && basis.proven <= size && isSameState(basis.state, known);
  let runFrom = isProven ? basis.proven : 0;
  const broken = sending.records.kept(0, runFrom);
  if (broken < 0) return { ...WHOLE, broken };
  const blocks = Math.min(basis.values.length / VALUE_BYTES, Math.ceil(size / BASIS_BLOCK_BYTES));
  let isRunKept = false;
  for (let block = Math.ceil(runFrom / BASIS_BLOCK_BYTES); block < blocks; block++) {
    if (context.stopping) return { ...WHOLE, broken: -Errno.ECANCELED };
    const value = basis.values.subarray(block * VALUE_BYTES, (block + 1) * VALUE_BYTES);
    const same = sameBlock(sending, block, value);
    if (typeof same !== "boolean") return same;
    const start = block * BASIS_BLOCK_BYTES;
    const isLong = !isRunKept && start - runFrom >= RUN_BYTES;
    if (same !== isRunKept || isLong) {
      const sent = sendRun(sending, runFrom, start, isRunKept);
      if (sent !== WHOLE) return sent;
      runFrom = start;
      isRunKept = same;
    }
  }
  const end = Math.min(blocks * BASIS_BLOCK_BYTES, size);
  const sent = isRunKept ? sendRun(sending, runFrom, end, true) : WHOLE;
  return sent === WHOLE ? sendRange(sending, isRunKept ? end : runFrom, size) : sent;
}

function sendRun(sending: Sending, from: number, to: number, isKept: boolean): Sent {
  if (!isKept) return sendRange(sending, from, to);
  const broken = sending.records.kept(from, to - from);
  return broken < 0 ? { ...WHOLE, broken } : WHOLE;
}

/** Whether a block of the file has this value, which is all 0 if the other end has none. */
function sameBlock(
  { context, file, state }: Sending,
  block: number,
  value: Uint8Array,
): boolean | Sent {
  if (value.every((byte) => byte === 0)) return false;
  const { sys } = context;
  const start = block * BASIS_BLOCK_BYTES;
  const length = Math.min(BASIS_BLOCK_BYTES, state.size[0]! - start); // the one row
  const window = inputWindow();
  sys.seek(file, start);
  for (let got = 0; got < length;) {
    const more = sys.read(file, got === 0 ? window : window.subarray(got), length - got);
    if (more < 0) return { ...WHOLE, failure: more };
    if (more === 0) return { ...WHOLE, isShort: true };
    got += more;
  }
  context.count(Counter.BytesProved, length);
  return subtreeFromWindow(length, block * CHUNKS).every((byte, at) => byte === value[at]);
}
