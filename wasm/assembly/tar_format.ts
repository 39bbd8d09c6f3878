/**
 * The ustar header block and what reading and writing share: POSIX.1-2017, pax, "ustar Interchange
 * Format" and "pax Interchange Format"
 * (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html).
 */

export const BLOCK: usize = 512;

// Offsets in a header block; a field ends where the next begins.
export const NAME_AT: usize = 0;
export const MODE_AT: usize = 100;
export const UID_AT: usize = 108;
export const GID_AT: usize = 116;
export const SIZE_AT: usize = 124;
export const MTIME_AT: usize = 136;
export const CHECKSUM_AT: usize = 148;
export const TYPE_AT: usize = 156;
export const LINK_AT: usize = 157;
export const MAGIC_AT: usize = 257;
export const PREFIX_AT: usize = 345;

export const NAME_FIELD: usize = 100;
export const PREFIX_FIELD: usize = 155;

/** Entry kinds are the digits tar itself uses. */
export const KIND_FILE: u32 = 0;
export const KIND_HARD_LINK: u32 = 1;
export const KIND_SYMLINK: u32 = 2;
export const KIND_DIRECTORY: u32 = 5;

/** The largest whole number JavaScript holds exactly: the bound of sizes and times. */
export const LARGEST: i64 = 0x1fffffffffffff;

/** `size` with the zeros that fill its last block. */
export function padded(size: u64): u64 {
  return (size + 511) & ~(<u64> 511);
}

/** What the checksum field must hold: all bytes added up, the field itself taken as blanks. */
export function checksum(header: usize): u32 {
  let sums = i32x4.splat(0);
  for (let at: usize = 0; at < BLOCK; at += 16) {
    const pairs = i16x8.extadd_pairwise_i8x16_u(v128.load(header + at));
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(pairs));
  }
  let sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  for (let at: usize = 0; at < 8; at++) sum += 32 - <i32> load<u8>(header + at, CHECKSUM_AT);
  return <u32> sum;
}

/** Whether a whole block is zero, as the two that end an archive are. */
export function isZeroBlock(at: usize): bool {
  let bits = v128.load(at);
  for (let i: usize = 16; i < BLOCK; i += 16) bits = v128.or(bits, v128.load(at + i));
  return !v128.any_true(bits);
}

/** Writes ASCII text and gives the address behind it. */
export function putText(at: usize, text: string): usize {
  const from = changetype<usize>(text);
  const length = <usize> text.length;
  for (let i: usize = 0; i < length; i++) store<u8>(at + i, <u8> load<u16>(from + (i << 1)));
  return at + length;
}

/** Whether the bytes are this ASCII text. */
export function isText(at: usize, length: usize, text: string): bool {
  if (length != <usize> text.length) return false;
  return startsWith(at, length, text);
}

/** Whether the bytes begin with this ASCII text. */
export function startsWith(at: usize, length: usize, text: string): bool {
  const from = changetype<usize>(text);
  const wanted = <usize> text.length;
  if (length < wanted) return false;
  for (let i: usize = 0; i < wanted; i++) {
    if (load<u8>(at + i) != <u8> load<u16>(from + (i << 1))) return false;
  }
  return true;
}
