import { hashBegin, hashFinish, hashPushValues } from "../../wasm/blit.wasm";
import { chainingValue } from "./blake3.ts";
import { inputWindow, throughWindow, wasmBytes, windowAddress } from "./window.ts";

/** The blocks whose values make a file's hash, 1 MiB: the unit of resume and delta. */
export const BLOCK_BYTES: number = 1024 * 1024;

const CHUNK_BYTES = 1024;
const VALUE_BYTES = 32;
const ONE_SHOT = 1;

/**
 * The BLAKE3 chaining value, 32 bytes, of a subtree: of bytes that begin at chunk `chunkCounter`
 * (1,024 bytes each) of a longer input. Block n of a file begins at chunk n * 1,024.
 *
 * Throws a RangeError if there are no bytes, or if the counter is not a multiple of the chunks they
 * fill, rounded up to a power of two: no subtree begins there.
 *
 * ```ts
 * import { blake3, BLOCK_BYTES, rootFromBlocks, subtree, toHex } from "./mod.ts";
 * import assert from "node:assert/strict";
 * const file = new Uint8Array(BLOCK_BYTES + 5);
 * const values = new Uint8Array(64);
 * values.set(subtree(file.subarray(0, BLOCK_BYTES), 0));
 * values.set(subtree(file.subarray(BLOCK_BYTES), 1024), 32);
 * assert.equal(toHex(rootFromBlocks(values)), toHex(blake3(file)));
 * ```
 */
export function subtree(bytes: Uint8Array, chunkCounter: number): Uint8Array<ArrayBuffer> {
  const chunks = Math.ceil(bytes.length / CHUNK_BYTES);
  const span = 2 ** Math.ceil(Math.log2(chunks));
  if (chunks === 0) throw new RangeError("Cannot take the chaining value of no bytes");
  if (!Number.isSafeInteger(chunkCounter) || chunkCounter < 0 || chunkCounter % span !== 0) {
    throw new RangeError(`No subtree of ${chunks} chunks begins at chunk ${chunkCounter}`);
  }
  return chainingValue(bytes, chunkCounter);
}

/** Like {@linkcode subtree}, of the first `length` bytes of the input window. */
export function subtreeFromWindow(length: number, chunkCounter: number): Uint8Array<ArrayBuffer> {
  windowAddress(length);
  return subtree(inputWindow().subarray(0, length), chunkCounter);
}

/**
 * The chaining value of the subtree whose two halves have these values.
 *
 * ```ts
 * import { combine, subtree, toHex } from "./mod.ts";
 * import assert from "node:assert/strict";
 * const bytes = new Uint8Array(2048);
 * const halves = [subtree(bytes.subarray(0, 1024), 0), subtree(bytes.subarray(1024), 1)] as const;
 * assert.equal(toHex(combine(...halves)), toHex(subtree(bytes, 0)));
 * ```
 */
export function combine(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  if (left.length !== VALUE_BYTES || right.length !== VALUE_BYTES) {
    throw new RangeError("Cannot combine values that are not 32 bytes long");
  }
  const pair = new Uint8Array(2 * VALUE_BYTES);
  pair.set(left);
  pair.set(right, VALUE_BYTES);
  return fold(pair, 0);
}

/**
 * The hash of a file from the values of its blocks, one behind the other, 32 bytes each. All blocks
 * are one size (1 MiB, or any power of two of chunks) but for the last, which may be shorter.
 *
 * Throws a RangeError for fewer than two: the value of a file's only block says nothing about its
 * hash, which is `blake3(bytes)`.
 */
export function rootFromBlocks(values: Uint8Array): Uint8Array<ArrayBuffer> {
  if (values.length % VALUE_BYTES !== 0 || values.length < 2 * VALUE_BYTES) {
    throw new RangeError(`Cannot make a hash of ${values.length} bytes of block values`);
  }
  return fold(values, 1);
}

function fold(values: Uint8Array, isRoot: 0 | 1): Uint8Array<ArrayBuffer> {
  hashBegin(ONE_SHOT, 0, 0);
  throughWindow(values, BLOCK_BYTES, pushValues);
  const result = hashFinish(ONE_SHOT, isRoot);
  return wasmBytes.slice(result, result + VALUE_BYTES);
}

function pushValues(address: number, length: number): void {
  hashPushValues(ONE_SHOT, address, length / VALUE_BYTES);
}
