/** Reading the numbers of tar: octal digits, GNU's and star's base 256, pax decimals. */
import { LARGEST } from "./tar_format";

/** Given instead of a number: no number stands there, or one past what can be held exactly. */
export const NO_NUMBER: i64 = i64.MIN_VALUE;
export const NUMBER_OUT_OF_RANGE: i64 = i64.MIN_VALUE + 1;

function isDigit(byte: u32, base: u32): bool {
  return byte - 0x30 < base;
}

/** A number of a header field: octal, or base 256 if the first bit is set (the GNU tar manual). */
export function headerNumber(at: usize, width: usize): i64 {
  const end = at + width;
  if (load<u8>(at) & 0x80) return base256(at, end);
  while (at < end && load<u8>(at) == 0x20) at++;
  if (at == end || !isDigit(load<u8>(at), 8)) return NO_NUMBER;
  let value: i64 = 0;
  for (; at < end && isDigit(load<u8>(at), 8); at++) value = value << 3 | (load<u8>(at) & 7);
  // Blanks and NULs may follow, nothing else.
  for (; at < end; at++) if (load<u8>(at) != 0 && load<u8>(at) != 0x20) return NO_NUMBER;
  return value;
}

function base256(at: usize, end: usize): i64 {
  const first = load<u8>(at++);
  // Seven bits of two's complement.
  let value: i64 = first & 0x40 ? <i64> (first & 0x7f) - 0x80 : <i64> (first & 0x7f);
  for (; at < end; at++) {
    if (value > LARGEST >> 8 || value < -(LARGEST >> 8)) return NUMBER_OUT_OF_RANGE;
    value = value << 8 | load<u8>(at);
  }
  return value;
}

/** A whole decimal number that fills all of the bytes. */
export function decimalNumber(at: usize, length: usize): i64 {
  if (length == 0) return NO_NUMBER;
  let value: i64 = 0;
  for (let i: usize = 0; i < length; i++) {
    const byte = load<u8>(at + i);
    if (!isDigit(byte, 10)) return NO_NUMBER;
    if (value > LARGEST) continue;
    value = value * 10 + <i64> (byte & 15);
  }
  return value > LARGEST ? NUMBER_OUT_OF_RANGE : value;
}

/** The nanoseconds of the time last read by `decimalTime`. */
export let timeNanoseconds: u32 = 0;

/** A decimal time; gives whole seconds, rounded down, and sets `timeNanoseconds`. */
export function decimalTime(at: usize, length: usize): i64 {
  const negative = length > 0 && load<u8>(at) == 0x2d;
  if (negative) {
    at++;
    length--;
  }
  let whole: usize = 0;
  while (whole < length && load<u8>(at + whole) != 0x2e) whole++;
  let seconds = decimalNumber(at, whole);
  if (seconds < 0) return seconds;
  let fraction: u32 = 0;
  let unit: u32 = 100_000_000;
  if (whole + 1 == length) return NO_NUMBER;
  for (let i = whole + 1; i < length; i++) {
    const byte = load<u8>(at + i);
    if (!isDigit(byte, 10)) return NO_NUMBER;
    fraction += (byte & 15) * unit;
    unit /= 10;
  }
  if (negative) {
    seconds = -seconds;
    if (fraction > 0) {
      seconds -= 1;
      fraction = 1_000_000_000 - fraction;
    }
  }
  timeNanoseconds = fraction;
  return seconds;
}
