import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { encodeRanges } from "../../../core/remote/batch/mod.ts";
import { type Listed, RecordReader, RecordType } from "../../../core/remote/data/mod.ts";
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

interface Sent {
  /** The bytes of each record: batches, and shards. */
  readonly batches: readonly number[];
  readonly shards: readonly number[];
  /** Files that the shards are said to hold. */
  readonly files: number;
}

/** How a directory of small files is sent: when it is asked for, or unasked. */
async function send(root: string, listed?: Listed): Promise<Sent> {
  const { sys } = await openSys();
  const job = plainJob({ root, destination: `${root}-none` }, "always");
  const context = new MoverContext(sys, job, newMemory(), 0, undefined, () => {});
  const outlet = new MemoryOutlet();
  const sender = new FileSender(context, outlet);
  let number = 0;
  const batches: { bytes: Uint8Array<ArrayBuffer>; entries: number }[] = [];
  const scanner = new DirectoryScanner(context, {
    nextNumber: () => ++number,
    nextListed: () => ({ stream: 0, batches: number }),
    emit: (bytes, _, entries) => void batches.push({ bytes, entries }),
    emitUnasked: (batch) => assert.equal(sender.sendUnasked(batch), 0),
  }, undefined);
  const none = new Uint8Array(0);
  const task = { source: 0, path: nameOf(""), parent: 0, parentEntry: 0, names: none };
  scanner.stack.push({ ...task, flags: 0, removes: false, listed, weight: 1 });
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
  const sent = { batches: [] as number[], shards: [] as number[] };
  for (let type = reader.next(); type !== RecordType.End; type = reader.next()) {
    if (type === RecordType.Batch) {
      const { listedStream, listedBatches } = reader;
      assert.deepEqual({ stream: listedStream, batches: listedBatches }, listed);
    }
    (type === RecordType.Batch ? sent.batches : sent.shards).push(reader.contentLeft);
    assert.equal(reader.skip(), 0);
  }
  return { ...sent, files: reader.files };
}

Deno.test("the first shard is small and each that follows twice as large, up to a limit", async () => {
  await using place = await makePlace();
  await flatTree(`${place.path}/source`, FILES, FILE_BYTES);
  const { batches, shards: all, files } = await send(`${place.path}/source`);
  const [last, shards] = [all.at(-1), all.slice(0, -1)];
  assert.deepEqual([batches, files], [[], FILES]);
  assert.ok(last !== undefined && last > 0);
  // 256 and 512 KiB, 1, 2, 4, and 4 MiB: what is left of 13.2 MiB is the last.
  assert.equal(shards.length, 6);
  for (const [index, bytes] of shards.entries()) {
    const enough = Math.min(FIRST_BYTES << index, MOST_BYTES);
    assert.ok(bytes > enough - PACKED_BYTES && bytes < enough + 2 * PACKED_BYTES, `${bytes}`);
    assert.ok(bytes <= MOST_BYTES);
  }
});

Deno.test("a directory that is new goes with its content: a batch, and the same shards", async () => {
  await using place = await makePlace();
  const source = `${place.path}/source`;
  await flatTree(source, FILES, FILE_BYTES);
  await Deno.mkdir(`${source}/directory`);
  await Deno.symlink("nowhere", `${source}/link`);
  await Deno.link(`${source}/${(await names(source))[0]}`, `${source}/other-name`);
  const listed = { stream: 3, batches: 70_000 };
  const [asked, unasked] = [await send(source), await send(source, listed)];
  assert.equal(unasked.batches.length, 1);
  // Of all that is asked for here, the directory and the link fail, and both names of one file come.
  assert.equal(unasked.files, FILES - 1);
  assert.ok(asked.files > unasked.files);
});

async function names(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isFile } of Deno.readDir(directory)) if (isFile) found.push(name);
  return found.sort();
}
