import assert from "node:assert/strict";
import { hash as oracle } from "blake3-wasm";
import fc from "fast-check";
import {
  Blake3,
  blake3,
  inputWindow,
  rootFromBlocks,
  subtree,
  toHex,
} from "../../../core/digest/mod.ts";

const pool = new Uint8Array(300_000);
for (let at = 0; at < pool.length; at++) pool[at] = (at * 2654435761) >>> 13;

/** Lengths, mostly at the edges where something changes. */
const length = fc.oneof(
  fc.nat({ max: pool.length }),
  fc.nat({ max: 3000 }),
  fc.tuple(fc.nat({ max: 256 }), fc.integer({ min: -2, max: 2 })).map(([chunks, off]) =>
    Math.min(Math.max(chunks * 1024 + off, 0), pool.length)
  ),
);

Deno.test("pieces of any lengths, by copy or through the window, hash as the whole", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(length, fc.boolean()), { maxLength: 8 }), (pieces) => {
      const hasher = new Blake3();
      let done = 0;
      for (const [wanted, byWindow] of pieces) {
        const piece = pool.subarray(done, Math.min(done + wanted, pool.length));
        if (byWindow) {
          inputWindow().set(piece);
          hasher.updateFromWindow(piece.length);
        } else {
          hasher.update(piece);
        }
        done += piece.length;
      }
      const expected = oracle(pool.subarray(0, done)).toString("hex");
      assert.equal(toHex(hasher.digest()), expected);
    }),
    { numRuns: 150 },
  );
});

Deno.test("aligned blocks of any power of two of chunks compose to the root hash", () => {
  fc.assert(
    fc.property(length, fc.nat({ max: 8 }), (bytes, power) => {
      const blockBytes = 1024 * 2 ** power;
      fc.pre(bytes > blockBytes);
      const file = pool.subarray(0, bytes);
      const values = new Uint8Array(32 * Math.ceil(bytes / blockBytes));
      for (let block = 0; block * blockBytes < bytes; block++) {
        const part = file.subarray(block * blockBytes, (block + 1) * blockBytes);
        values.set(subtree(part, block * 2 ** power), 32 * block);
      }
      assert.equal(toHex(rootFromBlocks(values)), toHex(blake3(file)));
    }),
    { numRuns: 150 },
  );
});
