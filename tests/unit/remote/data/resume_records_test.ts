import assert from "node:assert/strict";
import { WireError } from "../../../../core/remote/batch/mod.ts";
import { RecordReader, RecordType, RecordWriter } from "../../../../core/remote/data/mod.ts";
import { MemoryInlet, MemoryOutlet } from "./memory_stream.ts";

const FILE = {
  batch: 1,
  entry: 2,
  size: 1000,
  mtimeSeconds: 3,
  mtimeNanoseconds: 4,
  mode: 0o100644,
  uid: 5,
  gid: 6,
  blocks: 8,
};
const STATE = Uint8Array.from({ length: 24 }, (_, at) => at + 1);

function written(write: (writer: RecordWriter) => void): RecordReader {
  const outlet = new MemoryOutlet();
  write(new RecordWriter(outlet));
  return new RecordReader(new MemoryInlet(outlet.bytes));
}

function refuses(code: string, records: number, write: (writer: RecordWriter) => void): void {
  const reader = written(write);
  assert.throws(() => {
    for (let index = 0; index < records; index++) {
      assert.ok(reader.next() > 0);
      assert.equal(reader.skip(), 0);
    }
  }, (error) => error instanceof WireError && error.code === code);
}

Deno.test("a file's state and what is kept of it come out as they went in", () => {
  const reader = written((writer) => {
    writer.state(STATE);
    writer.file(FILE);
    writer.kept(0, 300);
    writer.kept(400, 0);
    writer.blocks(400, new Uint8Array(8), 8);
    writer.kept(500, 500);
    writer.fileEnd();
    writer.file(FILE);
    writer.fileEnd();
  });
  assert.equal(reader.next(), RecordType.State);
  assert.equal(reader.next(), RecordType.File);
  assert.deepEqual([...reader.state], [...STATE]);
  assert.equal(reader.next(), RecordType.Kept);
  assert.deepEqual([reader.offset, reader.keptLength], [0, 300]);
  assert.equal(reader.next(), RecordType.Blocks);
  assert.equal(reader.skip(), 0);
  assert.equal(reader.next(), RecordType.Kept);
  assert.deepEqual([reader.offset, reader.keptLength], [500, 500]);
  assert.equal(reader.next(), RecordType.FileEnd);
  assert.ok(reader.isWhole);
  // The next file has told nothing of its state.
  assert.equal(reader.next(), RecordType.File);
  assert.ok(reader.state.every((byte) => byte === 0));
  assert.equal(reader.bytes, 8);
});

Deno.test("a state without its file, and what is kept out of turn or beyond the file, are refused", () => {
  refuses("record-order", 2, (writer) => void [writer.state(STATE), writer.state(STATE)]);
  refuses("record-order", 2, (writer) => void [writer.state(STATE), writer.end()]);
  refuses("record-order", 2, (writer) => void [writer.file(FILE), writer.state(STATE)]);
  refuses("record-order", 1, (writer) => void writer.kept(0, 1));
  refuses("record-order", 3, (writer) => {
    writer.file(FILE);
    writer.kept(10, 10);
    writer.kept(19, 1);
  });
  refuses("record-order", 3, (writer) => {
    writer.file(FILE);
    writer.blocks(10, new Uint8Array(8), 8);
    writer.kept(17, 1);
  });
  refuses("record-length", 2, (writer) => void [writer.file(FILE), writer.kept(1, 1000)]);
  refuses("record-number", 2, (writer) => void [writer.file(FILE), writer.kept(2 ** 53, 1)]);
});
