/**
 * BLAKE3's compression function over four inputs at once, one per SIMD lane: the hot path of every
 * hash, guarded by bench/digest_bench.ts. Section 2.2 of the BLAKE3 paper gives the rounds, section
 * 5.3 this way of running them (https://github.com/BLAKE3-team/BLAKE3-specs).
 */
import { LANE_WORDS } from "./layout";

/** How the message words are reordered from one round to the next: table 2 of the paper. */
// deno-fmt-ignore
const PERMUTATION = memory.data<u8>([2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]);

/** The addresses of the sixteen message words, in the order each of the seven rounds takes them. */
const SCHEDULE = memory.data(7 * 64, 16);
for (let i: usize = 0; i < 16; i++) store<u32>(SCHEDULE + 4 * i, <u32> (LANE_WORDS + 16 * i));
for (let i: usize = 16; i < 112; i++) {
  const before = (i & ~15) - 16 + load<u8>(PERMUTATION + (i & 15));
  store<u32>(SCHEDULE + 4 * i, load<u32>(SCHEDULE + 4 * before));
}

/** Turns every 32-bit lane right by 16 bits. */
export function rotate16(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

/** Turns every 32-bit lane right by 12 bits. */
export function rotate12(x: v128): v128 {
  return v128.or(i32x4.shr_u(x, 12), i32x4.shl(x, 20));
}

/** Turns every 32-bit lane right by 8 bits. */
export function rotate8(x: v128): v128 {
  return i8x16.shuffle(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
}

/** Turns every 32-bit lane right by 7 bits. */
export function rotate7(x: v128): v128 {
  return v128.or(i32x4.shr_u(x, 7), i32x4.shl(x, 25));
}

function add(x: v128, y: v128): v128 {
  return i32x4.add(x, y);
}

function add3(x: v128, y: v128, z: v128): v128 {
  return i32x4.add(i32x4.add(x, y), z);
}

/** Takes four words of each of four inputs and stores them word by word. */
function transpose(input: usize, stride: usize, to: usize): void {
  const a = v128.load(input);
  const b = v128.load(input + stride);
  const c = v128.load(input + 2 * stride);
  const d = v128.load(input + 3 * stride);
  const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(abLow, cdLow, 0, 2));
  v128.store(to, v128.shuffle<i64>(abLow, cdLow, 1, 3), 16);
  v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 48);
}

/** Stores four words of four values, given word by word, into four values 32 bytes apart. */
function untranspose(a: v128, b: v128, c: v128, d: v128, to: usize): void {
  const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(abLow, cdLow, 0, 2));
  v128.store(to, v128.shuffle<i64>(abLow, cdLow, 1, 3), 32);
  v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 64);
  v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 96);
}

/**
 * Compresses four inputs of `blocks` whole blocks each, that stand one behind the other, into four
 * chaining values at `to`. Lane n counts as chunk `counter + n * step`; the low half of the counter
 * never overflows between lanes, since chunks come in aligned groups. `to` may be `input`: all of
 * a group is read before any of it is written, as long as there is one block.
 */
export function compressLanes(
  input: usize,
  blocks: u32,
  counter: u64,
  step: i32,
  flags: u32,
  startFlag: u32,
  endFlag: u32,
  to: usize,
): void {
  const stride = <usize> blocks << 6;
  const counterLow = add(
    i32x4.splat(<i32> counter),
    i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step)),
  );
  const counterHigh = i32x4.splat(<i32> (counter >> 32));
  let h0 = i32x4.splat(0x6a09e667);
  let h1 = i32x4.splat(0xbb67ae85);
  let h2 = i32x4.splat(0x3c6ef372);
  let h3 = i32x4.splat(0xa54ff53a);
  let h4 = i32x4.splat(0x510e527f);
  let h5 = i32x4.splat(0x9b05688c);
  let h6 = i32x4.splat(0x1f83d9ab);
  let h7 = i32x4.splat(0x5be0cd19);
  let blockFlags = flags | startFlag;
  for (let left = blocks; left > 0; left--) {
    if (left == 1) blockFlags |= endFlag;
    transpose(input, stride, LANE_WORDS);
    transpose(input + 16, stride, LANE_WORDS + 64);
    transpose(input + 32, stride, LANE_WORDS + 128);
    transpose(input + 48, stride, LANE_WORDS + 192);
    input += 64;
    let v0 = h0, v1 = h1, v2 = h2, v3 = h3, v4 = h4, v5 = h5, v6 = h6, v7 = h7;
    let v8 = i32x4.splat(0x6a09e667);
    let v9 = i32x4.splat(0xbb67ae85);
    let v10 = i32x4.splat(0x3c6ef372);
    let v11 = i32x4.splat(0xa54ff53a);
    let v12 = counterLow;
    let v13 = counterHigh;
    let v14 = i32x4.splat(64);
    let v15 = i32x4.splat(blockFlags);
    // Seven rounds. A local cannot be passed by reference, hence the eight mixings in full.
    for (let row = SCHEDULE; row < SCHEDULE + 7 * 64; row += 64) {
      v0 = add3(v0, v4, v128.load(load<u32>(row)));
      v12 = rotate16(v128.xor(v12, v0));
      v8 = add(v8, v12);
      v4 = rotate12(v128.xor(v4, v8));
      v0 = add3(v0, v4, v128.load(load<u32>(row, 4)));
      v12 = rotate8(v128.xor(v12, v0));
      v8 = add(v8, v12);
      v4 = rotate7(v128.xor(v4, v8));
      v1 = add3(v1, v5, v128.load(load<u32>(row, 8)));
      v13 = rotate16(v128.xor(v13, v1));
      v9 = add(v9, v13);
      v5 = rotate12(v128.xor(v5, v9));
      v1 = add3(v1, v5, v128.load(load<u32>(row, 12)));
      v13 = rotate8(v128.xor(v13, v1));
      v9 = add(v9, v13);
      v5 = rotate7(v128.xor(v5, v9));
      v2 = add3(v2, v6, v128.load(load<u32>(row, 16)));
      v14 = rotate16(v128.xor(v14, v2));
      v10 = add(v10, v14);
      v6 = rotate12(v128.xor(v6, v10));
      v2 = add3(v2, v6, v128.load(load<u32>(row, 20)));
      v14 = rotate8(v128.xor(v14, v2));
      v10 = add(v10, v14);
      v6 = rotate7(v128.xor(v6, v10));
      v3 = add3(v3, v7, v128.load(load<u32>(row, 24)));
      v15 = rotate16(v128.xor(v15, v3));
      v11 = add(v11, v15);
      v7 = rotate12(v128.xor(v7, v11));
      v3 = add3(v3, v7, v128.load(load<u32>(row, 28)));
      v15 = rotate8(v128.xor(v15, v3));
      v11 = add(v11, v15);
      v7 = rotate7(v128.xor(v7, v11));
      v0 = add3(v0, v5, v128.load(load<u32>(row, 32)));
      v15 = rotate16(v128.xor(v15, v0));
      v10 = add(v10, v15);
      v5 = rotate12(v128.xor(v5, v10));
      v0 = add3(v0, v5, v128.load(load<u32>(row, 36)));
      v15 = rotate8(v128.xor(v15, v0));
      v10 = add(v10, v15);
      v5 = rotate7(v128.xor(v5, v10));
      v1 = add3(v1, v6, v128.load(load<u32>(row, 40)));
      v12 = rotate16(v128.xor(v12, v1));
      v11 = add(v11, v12);
      v6 = rotate12(v128.xor(v6, v11));
      v1 = add3(v1, v6, v128.load(load<u32>(row, 44)));
      v12 = rotate8(v128.xor(v12, v1));
      v11 = add(v11, v12);
      v6 = rotate7(v128.xor(v6, v11));
      v2 = add3(v2, v7, v128.load(load<u32>(row, 48)));
      v13 = rotate16(v128.xor(v13, v2));
      v8 = add(v8, v13);
      v7 = rotate12(v128.xor(v7, v8));
      v2 = add3(v2, v7, v128.load(load<u32>(row, 52)));
      v13 = rotate8(v128.xor(v13, v2));
      v8 = add(v8, v13);
      v7 = rotate7(v128.xor(v7, v8));
      v3 = add3(v3, v4, v128.load(load<u32>(row, 56)));
      v14 = rotate16(v128.xor(v14, v3));
      v9 = add(v9, v14);
      v4 = rotate12(v128.xor(v4, v9));
      v3 = add3(v3, v4, v128.load(load<u32>(row, 60)));
      v14 = rotate8(v128.xor(v14, v3));
      v9 = add(v9, v14);
      v4 = rotate7(v128.xor(v4, v9));
    }
    h0 = v128.xor(v0, v8);
    h1 = v128.xor(v1, v9);
    h2 = v128.xor(v2, v10);
    h3 = v128.xor(v3, v11);
    h4 = v128.xor(v4, v12);
    h5 = v128.xor(v5, v13);
    h6 = v128.xor(v6, v14);
    h7 = v128.xor(v7, v15);
    blockFlags = flags;
  }
  untranspose(h0, h1, h2, h3, to);
  untranspose(h4, h5, h6, h7, to + 16);
}
