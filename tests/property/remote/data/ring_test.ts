import assert from "node:assert/strict";
import fc from "fast-check";
import { makeRingMemory, Ring, RING_BYTES, RingWord } from "../../../../core/remote/data/ring.ts";

/** Bytes to write (positive) or to read (negative). */
const steps = fc.array(
  fc.oneof(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -RING_BYTES, max: RING_BYTES })),
  { maxLength: 40 },
);
/** Where the counts begin: near the ring's end, and near 2^31 and 2^32, where they turn over. */
const starts = fc.tuple(
  fc.constantFrom(0, RING_BYTES, 2 ** 31, 2 ** 32 - RING_BYTES, 2 ** 32),
  fc.integer({ min: -1000, max: 1000 }),
).map(([near, by]) => near + by);

/** The byte at a place of the stream. */
function byteAt(position: number): number {
  return (position ^ (position >>> 8) ^ (position >>> 16)) & 0xff;
}

Deno.test("a ring knows its room and what is in it, wherever its counts stand", () => {
  fc.assert(
    fc.property(steps, starts, (given, start) => {
      const memory = makeRingMemory();
      const writer = new Ring(memory);
      const reader = new Ring(memory);
      Atomics.store(writer.words, RingWord.Written, start | 0);
      Atomics.store(writer.words, RingWord.Read, start | 0);
      let written = 0;
      let read = 0;
      for (const step of given) {
        if (step >= 0) {
          const room = writer.writable(step);
          assert(room.length <= step && room.length <= RING_BYTES - (written - read));
          writer.wrote(room.length);
          written += room.length;
        } else {
          const bytes = reader.readable(-step);
          assert(bytes.length <= -step && bytes.length <= written - read);
          assert(bytes.length > 0 || written === read);
          read += bytes.length;
          reader.read(bytes.length);
        }
        assert.equal(reader.filled, written - read);
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("bytes written in one size are read in another", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, sizes, starts, (writes, reads, start) => {
      const ring = new Ring(makeRingMemory());
      Atomics.store(ring.words, RingWord.Written, start | 0);
      Atomics.store(ring.words, RingWord.Read, start | 0);
      let written = 0;
      let read = 0;
      for (let turn = 0; read < 500_000; turn++) {
        const room = ring.writable(writes[turn % writes.length] ?? 1);
        for (let index = 0; index < room.length; index++) room[index] = byteAt(written + index);
        ring.wrote(room.length);
        written += room.length;
        const bytes = ring.readable(reads[turn % reads.length] ?? 1);
        for (let index = 0; index < bytes.length; index++) {
          if (bytes[index] !== byteAt(read + index)) assert.fail(`byte ${read + index}`);
        }
        ring.read(bytes.length);
        read += bytes.length;
        if (turn > 3000) break; // tiny pieces
      }
      assert(read > 0);
    }),
    { numRuns: 30 },
  );
});
