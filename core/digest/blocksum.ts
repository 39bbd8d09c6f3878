import { blockSums as sumBlocks, sumsAt, sumsBytes } from "../../wasm/blit.wasm";
import { BLOCK_BYTES } from "./blocks.ts";
import { inputWindow, throughWindow, wasmBytes, windowAddress } from "./window.ts";

const SUM_BYTES = 8;
const MOST_SUMS = sumsBytes() / SUM_BYTES;
const sums = new BigUint64Array(wasmBytes.buffer, sumsAt(), MOST_SUMS);

/** The XXH64 of nothing: a test vector of its specification. */
const EMPTY_SUM = 0xef46db3751d8e999n;

/**
 * The XXH64 (seed 0) of at most 1 MiB: fast, and no protection against someone who wants two
 * blocks to look alike. Throws a RangeError for more bytes.
 *
 * ```ts
 * import { blockSum } from "./mod.ts";
 * import assert from "node:assert/strict";
 * assert.equal(blockSum(new TextEncoder().encode("a")), 0xd24ec4f1a98c6e5bn);
 * ```
 */
export function blockSum(bytes: Uint8Array): bigint {
  if (bytes.length > BLOCK_BYTES) {
    throw new RangeError(`Cannot sum ${bytes.length} bytes as one block of ${BLOCK_BYTES} at most`);
  }
  return blockSums(bytes, BLOCK_BYTES)[0] ?? EMPTY_SUM;
}

/**
 * The XXH64 of each block of `blockBytes` (1 to 1,048,576); the last block may be shorter. No bytes
 * have no blocks.
 *
 * ```ts
 * import { blockSum, blockSums } from "./mod.ts";
 * import assert from "node:assert/strict";
 * const bytes = new Uint8Array(5000);
 * assert.equal(blockSums(bytes, 4096)[1], blockSum(bytes.subarray(4096)));
 * ```
 */
export function blockSums(bytes: Uint8Array, blockBytes: number): BigUint64Array<ArrayBuffer> {
  if (!Number.isInteger(blockBytes) || blockBytes < 1 || blockBytes > BLOCK_BYTES) {
    throw new RangeError(`Cannot sum blocks of ${blockBytes} bytes, only 1 to ${BLOCK_BYTES}`);
  }
  const result = new BigUint64Array(Math.ceil(bytes.length / blockBytes));
  const pieceBytes = Math.min(Math.floor(BLOCK_BYTES / blockBytes), MOST_SUMS) * blockBytes;
  let done = 0;
  throughWindow(bytes, pieceBytes, (address, length) => {
    sumBlocks(address, length, blockBytes);
    const count = Math.ceil(length / blockBytes);
    result.set(sums.subarray(0, count), done);
    done += count;
  });
  return result;
}

/** Like {@linkcode blockSums}, of the first `length` bytes of the input window. */
export function blockSumsFromWindow(
  length: number,
  blockBytes: number,
): BigUint64Array<ArrayBuffer> {
  windowAddress(length);
  return blockSums(inputWindow().subarray(0, length), blockBytes);
}
