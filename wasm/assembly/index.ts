/**
 * What blit.wasm offers: BLAKE3, XXH64 and tar headers over the places that layout.ts lays down.
 * Built by `deno task wasm`; core/digest and core/shard are its faces. No imports, no allocation.
 */
import {
  ENTRY,
  HASH_STATE_BYTES,
  HASH_STATES,
  HEADER,
  HEADER_BYTES,
  LINK,
  NAME,
  NAME_BYTES,
  SLOT_BYTES,
  SLOT_COUNT,
  SLOTS,
  SUMS,
  SUMS_BYTES,
  WINDOW,
  WINDOW_BYTES,
} from "./layout";

export { hashBegin, hashFinish, hashPushValues, hashStateBytes, hashUpdate } from "./blake3";
export { packContentEnd, packEnd, packHeader } from "./tar_pack";
export { unpackEntry } from "./tar_unpack";
export { blockSums } from "./xxh64";

// Where things are, for the faces: layout.ts has the map.

/** Where the input window begins, and its size. */
export function windowAt(): usize {
  return WINDOW;
}
export function windowBytes(): usize {
  return WINDOW_BYTES;
}

/** Where a BLAKE3 state begins. */
export function hashStateAt(slot: u32): usize {
  return HASH_STATES + <usize> slot * HASH_STATE_BYTES;
}

/** Where block sums are given back, and how many bytes of them at most. */
export function sumsAt(): usize {
  return SUMS;
}
export function sumsBytes(): usize {
  return SUMS_BYTES;
}

/** Where the packer finds name and link target, and the most either may hold. */
export function nameAt(): usize {
  return NAME;
}
export function linkAt(): usize {
  return LINK;
}
export function nameBytes(): usize {
  return NAME_BYTES;
}

/** Where a header goes that stands alone, and how much room it has. */
export function headerAt(): usize {
  return HEADER;
}
export function headerBytes(): usize {
  return HEADER_BYTES;
}

/** Where the unpacker leaves the fields of an entry. */
export function entryAt(): usize {
  return ENTRY;
}

/** Where the shard slots begin, how large one is, and how many there are. */
export function slotsAt(): usize {
  return SLOTS;
}
export function slotBytes(): usize {
  return SLOT_BYTES;
}
export function slotCount(): usize {
  return SLOT_COUNT;
}

/** Where the constants the compiler placed end: the build checks that it is below 64 KiB. */
export function staticEnd(): usize {
  return __heap_base;
}
