import assert from "node:assert/strict";
import fc from "fast-check";
import { ShardError, type ShardKind, ShardReader } from "../../../core/shard/mod.ts";
import { headerOf, mendChecksum, pack, type Sample, unpack } from "../../unit/shard/sample.ts";

/** Any byte a name may have, with more of those that matter. */
const byte = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 255 }) },
  { weight: 1, arbitrary: fc.constantFrom(0x0a, 0x20, 0x2e, 0x3d, 0x5c, 0xc3, 0xff) },
).map((code) => String.fromCharCode(code));

const part = fc.string({ unit: byte, minLength: 1, maxLength: 255 })
  .map((text) => text.replaceAll("/", "_"))
  .map((text) => text === ".." ? "dots" : text);
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const target = fc.string({ unit: byte, minLength: 1, maxLength: 300 });
const id = fc.oneof(fc.nat({ max: 1000 }), fc.integer({ min: 0, max: 0xffffffff }));

const entry: fc.Arbitrary<Sample> = fc.record({
  kind: fc.constantFrom<ShardKind>("file", "file", "directory", "symlink", "hard-link"),
  name,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: id,
  gid: id,
  mtimeSeconds: fc.oneof(fc.integer(), fc.maxSafeInteger()),
  mtimeNanoseconds: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999_999 })),
  linkTarget: target,
  content: fc.string({ unit: byte, maxLength: 2000 }),
}).chain((given) =>
  name.map((other) => ({
    ...given,
    linkTarget: given.kind === "symlink"
      ? given.linkTarget
      : given.kind === "hard-link"
      ? other
      : "",
    content: given.kind === "file" ? given.content : "",
  }))
);
const entries = fc.array(entry, { maxLength: 6 });

Deno.test("what is packed is unpacked, whatever bytes the names have and however it arrives", () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 3000 }), (samples, step) => {
      assert.deepEqual(unpack(pack(samples), step), samples);
    }),
    { numRuns: 120 },
  );
});

/** Reads all there is and checks that each entry is well-formed and lies within what was fed. */
function readSafely(archive: Uint8Array): void {
  using reader = new ShardReader();
  const slot = reader.window().byteOffset;
  const isWithin = (view: Uint8Array) =>
    view.length === 0 ||
    (view.byteOffset >= slot && view.byteOffset + view.length <= slot + archive.length);
  try {
    for (const read of reader.entries(archive)) {
      const { name, content, linkTarget } = read;
      assert.ok(name.length > 0 || read.contentOffset > 0);
      assert.ok([name, content, linkTarget].every(isWithin));
      assert.ok(!name.includes(0) && !linkTarget.includes(0));
      const parts = new TextDecoder("latin1").decode(name).split("/");
      assert.ok(!parts.includes(".."));
      assert.ok(read.contentOffset > 0 || (name[0] !== 0x2f && name.at(-1) !== 0x2f));
      assert.ok(Number.isSafeInteger(read.sizeBytes) && read.sizeBytes >= 0);
      assert.ok(Number.isSafeInteger(read.mtimeSeconds));
      assert.ok(read.mtimeNanoseconds < 1e9);
      assert.ok(read.mode <= 0o7777);
      assert.ok(read.kind === "file" || read.sizeBytes === 0);
      const isLink = read.kind === "symlink" || read.kind === "hard-link";
      assert.equal(linkTarget.length > 0, isLink);
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof ShardError)) throw error;
    assert.match(error.message, /^Cannot read a shard/);
  }
}

const change = fc.record({
  at: fc.nat({ max: 4095 }),
  value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 0x20, 0x2f, 0x30, 0x37, 0x80, 0xff)),
});

Deno.test("a changed shard gives well-formed entries or a ShardError, never anything else", () => {
  fc.assert(
    fc.property(
      entries,
      fc.array(change, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      fc.option(fc.nat({ max: 8000 })),
      (samples, changes, mends, cut) => {
        const archive = pack(samples);
        for (const { at, value } of changes) archive[at % archive.length] = value;
        if (mends) {
          // Whatever begins like a header gets a right checksum, so that the rest is looked at.
          for (let at = 0; at < archive.length; at += 512) {
            if (archive[at + 257] === 0x75) mendChecksum(archive, at);
          }
        }
        readSafely(archive.subarray(0, cut ?? archive.length));
      },
    ),
    { numRuns: 400 },
  );
});

Deno.test("noise never gets past the reader", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (noise) => readSafely(noise)),
    { numRuns: 100 },
  );
});

Deno.test("sizes in headers never make the reader claim more than it was fed", () => {
  const size = fc.oneof(
    fc.nat({ max: 20_000 }),
    fc.bigInt({ min: 0n, max: (1n << 36n) - 1n }).map(Number),
  );
  fc.assert(
    fc.property(size, fc.nat({ max: 3000 }), (bytes, present) => {
      const sample: Sample = {
        ...{ kind: "file", name: "n", mode: 0, uid: 0, gid: 0, linkTarget: "" },
        ...{ mtimeSeconds: 0, mtimeNanoseconds: 0, content: "x".repeat(present) },
      };
      assert.equal(headerOf(sample).sizeBytes, present);
      const archive = pack([sample]);
      archive.set(new TextEncoder().encode(bytes.toString(8).padStart(12, "0")), 124);
      mendChecksum(archive);
      readSafely(archive);
    }),
    { numRuns: 200 },
  );
});
