/**
 * BLAKE3 over inputs that arrive in pieces (https://github.com/BLAKE3-team/BLAKE3-specs, sections
 * 2.1 and 5.1). A state is 4 KiB at most, so that a caller can put one aside and bring it back.
 * Parents are merged as late as possible, as in the reference implementation: whichever comes last
 * is the root, and only the end of the input tells.
 */
import { CHUNK_END, CHUNK_START, chunkValue, PARENT, parentValue, ROOT } from "./blake3_compress";
import { compressLanes } from "./blake3_lanes";
import { HASH_STATE_BYTES, HASH_STATES, SUBTREE, VALUES } from "./layout";

const CHUNK_BYTES: u32 = 1024;
/** A subtree at work holds this many chunks at most: 1 MiB. */
const SUBTREE_CHUNKS: u32 = 1024;
/** Room for 2^54 chunks, more than any file has. */
const STACK_OFFSET: usize = 32 + CHUNK_BYTES;

/** The head of a state; the bytes of an unfinished chunk and the stack of values follow. */
@unmanaged
class State {
  /** Chunks whose values are on the stack, or under values there. */
  chunks: u64;
  /** The number the first chunk counts as. */
  firstChunk: u64;
  /** Bytes held back, 0 to 1,024. */
  heldBytes: u32;
  /** Values on the stack. */
  depth: u32;
}

function stateAt(slot: u32): State {
  return changetype<State>(HASH_STATES + <usize> slot * HASH_STATE_BYTES);
}

function heldOf(state: State): usize {
  return changetype<usize>(state) + 32;
}

function stackOf(state: State): usize {
  return changetype<usize>(state) + STACK_OFFSET;
}

/** Begins an input in a state; its first chunk counts as `firstChunk`, 0 but for subtrees. */
export function hashBegin(slot: u32, firstChunkLow: u32, firstChunkHigh: u32): void {
  const state = stateAt(slot);
  state.chunks = 0;
  state.firstChunk = <u64> firstChunkHigh << 32 | <u64> firstChunkLow;
  state.heldBytes = 0;
  state.depth = 0;
}

/** How many bytes of a state are in use: what must be kept to bring it back. */
export function hashStateBytes(slot: u32): u32 {
  return <u32> STACK_OFFSET + (stateAt(slot).depth << 5);
}

/** Merges what has become complete: as many values stay as `chunks` has bits set. */
function merge(state: State): void {
  const wanted = <u32> popcnt<u64>(state.chunks);
  const stack = stackOf(state);
  while (state.depth > wanted) {
    state.depth--;
    const pair = stack + ((<usize> state.depth - 1) << 5);
    parentValue(pair, 0, VALUES + 64);
    memory.copy(pair, VALUES + 64, 32);
  }
}

/** Puts a value that stands for `chunks` chunks on the stack. */
function push(state: State, value: usize, chunks: u32): void {
  merge(state);
  memory.copy(stackOf(state) + (<usize> state.depth << 5), value, 32);
  state.depth++;
  state.chunks += chunks;
}

/**
 * Hashes a complete subtree of `chunks` chunks, a power of two from 2 to 1,024, down to the values
 * of its two halves at SUBTREE. The last parent is left to the caller: it may be the root.
 */
function halves(input: usize, chunks: u32, counter: u64): void {
  for (let i: u32 = 0; i < chunks; i += 4) {
    const from = input + <usize> i * CHUNK_BYTES;
    compressLanes(from, 16, counter + i, 1, 0, CHUNK_START, CHUNK_END, SUBTREE + (i << 5));
  }
  for (let parents = chunks >> 1; parents >= 2; parents >>= 1) {
    for (let i: u32 = 0; i < parents; i += 4) {
      compressLanes(SUBTREE + (i << 6), 1, 0, 0, PARENT, 0, 0, SUBTREE + (i << 5));
    }
  }
}

/** Hashes every whole chunk of the input that is known not to be the only one; says how many bytes. */
function takeChunks(state: State, input: usize, length: u32): u32 {
  let done: u32 = 0;
  while (length - done > CHUNK_BYTES || (length - done == CHUNK_BYTES && state.chunks > 0)) {
    const whole = min<u32>((length - done) >> 10, SUBTREE_CHUNKS);
    let chunks = (<u32> 1) << (31 - clz<u32>(whole));
    while ((state.chunks & (<u64> chunks - 1)) != 0) chunks >>= 1;
    const counter = state.firstChunk + state.chunks;
    if (chunks == 1) {
      chunkValue(input + done, CHUNK_BYTES, counter, 0, SUBTREE);
      push(state, SUBTREE, 1);
    } else {
      halves(input + done, chunks, counter);
      push(state, SUBTREE, chunks >> 1);
      push(state, SUBTREE + 32, chunks >> 1);
    }
    done += chunks << 10;
  }
  return done;
}

/** Adds `length` bytes at `input`. */
export function hashUpdate(slot: u32, input: usize, length: u32): void {
  const state = stateAt(slot);
  if (state.heldBytes > 0) {
    const taken = min<u32>(length, CHUNK_BYTES - state.heldBytes);
    memory.copy(heldOf(state) + state.heldBytes, input, taken);
    state.heldBytes += taken;
    input += taken;
    length -= taken;
    if (length == 0) return;
    chunkValue(heldOf(state), CHUNK_BYTES, state.firstChunk + state.chunks, 0, SUBTREE);
    push(state, SUBTREE, 1);
    state.heldBytes = 0;
  }
  const done = takeChunks(state, input, length);
  if (done == length) return;
  // More chunks follow what is on the stack, so none of that is the root.
  merge(state);
  memory.copy(heldOf(state), input + done, length - done);
  state.heldBytes = length - done;
}

/**
 * Puts the hash of the input so far, or with `isRoot` 0 its chaining value, at VALUES + 64; the
 * state stays as it is.
 */
export function hashFinish(slot: u32, isRoot: u32): usize {
  const state = stateAt(slot);
  const root = isRoot ? ROOT : 0;
  const result = VALUES + 64;
  let left = state.depth;
  if (left == 0) {
    chunkValue(heldOf(state), state.heldBytes, state.firstChunk, root, result);
    return result;
  }
  if (state.heldBytes > 0) {
    chunkValue(heldOf(state), state.heldBytes, state.firstChunk + state.chunks, 0, result);
  } else {
    left--;
    memory.copy(result, stackOf(state) + (<usize> left << 5), 32);
  }
  while (left > 0) {
    left--;
    memory.copy(VALUES, stackOf(state) + (<usize> left << 5), 32);
    memory.copy(VALUES + 32, result, 32);
    parentValue(VALUES, left == 0 ? root : 0, result);
  }
  return result;
}

/** Adds `count` chaining values of equal complete subtrees (the last may be smaller) at `values`. */
export function hashPushValues(slot: u32, values: usize, count: u32): void {
  const state = stateAt(slot);
  for (let i: u32 = 0; i < count; i++) push(state, values + (i << 5), 1);
}
