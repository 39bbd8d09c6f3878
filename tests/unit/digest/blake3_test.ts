import assert from "node:assert/strict";
import { createHash, hash as oracle } from "blake3-wasm";
import { Blake3, blake3, inputWindow, toHex } from "../../../core/digest/mod.ts";
import { hasTool, makePlace, run } from "../../support/mod.ts";
import { VECTORS } from "./blake3_vectors.ts";

/** The input of the official test vectors. */
function countingBytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => index % 251);
}

function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}

Deno.test("blake3 gives the official test vectors", () => {
  for (const [length, hash] of VECTORS) {
    assert.equal(toHex(blake3(countingBytes(length))), hash, `${length} bytes`);
  }
});

Deno.test("blake3 agrees with npm:blake3-wasm around every chunk count up to 70", () => {
  const bytes = noise(70 * 1024 + 1);
  for (let chunks = 0; chunks <= 70; chunks++) {
    for (const length of [chunks * 1024 - 1, chunks * 1024, chunks * 1024 + 1]) {
      if (length < 0) continue;
      const input = bytes.subarray(0, length);
      assert.equal(toHex(blake3(input)), oracle(input).toString("hex"), `${length} bytes`);
    }
  }
});

Deno.test("blake3 agrees with npm:blake3-wasm past one subtree of 1 MiB", () => {
  const bytes = noise(3 * 1024 * 1024 + 4097);
  for (const length of [1 << 20, (1 << 20) + 1, 2 << 20, (2 << 20) + 1024, bytes.length]) {
    const input = bytes.subarray(0, length);
    assert.equal(toHex(blake3(input)), createHash().update(input).digest("hex"));
  }
});

Deno.test({
  name: "files read straight into the input window hash as b3sum says",
  ignore: !hasTool("b3sum"),
  async fn() {
    await using place = await makePlace();
    const lengths = [0, 1, 1024, 65_537, (1 << 20) + 7, 5_000_000];
    for (const length of lengths) {
      Deno.writeFileSync(`${place.path}/${length}`, noise(length));
    }
    const names = lengths.map((length) => `${place.path}/${length}`);
    const hasher = new Blake3();
    const ours = names.map((name) => {
      using file = Deno.openSync(name);
      hasher.reset();
      for (let read = 0; (read = file.readSync(inputWindow()) ?? 0) > 0;) {
        hasher.updateFromWindow(read);
      }
      return toHex(hasher.digest());
    });
    const theirs = await run("b3sum", ["--no-names", ...names]);
    assert.deepEqual(ours, theirs.trim().split("\n"));
  },
});

Deno.test("several hashers take turns without disturbing each other", () => {
  const bytes = noise(200_000);
  const hashers = [1, 1000, 1024, 70_000].map((step) => ({ step, done: 0, hasher: new Blake3() }));
  for (let running = true; running;) {
    running = false;
    for (const each of hashers) {
      if (each.done >= bytes.length) continue;
      const step = each.step === 1 && each.done > 3000 ? bytes.length : each.step;
      each.hasher.update(bytes.subarray(each.done, each.done + step));
      each.done += step;
      running = true;
    }
    blake3(bytes.subarray(0, 5000));
  }
  const expected = oracle(bytes).toString("hex");
  for (const { hasher } of hashers) assert.equal(toHex(hasher.digest()), expected);
});

Deno.test("a digest may be taken midway, and a hasher used again after reset", () => {
  const bytes = noise(10_000);
  const other = new Blake3();
  const hasher = new Blake3();
  hasher.update(bytes.subarray(0, 4096));
  assert.equal(toHex(hasher.digest()), toHex(blake3(bytes.subarray(0, 4096))));
  hasher.update(bytes.subarray(4096));
  assert.equal(toHex(hasher.digest()), toHex(blake3(bytes)));
  other.update(bytes);
  hasher.reset();
  assert.equal(toHex(hasher.digest()), VECTORS[0]?.[1]);
  assert.equal(toHex(other.digest()), toHex(blake3(bytes)));
});

Deno.test("more bytes than the window holds cannot be taken from it", () => {
  const hasher = new Blake3();
  assert.ok(inputWindow().length >= 1 << 20);
  for (const length of [-1, 0.5, inputWindow().length + 1]) {
    assert.throws(() => hasher.updateFromWindow(length), RangeError);
  }
});
