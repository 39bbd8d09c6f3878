import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { encodeRanges } from "../../../core/remote/batch/mod.ts";
import { RecordReader, RecordType } from "../../../core/remote/data/mod.ts";
import { DirectoryScanner } from "../../../core/remote/source/scan_directory.ts";
import { FileSender } from "../../../core/remote/source/send_files.ts";
import { openSys } from "../../../core/sys/mod.ts";
import { flatTree, makePlace } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";
import { MemoryInlet, MemoryOutlet } from "./data/memory_stream.ts";

const FILES = 3000;
const FILE_BYTES = 4096;
/** What a file takes of a shard. */
const PACKED_BYTES = 512 + FILE_BYTES;
const FIRST_BYTES = 256 << 10;
const MOST_BYTES = 4 << 20;

/** The bytes of each shard in which a directory of small files is sent. */
async function shardsOf(root: string): Promise<number[]> {
  const { sys } = await openSys();
  const job = plainJob({ root, destination: `${root}-none` }, "always");
  const context = new MoverContext(sys, job, newMemory(), 0, undefined, () => {});
  const outlet = new MemoryOutlet();
  const sender = new FileSender(context, outlet);
  let number = 0;
  const batches: { bytes: Uint8Array<ArrayBuffer>; entries: number }[] = [];
  const scanner = new DirectoryScanner(context, {
    nextNumber: () => ++number,
    emit: (bytes, _, entries) => void batches.push({ bytes, entries }),
  }, undefined);
  const none = new Uint8Array(0);
  const task = { source: 0, path: nameOf(""), parent: 0, parentEntry: 0, names: none };
  scanner.stack.push({ ...task, flags: 0, removes: false, weight: 1 });
  scanner.step();
  for (const { bytes, entries } of batches) {
    const all = encodeRanges(Uint16Array.from({ length: entries }, (_, index) => index));
    assert.equal(sender.send(bytes, all, 1), 0);
  }
  assert.equal(sender.flush(), 0);
  sender.end();
  sender.close();
  context.release();
  sys.end();
  const reader = new RecordReader(new MemoryInlet(outlet.bytes));
  const shards: number[] = [];
  while (reader.next() === RecordType.Shard) {
    shards.push(reader.contentLeft);
    assert.equal(reader.skip(), 0);
  }
  assert.equal(reader.files, FILES);
  return shards;
}

Deno.test("the first shard is small and each that follows twice as large, up to a limit", async () => {
  await using place = await makePlace();
  await flatTree(`${place.path}/source`, FILES, FILE_BYTES);
  const shards = await shardsOf(`${place.path}/source`);
  const last = shards.pop();
  assert.ok(last !== undefined && last > 0);
  // 256 and 512 KiB, 1, 2, 4, and 4 MiB: what is left of 13.2 MiB is the last.
  assert.equal(shards.length, 6);
  for (const [index, bytes] of shards.entries()) {
    const enough = Math.min(FIRST_BYTES << index, MOST_BYTES);
    assert.ok(bytes > enough - PACKED_BYTES && bytes < enough + 2 * PACKED_BYTES, `${bytes}`);
    assert.ok(bytes <= MOST_BYTES);
  }
});
