const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4, P5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;

function rotate(x: bigint, bits: bigint): bigint {
  return ((x << bits) | (x >> (64n - bits))) & MASK;
}

function round(lane: bigint, word: bigint): bigint {
  return rotate((lane + word * P2) & MASK, 31n) * P1 & MASK;
}

/**
 * XXH64 with seed 0, step by step as its specification has it, in big integers: a second opinion.
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export function referenceXxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let sum: bigint = P5;
  if (bytes.length >= 32) {
    const lanes: bigint[] = [(P1 + P2) & MASK, P2, 0n, (0n - P1) & MASK];
    for (; at + 32 <= bytes.length; at += 32) {
      lanes.forEach((lane, index) => {
        lanes[index] = round(lane, view.getBigUint64(at + 8 * index, true));
      });
    }
    const turns = [1n, 7n, 12n, 18n];
    sum = lanes.reduce((total, lane, index) => total + rotate(lane, turns[index] ?? 0n), 0n) & MASK;
    for (const lane of lanes) sum = ((sum ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  sum = (sum + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    sum = (rotate(sum ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & MASK;
  }
  for (; at + 4 <= bytes.length; at += 4) {
    sum = (rotate(sum ^ (BigInt(view.getUint32(at, true)) * P1 & MASK), 23n) * P2 + P3) & MASK;
  }
  for (; at < bytes.length; at++) {
    sum = rotate(sum ^ (BigInt(view.getUint8(at)) * P5 & MASK), 11n) * P1 & MASK;
  }
  sum = (sum ^ sum >> 33n) * P2 & MASK;
  sum = (sum ^ sum >> 29n) * P3 & MASK;
  return sum ^ sum >> 32n;
}
