import assert from "node:assert/strict";
import fc from "fast-check";
import { WireError } from "../../../../core/remote/batch/wire_error.ts";
import { RecordReader, RecordType, RecordWriter } from "../../../../core/remote/data/mod.ts";
import { Errno } from "../../../../core/sys/errno.ts";
import { MemoryInlet, MemoryOutlet } from "../../../unit/remote/data/memory_stream.ts";

const u8 = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 65_535 });
const u32 = fc.integer({ min: 0, max: 4_294_967_295 });
const batch = fc.integer({ min: 1, max: 4_294_967_295 });
const failure = fc.tuple(u8, fc.integer({ min: 1, max: 255 }), fc.boolean()).map(
  ([operation, number, isErrno]) => ({
    operation,
    errno: isErrno ? number : 0,
    code: isErrno ? 0 : number,
  }),
);
const shard = fc.record({
  type: fc.constant(RecordType.Shard),
  pairs: fc.array(fc.tuple(batch, u16), { minLength: 1, maxLength: 20 }),
  tar: fc.integer({ min: 2, max: 6 }).chain((blocks) =>
    fc.uint8Array({ minLength: blocks * 512, maxLength: blocks * 512 })
  ),
});
const file = fc.record({
  type: fc.constant(RecordType.File),
  state: fc.record({
    batch,
    entry: u16,
    size: fc.integer({ min: 100_000, max: Number.MAX_SAFE_INTEGER }),
    mtimeSeconds: fc.maxSafeInteger(),
    mtimeNanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
    mode: u32,
    uid: u32,
    gid: u32,
    blocks: fc.maxSafeNat(),
  }),
  blocks: fc.array(fc.tuple(fc.nat(1000), fc.uint8Array({ minLength: 1, maxLength: 500 })), {
    maxLength: 5,
  }),
  failure: fc.option(failure, { nil: undefined }),
});
const failed = fc.record({ type: fc.constant(RecordType.Failed), batch, entry: u16, failure });
const unasked = fc.record({
  type: fc.constant(RecordType.Batch),
  listed: fc.record({ stream: u16, batches: u32 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 3000 }),
});
const records = fc.array(fc.oneof(shard, file, failed, unasked), { maxLength: 6 });
type Given = (typeof records) extends fc.Arbitrary<infer T> ? T : never;

function write(given: Given): Uint8Array<ArrayBuffer> {
  const outlet = new MemoryOutlet();
  const writer = new RecordWriter(outlet);
  for (const record of given) {
    if (record.type === RecordType.Shard) {
      const batches = Uint32Array.from(record.pairs, ([number]) => number);
      const entries = Uint16Array.from(record.pairs, ([, entry]) => entry);
      writer.shard(batches, entries, record.pairs.length, new Uint8Array(record.tar));
    } else if (record.type === RecordType.Failed) {
      writer.failed(record.batch, record.entry, record.failure);
    } else if (record.type === RecordType.Batch) {
      writer.batch(new Uint8Array(record.bytes), record.listed);
    } else {
      writer.file(record.state);
      let offset = 0;
      for (const [gap, bytes] of record.blocks) {
        writer.blocks(offset + gap, new Uint8Array(bytes), bytes.length);
        offset += gap + bytes.length;
      }
      writer.fileEnd(record.failure);
    }
  }
  writer.end();
  return outlet.bytes;
}

function content(reader: RecordReader): Uint8Array {
  const bytes = new Uint8Array(reader.contentLeft);
  let filled = 0;
  while (reader.contentLeft > 0) {
    const count = reader.read(bytes.subarray(filled));
    assert(count > 0);
    filled += count;
  }
  return bytes;
}

/** Reads all that can be read, in memory that no peer chooses the size of; the last result. */
function readAll(bytes: Uint8Array): number {
  const reader = new RecordReader(new MemoryInlet(bytes));
  while (true) {
    const type = reader.next();
    if (type <= 0 || type === RecordType.End) return type;
    const skipped = reader.skip();
    if (skipped < 0) return skipped;
  }
}

Deno.test("records come back whatever they hold and however the bytes come", () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(records, pieces, (given, sizes) => {
    const reader = new RecordReader(new MemoryInlet(write(given), sizes));
    for (const record of given) {
      assert.equal(reader.next(), record.type);
      if (record.type === RecordType.Shard) {
        assert.equal(reader.pairCount, record.pairs.length);
        for (const [index, pair] of record.pairs.entries()) {
          assert.deepEqual([reader.pairBatches[index], reader.pairEntries[index]], pair);
        }
        assert.deepEqual(content(reader), new Uint8Array(record.tar));
      } else if (record.type === RecordType.Failed) {
        assert.deepEqual([reader.failedBatch, reader.failedEntry], [record.batch, record.entry]);
        assert.deepEqual(reader.failure, record.failure);
      } else if (record.type === RecordType.Batch) {
        const { listedStream: stream, listedBatches: batches } = reader;
        assert.deepEqual({ stream, batches }, { ...record.listed });
        const bytes = new Uint8Array(reader.contentLeft + 1);
        assert.equal(reader.readBatch(bytes), 0);
        assert.equal(reader.contentLeft, 0);
        assert.deepEqual(bytes.subarray(0, -1), new Uint8Array(record.bytes));
      } else {
        assert.deepEqual(reader.file, { ...record.state });
        let offset = 0;
        for (const [gap, bytes] of record.blocks) {
          assert.equal(reader.next(), RecordType.Blocks);
          assert.equal(reader.offset, offset + gap);
          assert.deepEqual(content(reader), new Uint8Array(bytes));
          offset += gap + bytes.length;
        }
        assert.equal(reader.next(), RecordType.FileEnd);
        assert.equal(reader.isWhole, record.failure === undefined);
        if (record.failure !== undefined) assert.deepEqual(reader.failure, record.failure);
      }
    }
    assert.equal(reader.next(), RecordType.End);
  }));
});

Deno.test("a stream cut at any byte is a lost connection, and never ends well", () => {
  fc.assert(
    fc.property(records, (given) => {
      const bytes = write(given);
      for (let length = 0; length < bytes.length; length += length < 400 ? 1 : 97) {
        assert.equal(readAll(bytes.subarray(0, length)), -Errno.ECONNRESET);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("a stream with any bytes changed throws a WireError or nothing", () => {
  const changes = fc.array(fc.tuple(fc.nat(), u8), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(records, changes, (given, list) => {
      const bytes = write(given);
      for (const [at, value] of list) bytes[at % bytes.length] = value;
      try {
        const last = readAll(bytes);
        assert(last === RecordType.End || last === -Errno.ECONNRESET, String(last));
      } catch (error) {
        assert(error instanceof WireError, String(error));
        assert.match(error.code, /^record-[a-z]+$/);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("bytes of any kind throw a WireError or nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), u8, (bytes, type) => {
      if (bytes.length > 1) bytes.set([0xb1, type % 8]);
      try {
        assert(readAll(bytes) < 0);
      } catch (error) {
        assert(error instanceof WireError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});
