/** What a name may be, on both sides: a path beneath some root that nobody here decides. */
import { NAME_BYTES } from "./layout";

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;

/** Whether the bytes may be a link's target: some, not too many, no NUL. */
export function isTarget(at: usize, length: usize): bool {
  if (length == 0 || length > NAME_BYTES) return false;
  for (let i: usize = 0; i < length; i++) if (load<u8>(at + i) == 0) return false;
  return true;
}

/** Whether the bytes may be a name: a target that is relative, stays beneath, and ends in no slash. */
export function isName(at: usize, length: usize): bool {
  if (!isTarget(at, length)) return false;
  if (load<u8>(at) == SLASH || load<u8>(at + length - 1) == SLASH) return false;
  let start: usize = 0;
  for (let i: usize = 0; i <= length; i++) {
    if (i < length && load<u8>(at + i) != SLASH) continue;
    if (i - start == 2 && load<u8>(at + start) == DOT && load<u8>(at + start + 1) == DOT) {
      return false;
    }
    start = i + 1;
  }
  return true;
}

/** Whether the bytes are well-formed UTF-8: table 3-7 of the Unicode Standard. */
export function isUtf8(at: usize, length: usize): bool {
  const end = at + length;
  while (at < end) {
    const first = load<u8>(at++);
    if (first < 0x80) continue;
    let low: u8 = 0x80;
    let high: u8 = 0xbf;
    let more = 1;
    if (first < 0xc2 || first > 0xf4) return false;
    if (first >= 0xe0) more = 2;
    if (first >= 0xf0) more = 3;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
    for (; more > 0; more--) {
      if (at == end) return false;
      const next = load<u8>(at++);
      if (next < low || next > high) return false;
      low = 0x80;
      high = 0xbf;
    }
  }
  return true;
}
