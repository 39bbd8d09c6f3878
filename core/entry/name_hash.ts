import type { NameTable } from "./names.ts";

/** The one that FNV names for 32 bits. */
const OFFSET_BASIS = 0x811c9dc5;
/** XXH_PRIME32_1 of xxHash: odd, so that no two words become one. */
const PRIME = 0x9e3779b1;

/** What of a name's last word is its own, by the bytes that are. */
export const LAST_WORD: readonly number[] = [0, 0xff, 0xffff, 0xffffff];

/**
 * A name's hash, of 32 bits with a sign: its first byte, then word by word, each multiplied in and
 * mixed downwards. Names start in the last byte of a word ({@linkcode NameTable}), and what stands
 * behind them does not count. Every machine that Deno runs on has the low byte first.
 */
export function nameHash(
  { bytes, words, offsets, lengths }: NameTable,
  index: number,
  seed: number = OFFSET_BASIS,
): number {
  const start = offsets[index]!; // callers ask for entries that the table has
  const rest = lengths[index]! - 1;
  if (rest < 0) return seed;
  let value = Math.imul(seed ^ bytes[start]!, PRIME);
  let word = (start + 1) >> 2;
  for (const end = word + (rest >> 2); word < end; word++) {
    value = Math.imul(value ^ value >>> 15 ^ words[word]!, PRIME);
  }
  value = Math.imul(value ^ value >>> 15 ^ words[word]! & LAST_WORD[rest & 3]!, PRIME);
  return value ^ value >>> 16;
}
