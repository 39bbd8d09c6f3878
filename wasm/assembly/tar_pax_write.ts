/** Writing pax records: `length keyword=value\n`, the length counting itself. */
import { putText } from "./tar_format";

function digits(value: u64): usize {
  let count: usize = 1;
  for (; value > 9; value /= 10) count++;
  return count;
}

function putDecimal(at: usize, value: u64, width: usize): usize {
  for (let i = <isize> width - 1; i >= 0; i--) {
    store<u8>(at + i, 0x30 + <u8> (value % 10));
    value /= 10;
  }
  return at + width;
}

/** Writes everything before the value and gives the address where the value goes. */
function beginRecord(at: usize, keyword: string, valueBytes: usize): usize {
  const rest: usize = 3 + <usize> keyword.length + valueBytes;
  let length: usize = rest + digits(rest);
  length = rest + digits(length);
  at = putDecimal(at, length, digits(length));
  store<u8>(at, 0x20);
  at = putText(at + 1, keyword);
  store<u8>(at, 0x3d);
  return at + 1;
}

function endRecord(at: usize): usize {
  store<u8>(at, 0x0a);
  return at + 1;
}

/** A record whose value is any bytes. */
export function paxRecord(at: usize, keyword: string, value: usize, valueBytes: usize): usize {
  at = beginRecord(at, keyword, valueBytes);
  memory.copy(at, value, valueBytes);
  return endRecord(at + valueBytes);
}

/** A record whose value is ASCII text. */
export function paxText(at: usize, keyword: string, value: string): usize {
  return endRecord(putText(beginRecord(at, keyword, value.length), value));
}

/** A record whose value is a whole number. */
export function paxNumber(at: usize, keyword: string, value: u64): usize {
  const width = digits(value);
  return endRecord(putDecimal(beginRecord(at, keyword, width), value, width));
}

/** A time with as many decimals as it needs. Before 1970 it is a true decimal: -1.5, not -2 + .5. */
export function paxMtime(at: usize, seconds: i64, nanoseconds: u32): usize {
  const negative = seconds < 0;
  let fraction = nanoseconds;
  if (negative && fraction > 0) {
    seconds += 1;
    fraction = 1_000_000_000 - fraction;
  }
  const whole = <u64> (negative ? 0 - seconds : seconds);
  let decimals: usize = fraction == 0 ? 0 : 9;
  for (; decimals > 0 && fraction % 10 == 0; decimals--) fraction /= 10;
  const width = digits(whole);
  at = beginRecord(at, "mtime", (negative ? 1 : 0) + width + (decimals > 0 ? decimals + 1 : 0));
  if (negative) store<u8>(at++, 0x2d);
  at = putDecimal(at, whole, width);
  if (decimals > 0) {
    store<u8>(at, 0x2e);
    at = putDecimal(at + 1, fraction, decimals);
  }
  return endRecord(at);
}
