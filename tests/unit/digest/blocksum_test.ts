import assert from "node:assert/strict";
import { blockSum, blockSums, blockSumsFromWindow, inputWindow } from "../../../core/digest/mod.ts";
import { referenceXxh64 } from "./xxh64_reference.ts";

const encoder = new TextEncoder();

Deno.test("blockSum gives the published values of XXH64", () => {
  assert.equal(blockSum(encoder.encode("")), 0xef46db3751d8e999n);
  assert.equal(blockSum(encoder.encode("a")), 0xd24ec4f1a98c6e5bn);
  assert.equal(blockSum(encoder.encode("abc")), 0x44bc2cf5ad770999n);
  const sentence = encoder.encode("Nobody inspects the spammish repetition");
  assert.equal(blockSum(sentence), 0xfbcea83c8a378bf1n);
});

Deno.test("blockSum agrees with the specification's steps for every length up to 200", () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, index) => (index * 97 + 13) & 255);
  for (let length = 0; length <= bytes.length; length++) {
    const input = bytes.subarray(0, length);
    assert.equal(blockSum(input), referenceXxh64(input), `${length} bytes`);
  }
});

Deno.test("blockSums sums each block by itself, across as many windows as it takes", () => {
  const bytes = Uint8Array.from({ length: 1_300_000 }, (_, index) => (index * 7) ^ (index >> 9));
  for (const blockBytes of [100, 4096, 700_000, 1 << 20]) {
    const sums = blockSums(bytes, blockBytes);
    assert.equal(sums.length, Math.ceil(bytes.length / blockBytes));
    for (const block of [0, 1, sums.length >> 1, sums.length - 1]) {
      const input = bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
      assert.equal(sums[block], blockSum(input), `block ${block} of ${blockBytes}`);
    }
  }
});

Deno.test("blockSumsFromWindow sums what was read there", () => {
  const bytes = Uint8Array.from({ length: 10_000 }, (_, index) => index & 255);
  inputWindow().set(bytes);
  assert.deepEqual(blockSumsFromWindow(bytes.length, 4096), blockSums(bytes, 4096));
  assert.equal(blockSums(new Uint8Array(), 4096).length, 0);
});

Deno.test("blocks of no size or more than 1 MiB are refused", () => {
  for (const size of [0, -1, 1.5, (1 << 20) + 1]) {
    assert.throws(() => blockSums(new Uint8Array(1), size), RangeError);
  }
  assert.throws(() => blockSum(new Uint8Array((1 << 20) + 1)), RangeError);
});
