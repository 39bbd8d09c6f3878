import assert from "node:assert/strict";
import { BatchFlag, decodeRanges, encodeRanges } from "../../core/remote/batch/mod.ts";
import { RecordReader, RecordType } from "../../core/remote/data/mod.ts";
import { type Daemon, plant } from "../support/mod.ts";
import { MemoryInlet } from "../unit/remote/data/memory_stream.ts";
import { batchFrame, type Body, HostilePeer, records, shardOf } from "./hostile/peer.ts";
import { hostile } from "./hostile/scene.ts";

const DIRECTORY = 0o40755;
const HERE = { stream: 0, batches: 0 };
const MANY = Array.from({ length: 4000 }, (_, at) => `${at}`);
type Head = NonNullable<Parameters<typeof batchFrame>[1]>;

/** A batch of files of ten bytes, as it goes unasked. */
function batch(names: readonly string[], head: Head, listed = HERE, mode?: number) {
  const { value } = batchFrame(names, { number: 2, parent: 1, ...head }, mode) as Extract<
    Body,
    { $case: "batches" }
  >;
  const bytes = new Uint8Array(value.data.subarray(4));
  return records((writer) => void writer.batch(bytes, listed));
}

/** A push that has said that it holds the directory `new`, and has heard that it is made. */
async function pushNew(daemon: Daemon, options = {}): Promise<[HostilePeer, Deno.TcpConn]> {
  const peer = await HostilePeer.open(daemon, "push", {}, options);
  const conn = await peer.data();
  await peer.say(batchFrame(["new"], {}, DIRECTORY));
  const needs = await peer.hear("needs");
  const [list] = needs?.value.lists ?? [];
  assert.deepEqual(decodeRanges(list?.made ?? new Uint8Array(0), 1), Uint16Array.of(0));
  return [peer, conn];
}

async function finish(peer: HostilePeer, unasked: number): Promise<string[]> {
  await peer.say({ $case: "scanEnd", value: { batches: 1, unasked } });
  const done = await peer.hear("done");
  return done === undefined ? peer.heard.map(({ $case }) => $case) : ["done"];
}

hostile("what a new directory holds lands without having been asked for", async (daemon, path) => {
  const [peer, conn] = await pushNew(daemon);
  await using _ = peer;
  await conn.write(batch(["a", "b"], { path: "new" }));
  await conn.write(shardOf(["new/a", "new/b"], [0, 1], 2));
  assert.deepEqual(await finish(peer, 1), ["done"]);
  assert.equal(await Deno.readTextFile(`${path}/module/pushed/new/b`), "ten bytes!");
});

hostile(
  "a directory that is not new is compared, whatever its source says",
  async (daemon, path) => {
    const pushed = `${path}/module/pushed`;
    await plant(`${pushed}/kept`, { a: "mine" });
    const [peer, conn] = await pushNew(daemon, { ignoreExisting: true });
    await using _ = peer;
    await conn.write(batch(["a", "b"], { path: "kept" }));
    await conn.write(batch(["a", "b"], { path: "new", number: 3 }));
    await conn.write(shardOf(["kept/a", "kept/b"], [0, 1], 2));
    await conn.write(shardOf(["new/a", "new/b"], [0, 1], 3));
    assert.deepEqual(await finish(peer, 2), ["done"]);
    const contents = ["kept/a", "kept/b", "new/a", "new/b"].map((name) =>
      Deno.readTextFileSync(`${pushed}/${name}`)
    );
    assert.deepEqual(contents, ["mine", "ten bytes!", "ten bytes!", "ten bytes!"]);
  },
);

hostile("the rest of a directory that was never begun is compared too", async (daemon, path) => {
  await plant(`${path}/module/pushed/kept`, { a: "mine" });
  const [peer, conn] = await pushNew(daemon, { ignoreExisting: true });
  await using _ = peer;
  await conn.write(batch(["a"], { path: "kept", flags: BatchFlag.Last }));
  await conn.write(shardOf(["kept/a"], [0], 2));
  assert.deepEqual(await finish(peer, 1), ["done"]);
  assert.equal(await Deno.readTextFile(`${path}/module/pushed/kept/a`), "mine");
});

/** What may not come by a stream, behind a directory that is new. */
const LIES: Readonly<Record<string, readonly Uint8Array<ArrayBuffer>[]>> = {
  "a root": [batch(["a"], { path: "", parent: 0 })],
  "a path that leads out": [batch(["a"], { path: "../../outside" })],
  "what was to be asked for again": [
    batch(["a"], { path: "new", flags: BatchFlag.First | BatchFlag.Last | BatchFlag.LinksNow }),
  ],
  "a source that there is not": [batch(["a"], { path: "new", source: 7 })],
  "a stream that there is not": [batch(["a"], { path: "new" }, { stream: 900, batches: 1 })],
  "a batch twice": [batch(["a"], { path: "new" }), batch(["a"], { path: "new" })],
  "content of no batch": [batch(["a"], { path: "new" }), shardOf(["new/a"], [0], 3)],
  "content that its batch has not": [batch(["a"], { path: "new" }), shardOf(["new/z"], [5], 2)],
  "content by another name": [batch(["a"], { path: "new" }), shardOf(["new/z"], [0], 2)],
  "more than a window holds": Array.from(
    { length: 66 },
    (_, at) => batch(MANY, { path: "new", number: 2 + at }),
  ),
  "no batch": [records((writer) => void writer.batch(new Uint8Array(90), HERE))],
};

for (const [what, pieces] of Object.entries(LIES)) {
  hostile(`${what} by a stream ends the session and changes nothing else`, async (daemon, path) => {
    const [peer, conn] = await pushNew(daemon);
    await using _ = peer;
    for (const piece of pieces) await conn.write(piece).catch(() => {});
    const ended = await finish(peer, 1);
    assert.ok(!ended.includes("done"), ended.join());
    const names = [...Deno.readDirSync(`${path}/module/pushed`)].map(({ name }) => name);
    assert.deepEqual(names.sort(), ["new", "old", "out"]);
  });
}

hostile(
  "nothing is written through a link that a batch by a stream names",
  async (daemon, path) => {
    const [peer, conn] = await pushNew(daemon);
    await using _ = peer;
    await conn.write(batch(["a"], { path: "out" }));
    await conn.write(shardOf(["out/a"], [0], 2));
    await finish(peer, 1);
    await assert.rejects(Deno.lstat(`${path}/outside/a`), Deno.errors.NotFound);
  },
);

hostile("a batch by a stream of which nothing was told ends the session", async (daemon) => {
  await using peer = await HostilePeer.open(daemon, "push");
  const conn = await peer.data();
  await peer.say(batchFrame(["fine"]));
  await peer.hear("needs");
  await conn.write(batch(["a"], { path: "new" })).catch(() => {});
  assert.ok(!(await finish(peer, 0)).includes("done"));
});

const DIRECTORIES = 2000;

/** The answer to the first batch: nothing of it is wanted, and these directories are made. */
function made(entries: readonly number[], batch = 1): Body {
  const list = { batch, stream: 0, ranges: new Uint8Array(0), more: false, bases: [] };
  const ranges = encodeRanges(Uint16Array.from(entries), entries.length);
  return { $case: "needs", value: { lists: [{ ...list, made: ranges }] } };
}

/** Batches and files that came whole, of a stream that may go on. */
function cameWhole(bytes: Uint8Array): { batches: number; files: number } {
  const came = { batches: 0, files: 0 };
  const reader = new RecordReader(new MemoryInlet(bytes));
  for (let type = reader.next(); type > 0; type = reader.next()) {
    const files = type === RecordType.Shard ? reader.pairCount : 0;
    if (reader.skip() < 0) break;
    if (type === RecordType.Batch) came.batches++;
    else came.files += files;
  }
  return came;
}

hostile(
  "a source sends what new directories hold: batches, and their content",
  async (daemon, path) => {
    const tree = Array.from({ length: DIRECTORIES }, (_, at) => [`new-${at}/file`, `${at}`]);
    await plant(`${path}/module/source`, Object.fromEntries(tree));
    await using peer = await HostilePeer.open(daemon, "pull");
    const conn = await peer.data();
    assert.notEqual(await peer.hear("batches"), undefined);
    // Whatever is no directory among them means nothing.
    await peer.say(made(Array.from({ length: DIRECTORIES + 2 }, (_, at) => at)));
    let bytes = new Uint8Array(0);
    const reading = (async () => {
      for await (const piece of conn.readable) {
        const more = new Uint8Array(bytes.length + piece.length);
        more.set(bytes);
        more.set(piece, bytes.length);
        bytes = more;
      }
    })().catch(() => {});
    const unasked = (await peer.hear("scanEnd"))?.value.unasked ?? 0;
    while (cameWhole(bytes).files < unasked) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await peer.say({ $case: "abort", value: { code: "enough", message: "", exitCode: 1 } });
    await reading;
    // Each holds one file; `sub` of the scene, which may be among them, as well.
    assert.equal(cameWhole(bytes).batches, unasked);
    assert.ok(unasked > 0 && unasked <= DIRECTORIES + 1);
  },
);

hostile("a source takes no lie about what was made", async (daemon) => {
  for (const lie of [made([4000]), made([0], 77), { ...made([0]), twice: true }]) {
    await using peer = await HostilePeer.open(daemon, "pull");
    await peer.data();
    assert.notEqual(await peer.hear("batches"), undefined);
    await peer.say(lie);
    if ("twice" in lie) await peer.say(lie);
    assert.ok(!(await peer.ending()).includes("done"));
  }
});
