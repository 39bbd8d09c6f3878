import assert from "node:assert/strict";
import { WireError } from "../../../../core/remote/batch/wire_error.ts";
import {
  BLOCKS_BYTES_MAX,
  type FileState,
  openInlet,
  openOutlet,
  openWaker,
  RecordReader,
  RecordType,
  RecordWriter,
  Sleeper,
} from "../../../../core/remote/data/mod.ts";
import { ShardReader, ShardWriter } from "../../../../core/shard/mod.ts";
import { openSys } from "../../../../core/sys/mod.ts";
import { Errno } from "../../../../core/sys/errno.ts";
import { openSockets } from "../../../../core/sys/sockets.ts";
import { connection } from "./ground.ts";
import { MemoryInlet, MemoryOutlet } from "./memory_stream.ts";

const FILE: FileState = {
  batch: 7,
  entry: 4095,
  size: 10_000_000_000,
  mtimeSeconds: -5,
  mtimeNanoseconds: 999_999_999,
  mode: 0o100644,
  uid: 4_294_967_294,
  gid: 0,
  blocks: 3,
};
const REASON = { operation: 3, errno: 5, code: 0 };
const EIO = 5;

/** A reader of what a writer was told to write. */
function written(
  write: (writer: RecordWriter, outlet: MemoryOutlet) => void,
  ...files: (Uint8Array<ArrayBuffer> | number)[]
): RecordReader {
  const outlet = new MemoryOutlet(files);
  write(new RecordWriter(outlet), outlet);
  return new RecordReader(new MemoryInlet(outlet.bytes));
}

/** Bytes of one record, changed. */
function changed(
  write: (writer: RecordWriter) => void,
  change: (view: DataView, bytes: Uint8Array) => void,
): RecordReader {
  const outlet = new MemoryOutlet();
  write(new RecordWriter(outlet));
  const bytes = outlet.bytes;
  change(new DataView(bytes.buffer), bytes);
  return new RecordReader(new MemoryInlet(bytes));
}

function refuses(reader: RecordReader, code: string, records = 1): void {
  assert.throws(() => {
    for (let index = 0; index < records; index++) {
      assert(reader.next() > 0);
      assert.equal(reader.skip(), 0);
    }
  }, (error) => {
    assert(error instanceof WireError);
    assert.equal(error.code, code);
    assert.match(error.message, /^Cannot read a record of the data stream: .+\.$/);
    return true;
  });
}

Deno.test("a file's records come back as they were sent", () => {
  const reader = written((writer, outlet) => {
    assert.equal(writer.file(FILE), 0);
    assert.equal(writer.blocks(0, new Uint8Array([1, 2, 3]), 3), 0);
    assert.equal(writer.blocks(9_000_000_000, new Uint8Array([4, 5]), 1), 0);
    assert.equal(writer.fileEnd(), 0);
    assert.equal(writer.file({ ...FILE, entry: 0 }), 0);
    assert.equal(writer.fileEnd(REASON), 0);
    assert.equal(writer.failed(9, 65535, { operation: 1, errno: 0, code: 2 }), 0);
    assert.equal(writer.end(), 0);
    assert(outlet.isClosed);
  });
  const into = new Uint8Array(10);
  assert.equal(reader.next(), RecordType.File);
  assert.deepEqual(reader.file, FILE);
  assert.equal(reader.next(), RecordType.Blocks);
  assert.equal(reader.offset, 0);
  assert.equal(reader.contentLeft, 3);
  assert.equal(reader.read(into.subarray(0, 2)), 2);
  assert.equal(reader.read(into.subarray(2)), 1);
  assert.equal(reader.read(into), 0);
  assert.deepEqual([...into.subarray(0, 3)], [1, 2, 3]);
  assert.equal(reader.next(), RecordType.Blocks);
  assert.equal(reader.offset, 9_000_000_000);
  assert.equal(reader.skip(), 0);
  assert.equal(reader.next(), RecordType.FileEnd);
  assert(reader.isWhole);
  assert.equal(reader.next(), RecordType.File);
  assert.equal(reader.next(), RecordType.FileEnd);
  assert(!reader.isWhole);
  assert.deepEqual(reader.failure, REASON);
  assert.equal(reader.next(), RecordType.Failed);
  assert.deepEqual([reader.failedBatch, reader.failedEntry], [9, 65535]);
  assert.deepEqual(reader.failure, { operation: 1, errno: 0, code: 2 });
  assert.equal(reader.next(), RecordType.End);
  assert.deepEqual([reader.files, reader.bytes], [1, 4]);
});

Deno.test("no blocks are sent for no bytes", () => {
  const reader = written((writer) => {
    writer.file(FILE);
    assert.equal(writer.blocks(0, new Uint8Array(), 0), 0);
    assert.equal(writer.blocksOfFile(1, 0, 0), 0);
    writer.fileEnd();
  });
  assert.equal(reader.next(), RecordType.File);
  assert.equal(reader.next(), RecordType.FileEnd);
});

Deno.test("a file that turns out too short is filled with zeros, and the caller hears of it", () => {
  for (const [ending, expected] of [[0, 2], [-EIO, -EIO]] as const) {
    const reader = written(
      (writer) => {
        writer.file(FILE);
        assert.equal(writer.blocksOfFile(1, 0, 100_000), expected);
        writer.fileEnd(REASON);
      },
      new Uint8Array([1, 2]),
      ending,
    );
    assert.equal(reader.next(), RecordType.File);
    assert.equal(reader.next(), RecordType.Blocks);
    const into = new Uint8Array(100_001);
    assert.equal(reader.read(into), 100_000);
    assert.deepEqual([...into.subarray(0, 4)], [1, 2, 0, 0]);
    assert.equal(reader.next(), RecordType.FileEnd);
    assert(!reader.isWhole);
  }
});

Deno.test("an outlet's failure is told by each call", () => {
  const outlet = new MemoryOutlet();
  outlet.failure = Errno.EPIPE;
  const writer = new RecordWriter(outlet);
  const gone = -Errno.EPIPE;
  assert.equal(writer.file(FILE), gone);
  assert.equal(writer.blocks(0, new Uint8Array(1), 1), gone);
  assert.equal(writer.blocksOfFile(1, 0, 1), gone);
  assert.equal(writer.shard(new Uint32Array([1]), new Uint16Array(1), 1, tar()), gone);
  assert.equal(writer.failed(1, 1, REASON), gone);
  assert.equal(writer.flush(), gone);
  assert.equal(writer.end(), gone);
});

Deno.test("a stream that stops before its end is a lost connection", () => {
  for (const length of [0, 1, 47, 48, 48 + 47, 48 + 48, 48 + 48 + 2]) {
    const outlet = new MemoryOutlet();
    const writer = new RecordWriter(outlet);
    writer.file(FILE);
    writer.blocks(0, new Uint8Array(3), 3);
    const reader = new RecordReader(new MemoryInlet(outlet.bytes.subarray(0, length)));
    let result = 1;
    while (result > 0) {
      result = reader.next();
      if (result > 0 && reader.contentLeft > 0) result = reader.skip() || result;
    }
    assert.equal(result, -Errno.ECONNRESET);
    assert.equal(reader.linkFailure, Errno.ECONNRESET);
  }
});

Deno.test("what is no record is refused", () => {
  const end = (writer: RecordWriter): void => void writer.end();
  refuses(changed(end, (view) => view.setUint8(0, 0)), "record-magic");
  refuses(changed(end, (view) => view.setUint8(1, 0)), "record-type");
  refuses(changed(end, (view) => view.setUint8(1, 10)), "record-type");
  for (const index of [2, 7, 24, 47]) {
    refuses(changed(end, (view) => view.setUint8(index, 1)), "record-padding");
  }
});

Deno.test("a batch of no length, or of more than one may have, is refused", () => {
  const batch = (writer: RecordWriter): void =>
    void writer.batch(new Uint8Array(9), { stream: 1, batches: 2 });
  for (const length of [0, (1 << 20) + 1]) {
    refuses(changed(batch, (view) => view.setUint32(8, length, true)), "record-length");
  }
  refuses(changed(batch, (view) => view.setUint8(12, 1)), "record-padding");
  const writer = new RecordWriter(new MemoryOutlet());
  const listed = { stream: 0, batches: 0 };
  assert.throws(() => writer.batch(new Uint8Array(0), listed), RangeError);
  assert.throws(() => writer.batch(new Uint8Array((1 << 20) + 1), listed), RangeError);
});

Deno.test("records out of order are refused", () => {
  refuses(written((writer) => void writer.blocks(0, new Uint8Array(1), 1)), "record-order");
  refuses(written((writer) => void writer.fileEnd()), "record-order");
  const begun = (next: (writer: RecordWriter) => void): RecordReader =>
    written((writer) => {
      writer.file(FILE);
      next(writer);
    });
  refuses(begun((writer) => void writer.end()), "record-order", 2);
  refuses(begun((writer) => void writer.file(FILE)), "record-order", 2);
  refuses(begun((writer) => void writer.failed(1, 1, REASON)), "record-order", 2);
  const shard = (writer: RecordWriter): void =>
    void writer.shard(new Uint32Array([1]), new Uint16Array(1), 1, tar());
  refuses(begun(shard), "record-order", 2);
  const batch = (writer: RecordWriter): void =>
    void writer.batch(new Uint8Array(1), { stream: 0, batches: 0 });
  refuses(begun(batch), "record-order", 2);
});

Deno.test("blocks that go back, or beyond the file, or are too long or empty, are refused", () => {
  const byte = new Uint8Array(8);
  const blocks = (size: number, ...pieces: [number, number][]): RecordReader =>
    written((writer) => {
      writer.file({ ...FILE, size });
      for (const [offset, length] of pieces) writer.blocks(offset, byte, length);
    });
  refuses(blocks(10, [4, 4], [7, 2]), "record-order", 3);
  refuses(blocks(10, [4, 7]), "record-length", 2);
  refuses(blocks(10, [11, 1]), "record-length", 2);
  const inFile = (change: (view: DataView) => void): RecordReader => {
    const outlet = new MemoryOutlet();
    const writer = new RecordWriter(outlet);
    writer.file(FILE);
    writer.blocks(0, byte, 8);
    const bytes = outlet.bytes;
    change(new DataView(bytes.buffer, 48));
    return new RecordReader(new MemoryInlet(bytes));
  };
  refuses(inFile((view) => view.setUint32(16, 0, true)), "record-length", 2);
  refuses(inFile((view) => view.setUint32(16, BLOCKS_BYTES_MAX + 1, true)), "record-length", 2);
  refuses(inFile((view) => view.setBigUint64(8, 2n ** 63n, true)), "record-number", 2);
});

Deno.test("numbers that cannot be are refused", () => {
  const file = (writer: RecordWriter): void => void writer.file(FILE);
  refuses(changed(file, (view) => view.setUint32(4, 0, true)), "record-number");
  refuses(changed(file, (view) => view.setBigUint64(8, 2n ** 53n, true)), "record-number");
  refuses(changed(file, (view) => view.setBigInt64(16, -(2n ** 53n), true)), "record-number");
  refuses(changed(file, (view) => view.setUint32(24, 1_000_000_000, true)), "record-number");
  refuses(changed(file, (view) => view.setBigUint64(40, 2n ** 64n - 1n, true)), "record-number");
  const shard = (writer: RecordWriter): void =>
    void writer.shard(new Uint32Array([1]), new Uint16Array(1), 1, tar());
  refuses(changed(shard, (view) => view.setUint32(4, 0, true)), "record-count");
  refuses(changed(shard, (view) => view.setUint32(4, 4097, true)), "record-count");
  refuses(changed(shard, (view) => view.setUint32(8, 1025, true)), "record-length");
  refuses(changed(shard, (view) => view.setUint32(8, 512, true)), "record-length");
  refuses(changed(shard, (view) => view.setUint32(8, (8 << 20) + 512, true)), "record-length");
  refuses(changed(shard, (view) => view.setUint32(48, 0, true)), "record-number");
  const failed = (writer: RecordWriter): void => void writer.failed(1, 1, REASON);
  refuses(changed(failed, (view) => view.setUint16(10, 0, true)), "record-failure");
  refuses(changed(failed, (view) => view.setUint8(9, 1)), "record-failure");
  const end = (writer: RecordWriter): void => void writer.end();
  refuses(changed(end, (view) => view.setUint8(8, 1)), "record-count");
  refuses(changed(end, (view) => view.setUint8(16, 1)), "record-count");
});

Deno.test("a failure without a reason is one all the same", () => {
  const reader = written((writer) => void writer.failed(1, 1, { operation: 0, errno: 0, code: 0 }));
  assert.equal(reader.next(), RecordType.Failed);
  assert.equal(reader.failure.errno, EIO);
});

Deno.test("a shard goes from WASM memory over a socket to WASM memory", async () => {
  const { sys } = await openSys("linux");
  const sockets = openSockets();
  assert(sockets !== undefined);
  const [here, there] = await connection();
  const waker = openWaker(sockets);
  const sleeper = new Sleeper(waker.memory, sockets);
  const descriptors = [here, there].map((conn) =>
    sockets.findDescriptor(conn.localAddr, conn.remoteAddr)
  );
  const streams = descriptors.map((descriptor) => ({ kind: "socket", descriptor }) as const);
  assert(streams[0] !== undefined && streams[1] !== undefined);
  const writer = new RecordWriter(openOutlet(streams[0], sleeper, sys, sockets));
  const reader = new RecordReader(openInlet(streams[1], sleeper, sys, sockets));
  using packer = new ShardWriter();
  using unpacker = new ShardReader();
  // Small enough for the kernel's buffers: one thread stands at both ends.
  for (let round = 1; round <= 3; round++) {
    assert.equal(writer.shard(new Uint32Array([3, 4]), new Uint16Array([8, 9]), 2, tar(packer)), 0);
    assert.equal(writer.flush(), 0);
    assert.equal(reader.next(), RecordType.Shard);
    assert.equal(reader.pairCount, 2);
    assert.deepEqual([...reader.pairBatches.subarray(0, 2)], [3, 4]);
    assert.deepEqual([...reader.pairEntries.subarray(0, 2)], [8, 9]);
    const names: string[] = [];
    unpacker.reset();
    while (reader.contentLeft > 0) {
      unpacker.filled(reader.read(unpacker.window()));
      for (let entry = unpacker.next(); entry !== null; entry = unpacker.next()) {
        names.push(new TextDecoder().decode(entry.name) + entry.content.length);
      }
    }
    unpacker.end();
    assert.deepEqual(names, ["a90000", "b90000"]);
  }
  assert.equal(writer.end(), 0);
  assert.equal(reader.next(), RecordType.End);
  assert.equal(reader.files, 6);
  for (const conn of [here, there]) conn.close();
  waker.close();
  sockets.end();
  sys.end();
});

function tar(packer?: ShardWriter): Uint8Array<ArrayBuffer> {
  if (packer === undefined) return new Uint8Array(1024);
  for (const name of ["a", "b"]) {
    packer.begin({
      kind: "file",
      name: new TextEncoder().encode(name),
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: 90_000,
      mtimeSeconds: 1,
      mtimeNanoseconds: 2,
    });
    packer.end();
  }
  return packer.finish();
}
