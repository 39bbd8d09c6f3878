/**
 * BLAKE3's compression function over one input, with the state as four rows of four words: for the
 * last chunk of an input, the parents near the root, and anything too small for four lanes.
 */
import { rotate12, rotate16, rotate7, rotate8 } from "./blake3_lanes";

/** Domain flags: table 3 of the paper. */
export const CHUNK_START: u32 = 1;
export const CHUNK_END: u32 = 2;
export const PARENT: u32 = 4;
export const ROOT: u32 = 8;

/** Puts the key words an unkeyed hash starts with at `to`: the initial values of SHA-256. */
function storeInitialValue(to: usize): void {
  v128.store(to, i32x4(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a));
  v128.store(to, i32x4(0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19), 16);
}

/** Compresses the 64 bytes at `block` into the chaining value at `value`. */
function compress(value: usize, block: usize, length: u32, counter: u64, flags: u32): void {
  const w0 = v128.load(block);
  const w1 = v128.load(block, 16);
  const w2 = v128.load(block, 32);
  const w3 = v128.load(block, 48);
  // Even and odd words of the columns, then of the diagonals: the order one round takes them in.
  let a = v128.shuffle<i32>(w0, w1, 0, 2, 4, 6);
  let b = v128.shuffle<i32>(w0, w1, 1, 3, 5, 7);
  let c = v128.shuffle<i32>(w2, w3, 0, 2, 4, 6);
  let d = v128.shuffle<i32>(w2, w3, 1, 3, 5, 7);
  let r0 = v128.load(value);
  let r1 = v128.load(value, 16);
  let r2 = i32x4(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a);
  let r3 = i32x4.replace_lane(i32x4.splat(<i32> counter), 1, <i32> (counter >> 32));
  r3 = i32x4.replace_lane(i32x4.replace_lane(r3, 2, length), 3, flags);
  for (let round = 0; round < 7; round++) {
    r0 = i32x4.add(i32x4.add(r0, a), r1);
    r3 = rotate16(v128.xor(r3, r0));
    r2 = i32x4.add(r2, r3);
    r1 = rotate12(v128.xor(r1, r2));
    r0 = i32x4.add(i32x4.add(r0, b), r1);
    r3 = rotate8(v128.xor(r3, r0));
    r2 = i32x4.add(r2, r3);
    r1 = rotate7(v128.xor(r1, r2));
    // Turn the rows so that the diagonals stand in columns, mix again, and turn back.
    r1 = v128.shuffle<i32>(r1, r1, 1, 2, 3, 0);
    r2 = v128.shuffle<i32>(r2, r2, 2, 3, 0, 1);
    r3 = v128.shuffle<i32>(r3, r3, 3, 0, 1, 2);
    r0 = i32x4.add(i32x4.add(r0, c), r1);
    r3 = rotate16(v128.xor(r3, r0));
    r2 = i32x4.add(r2, r3);
    r1 = rotate12(v128.xor(r1, r2));
    r0 = i32x4.add(i32x4.add(r0, d), r1);
    r3 = rotate8(v128.xor(r3, r0));
    r2 = i32x4.add(r2, r3);
    r1 = rotate7(v128.xor(r1, r2));
    r1 = v128.shuffle<i32>(r1, r1, 3, 0, 1, 2);
    r2 = v128.shuffle<i32>(r2, r2, 2, 3, 0, 1);
    r3 = v128.shuffle<i32>(r3, r3, 1, 2, 3, 0);
    // The permutation of the words, in the same even and odd places.
    const a2 = v128.shuffle<i32>(a, b, 1, 5, 7, 2);
    const b2 = v128.shuffle<i32>(v128.shuffle<i32>(a, c, 3, 5, 0, 0), d, 0, 1, 2, 6);
    const c2 = v128.shuffle<i32>(v128.shuffle<i32>(b, c, 0, 6, 0, 0), d, 0, 1, 4, 7);
    d = v128.shuffle<i32>(v128.shuffle<i32>(d, b, 1, 6, 0, 0), c, 0, 1, 7, 4);
    a = a2;
    b = b2;
    c = c2;
  }
  v128.store(value, v128.xor(r0, r2));
  v128.store(value, v128.xor(r1, r3), 16);
}

/** Where a block that is not full is padded with zeros. */
const PADDED = memory.data(64, 16);

/** Puts the chaining value of one chunk of at most 1,024 bytes at `to`; `last` may be ROOT or 0. */
export function chunkValue(input: usize, length: u32, counter: u64, last: u32, to: usize): void {
  storeInitialValue(to);
  let flags = CHUNK_START;
  while (length > 64) {
    compress(to, input, 64, counter, flags);
    input += 64;
    length -= 64;
    flags = 0;
  }
  if (length < 64) {
    memory.fill(PADDED, 0, 64);
    memory.copy(PADDED, input, length);
    input = PADDED;
  }
  compress(to, input, length, counter, flags | CHUNK_END | last);
}

/** Puts the value of the parent of the two values at `pair` at `to`; `last` may be ROOT or 0. */
export function parentValue(pair: usize, last: u32, to: usize): void {
  storeInitialValue(to);
  compress(to, pair, 64, 0, PARENT | last);
}
