/** Packing and unpacking shards of small files: `deno bench -A bench/shard_bench.ts`. */
import { type ShardHeader, ShardReader, ShardWriter } from "../core/shard/mod.ts";

const FILES = 1000;
const encoder = new TextEncoder();
const names = Array.from(
  { length: FILES },
  (_, index) => encoder.encode(`some/directory/file-${index}.txt`),
);

/** One header for all files, as a mover has it. */
const header: ShardHeader = {
  kind: "file",
  name: encoder.encode("file"),
  mode: 0o644,
  uid: 1000,
  gid: 1000,
  sizeBytes: 0,
  mtimeSeconds: 1_700_000_000,
  mtimeNanoseconds: 0,
};

const content = new Uint8Array(4096).fill(0x61);
const writer = new ShardWriter({ capacityBytes: 8 << 20 });
const reader = new ShardReader();

function packAll(sizeBytes: number, mtimeNanoseconds: number): Uint8Array<ArrayBuffer> {
  header.sizeBytes = sizeBytes;
  header.mtimeNanoseconds = mtimeNanoseconds;
  const piece = content.subarray(0, sizeBytes);
  for (const name of names) {
    header.name = name;
    writer.begin(header)?.set(piece);
    writer.end();
  }
  return writer.finish();
}

function unpackAll(shard: Uint8Array): number {
  reader.reset();
  reader.window().set(shard);
  reader.filled(shard.length);
  let bytes = 0;
  for (let entry = reader.next(); entry !== null; entry = reader.next()) {
    bytes += entry.name.length + entry.content.length;
  }
  return bytes;
}

const SORTS = [
  ["empty files, whole seconds", 0, 0],
  ["empty files, nanoseconds", 0, 123_456_789],
  ["4 KiB files, nanoseconds", 4096, 123_456_789],
] as const;

for (const [sort, sizeBytes, nanoseconds] of SORTS) {
  const shard = packAll(sizeBytes, nanoseconds).slice();
  if (unpackAll(shard) < FILES * sizeBytes) throw new Error("The shard did not come back whole");
  Deno.bench(`pack 1,000 ${sort}`, () => void packAll(sizeBytes, nanoseconds));
  Deno.bench(`unpack 1,000 ${sort}`, () => void unpackAll(shard));
}
