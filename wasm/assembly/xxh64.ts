/** XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): sums of blocks. */
import { SUMS } from "./layout";

const PRIME_1: u64 = 0x9e3779b185ebca87;
const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME_3: u64 = 0x165667b19e3779f9;
const PRIME_4: u64 = 0x85ebca77c2b2ae63;
const PRIME_5: u64 = 0x27d4eb2f165667c5;

function round(lane: u64, word: u64): u64 {
  return rotl<u64>(lane + word * PRIME_2, 31) * PRIME_1;
}

function mergeLane(sum: u64, lane: u64): u64 {
  return (sum ^ round(0, lane)) * PRIME_1 + PRIME_4;
}

/** The XXH64 of `length` bytes at `input`, with seed 0. */
function xxh64(input: usize, length: u32): u64 {
  const end = input + length;
  let sum = PRIME_5;
  if (length >= 32) {
    let lane1 = PRIME_1 + PRIME_2;
    let lane2 = PRIME_2;
    let lane3: u64 = 0;
    let lane4: u64 = 0 - PRIME_1;
    const lastStripe = end - 32;
    while (input <= lastStripe) {
      lane1 = round(lane1, load<u64>(input));
      lane2 = round(lane2, load<u64>(input, 8));
      lane3 = round(lane3, load<u64>(input, 16));
      lane4 = round(lane4, load<u64>(input, 24));
      input += 32;
    }
    sum = rotl<u64>(lane1, 1) + rotl<u64>(lane2, 7) + rotl<u64>(lane3, 12) + rotl<u64>(lane4, 18);
    sum = mergeLane(mergeLane(mergeLane(mergeLane(sum, lane1), lane2), lane3), lane4);
  }
  sum += length;
  for (; input + 8 <= end; input += 8) {
    sum = rotl<u64>(sum ^ round(0, load<u64>(input)), 27) * PRIME_1 + PRIME_4;
  }
  if (input + 4 <= end) {
    sum = rotl<u64>(sum ^ <u64> load<u32>(input) * PRIME_1, 23) * PRIME_2 + PRIME_3;
    input += 4;
  }
  for (; input < end; input++) {
    sum = rotl<u64>(sum ^ <u64> load<u8>(input) * PRIME_5, 11) * PRIME_1;
  }
  sum = (sum ^ sum >> 33) * PRIME_2;
  sum = (sum ^ sum >> 29) * PRIME_3;
  return sum ^ sum >> 32;
}

/**
 * Puts the sums of the blocks of `blockBytes` in `length` bytes at `input` at SUMS, eight bytes
 * each; the last block may be shorter. The caller sees to it that they fit there.
 */
export function blockSums(input: usize, length: u32, blockBytes: u32): void {
  let to = SUMS;
  for (let done: u32 = 0; done < length; done += blockBytes) {
    store<u64>(to, xxh64(input + done, min<u32>(blockBytes, length - done)));
    to += 8;
  }
}
