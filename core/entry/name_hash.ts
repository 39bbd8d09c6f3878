import type { NameTable } from "./names.ts";

/** The one that FNV names for 32 bits. */
const OFFSET_BASIS = 0x811c9dc5;

/** A name's hash, of 32 bits with a sign: FNV-1a (draft-eastlake-fnv), its halves mixed. */
export function nameHash(
  { bytes, offsets, lengths }: NameTable,
  index: number,
  seed: number = OFFSET_BASIS,
): number {
  const start = offsets[index]!; // callers ask for entries that the table has
  const end = start + lengths[index]!;
  let value = seed;
  for (let at = start; at < end; at++) value = Math.imul(value ^ bytes[at]!, 0x01000193);
  return value ^ value >>> 16;
}
