/**
 * Digests of file content, computed in WASM: BLAKE3 for whole files and for their aligned blocks,
 * and a fast 64-bit sum for blocks that are only compared. All of it is synchronous.
 *
 * Importing this folder instantiates wasm/blit.wasm for the thread (under a millisecond), so code
 * on the way to the first byte imports it lazily. Imports wasm only. Begin with `blake3.ts`.
 *
 * @module
 */
export { Blake3, blake3, toHex } from "./blake3.ts";
export { BLOCK_BYTES, combine, rootFromBlocks, subtree, subtreeFromWindow } from "./blocks.ts";
export { blockSum, blockSums, blockSumsFromWindow } from "./blocksum.ts";
export { inputWindow } from "./window.ts";
