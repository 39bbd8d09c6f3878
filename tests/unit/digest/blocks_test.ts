import assert from "node:assert/strict";
import {
  blake3,
  BLOCK_BYTES,
  combine,
  inputWindow,
  rootFromBlocks,
  subtree,
  subtreeFromWindow,
  toHex,
} from "../../../core/digest/mod.ts";

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 11)) & 255);
}

Deno.test("the values of a file's 1 MiB blocks make its hash", () => {
  const file = pattern(7 * BLOCK_BYTES + 1234);
  const values: number[] = [];
  for (let block = 0; block * BLOCK_BYTES < file.length; block++) {
    const bytes = file.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
    inputWindow().set(bytes);
    values.push(...subtreeFromWindow(bytes.length, block * 1024));
    if (block === 0) continue;
    const expected = blake3(file.subarray(0, Math.min((block + 1) * BLOCK_BYTES, file.length)));
    assert.equal(toHex(rootFromBlocks(Uint8Array.from(values))), toHex(expected));
  }
});

Deno.test("two halves combine to the value of the whole, also far into a file", () => {
  const bytes = pattern(64 * 1024);
  const chunk = 2 ** 40;
  const left = subtree(bytes.subarray(0, 32 * 1024), chunk);
  const right = subtree(bytes.subarray(32 * 1024), chunk + 32);
  assert.equal(toHex(combine(left, right)), toHex(subtree(bytes, chunk)));
  assert.notEqual(toHex(subtree(bytes, chunk)), toHex(subtree(bytes, chunk - 2 ** 32)));
});

Deno.test("a subtree only begins where its size allows", () => {
  assert.throws(() => subtree(new Uint8Array(0), 0), RangeError);
  assert.throws(() => subtree(new Uint8Array(1025), 1), RangeError);
  assert.throws(() => subtree(new Uint8Array(1024), -1), RangeError);
  assert.throws(() => subtree(new Uint8Array(1024), 0.5), RangeError);
  assert.equal(subtree(new Uint8Array(1024), 1).length, 32);
});

Deno.test("block values must be whole, and at least two", () => {
  for (const length of [0, 31, 32, 65]) {
    assert.throws(() => rootFromBlocks(new Uint8Array(length)), RangeError);
  }
  assert.throws(() => combine(new Uint8Array(32), new Uint8Array(31)), RangeError);
});
