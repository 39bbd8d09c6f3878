import assert from "node:assert/strict";
import {
  paddingBytes,
  SHARD_BYTES,
  ShardError,
  ShardReader,
  ShardWriter,
  tarHeader,
} from "../../../core/shard/mod.ts";
import { bytesOf, headerOf, mendChecksum, pack, sample, textOf, unpack } from "./sample.ts";

Deno.test("a shard that is full says so, and the entry goes into the next", () => {
  using writer = new ShardWriter({ capacityBytes: 4096 });
  const file = headerOf(sample({ name: "a", content: "x".repeat(1000) }));
  assert.notEqual(writer.begin(file), null);
  writer.end();
  assert.equal(writer.sizeBytes, 1536);
  assert.equal(writer.add(headerOf(sample({ name: "b" }))), true);
  assert.equal(writer.begin(file), null);
  assert.equal(writer.entryCount, 2);
  const shard = writer.finish();
  assert.equal(shard.length, 1536 + 512 + 1024);
  assert.deepEqual(unpack(shard.slice()).map(({ name }) => name), ["a", "b"]);
  assert.equal(writer.entryCount, 0);
  assert.notEqual(writer.begin(file), null);
});

Deno.test("an entry fills a shard to its last byte, one byte more is too large", () => {
  for (const capacityBytes of [4096, SHARD_BYTES]) {
    using writer = new ShardWriter({ capacityBytes });
    const most = capacityBytes - 1024 - 512;
    const header = headerOf(sample({ name: "a" }));
    assert.throws(() => writer.begin({ ...header, sizeBytes: most + 1 }), {
      code: "entry-too-large",
    });
    assert.throws(() => writer.begin({ ...header, sizeBytes: 2 ** 40 }), {
      code: "entry-too-large",
    });
    const place = writer.begin({ ...header, sizeBytes: most });
    assert.equal(place?.length, most);
    writer.end();
    assert.equal(writer.finish().length, capacityBytes);
  }
});

Deno.test("a file that came out shorter is packed as short as it is, without old bytes", () => {
  using writer = new ShardWriter();
  for (let pass = 0; pass < 2; pass++) {
    const place = writer.begin(headerOf(sample({ name: "shrunk", content: "x".repeat(2000) })));
    place?.fill(0x78);
    writer.end(700);
    writer.add(headerOf(sample({ name: "next" })));
    const shard = writer.finish().slice();
    const [shrunk, next] = unpack(shard);
    assert.equal(shrunk?.content, "x".repeat(700));
    assert.equal(next?.name, "next");
    assert.ok(shard.subarray(512 + 700, 512 + 1024).every((byte) => byte === 0));
  }
});

Deno.test("an entry given up leaves no trace", () => {
  using writer = new ShardWriter();
  writer.begin(headerOf(sample({ name: "gone", content: "x".repeat(2000) })))?.fill(0x78);
  writer.abandon();
  writer.add(headerOf(sample({ name: "here" })));
  assert.deepEqual(unpack(writer.finish().slice()), [sample({ name: "here" })]);
});

Deno.test("the checksum is the one POSIX describes", () => {
  const archive = pack([sample({ name: "caf\xe9", content: "x" })]);
  const mended = archive.slice();
  mendChecksum(mended);
  assert.deepEqual(mended, archive);
});

Deno.test("names that tar cannot hold or that climb are refused, and the shard goes on", () => {
  using writer = new ShardWriter();
  for (const name of ["", "/a", "a/", "a/..", "../a", "a/../b", "..", "a\0b", "n".repeat(65536)]) {
    assert.throws(() => writer.begin(headerOf(sample({ name }))), { code: "bad-name" }, name);
  }
  for (const linkTarget of ["", "/a", "../a"]) {
    const header = headerOf(sample({ name: "a", kind: "hard-link", linkTarget }));
    assert.throws(() => writer.begin(header), { code: "bad-link" });
  }
  for (const name of ["...", "..a", "a..", ".", "a//b", "./a", "n".repeat(65535)]) {
    assert.equal(writer.add(headerOf(sample({ name }))), true, name);
  }
});

Deno.test("a name may end in a NUL, as names in batches do", () => {
  using writer = new ShardWriter();
  writer.add(headerOf(sample({ name: "name\0" })));
  assert.equal(unpack(writer.finish().slice())[0]?.name, "name");
});

Deno.test("numbers tar cannot hold are refused", () => {
  using writer = new ShardWriter();
  const header = headerOf(sample({ name: "a" }));
  const wrong = [
    { mode: 0o10000 },
    { uid: -1 },
    { gid: 2 ** 32 },
    { sizeBytes: NaN },
    { mtimeSeconds: 0.5 },
    { mtimeNanoseconds: 1e9 },
  ];
  for (const field of wrong) {
    assert.throws(() => writer.begin({ ...header, ...field }), ShardError);
  }
  assert.throws(() => writer.begin({ ...header, kind: "directory", sizeBytes: 1 }), {
    code: "unexpected-content",
  });
});

Deno.test("four shards are open at a time, and a closed one makes room", () => {
  const open = [new ShardWriter(), new ShardWriter(), new ShardReader(), new ShardReader()];
  assert.throws(() => new ShardReader(), /4 are open in this thread/);
  open.pop()?.close();
  const writer = new ShardWriter();
  writer.close();
  writer.close();
  assert.throws(() => writer.finish(), /closed/);
  for (const each of open) each.close();
});

Deno.test("writers and readers side by side do not touch each other", () => {
  using first = new ShardWriter();
  using second = new ShardWriter();
  using reader = new ShardReader();
  first.begin(headerOf(sample({ name: "first", content: "1" })))?.fill(0x31);
  second.begin(headerOf(sample({ name: "second", content: "2" })))?.fill(0x32);
  second.end();
  first.end();
  const [entry] = reader.entries(second.finish());
  first.add(headerOf(sample({ name: "third" })));
  assert.equal(textOf(entry?.name ?? bytesOf("")), "second");
  assert.deepEqual(unpack(first.finish().slice()).map(({ name }) => name), ["first", "third"]);
});

Deno.test("paddingBytes fills the last block", () => {
  assert.deepEqual([0, 1, 511, 512, 513, 2 ** 40 + 3].map(paddingBytes), [0, 511, 1, 0, 511, 509]);
  assert.equal(tarHeader(headerOf(sample({ name: "n" }))).length, 512);
});
