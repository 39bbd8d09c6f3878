/**
 * What blit.wasm offers: BLAKE3, XXH64 and tar headers over the places that layout.ts lays down.
 * Built by `deno task wasm`; core/digest and core/shard are its faces. No imports, no allocation.
 */
export { hashBegin, hashFinish, hashPushValues, hashStateBytes, hashUpdate } from "./blake3";
export { packContentEnd, packEnd, packHeader } from "./tar_pack";
export { unpackEntry } from "./tar_unpack";
export { blockSums } from "./xxh64";

/** Where the constants the compiler placed end: the build checks that it is below 64 KiB. */
export function staticEnd(): usize {
  return __heap_base;
}
