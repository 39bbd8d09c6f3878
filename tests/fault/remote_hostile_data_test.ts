import assert from "node:assert/strict";
import { connectData } from "../../core/remote/data/mod.ts";
import { batchFrame, HostilePeer, records, shardOf, text } from "./hostile/peer.ts";
import { hostile } from "./hostile/scene.ts";

const DIRECTORY = 0o40755;

const STATE = {
  batch: 1,
  entry: 0,
  size: 10,
  mtimeSeconds: 1,
  mtimeNanoseconds: 0,
  mode: 0o100644,
  uid: 0,
  gid: 0,
  blocks: 8,
};
const TEN = text("ten bytes!");

/** Content that was not asked for, or is not what was promised. */
const LIES: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  "an entry out of the batch": shardOf(["fine"], [900]),
  "an entry twice": shardOf(["fine", "fine"], [0, 0]),
  "the name of another": shardOf(["old"], [0]),
  "a name that leads out": shardOf(["../../outside/secret"], [0]),
  "an absolute name": shardOf(["/tmp/blit-hostile"], [0]),
  "more files than named": shardOf(["fine", "more"], [0]),
  "more bytes than promised": shardOf(["fine"], [0], 1, "far more than ten bytes".repeat(500)),
  "no tar": records((w) =>
    void w.shard(new Uint32Array([1]), new Uint16Array([0]), 1, new Uint8Array(4096).fill(65))
  ),
  "blocks past the size": records((w) => {
    w.file(STATE);
    w.blocks(5, TEN, 10);
    w.fileEnd();
  }),
  "blocks without a file": records((w) => void w.blocks(0, TEN, 10)),
  "a file in a file": records((w) => {
    w.file(STATE);
    w.file(STATE);
  }),
  "an unknown batch": records((w) => void w.file({ ...STATE, batch: 99 })),
  "a directory as a file": records((w) => void w.file({ ...STATE, mode: DIRECTORY })),
  "noise": crypto.getRandomValues(new Uint8Array(5000)),
};

for (const [what, bytes] of Object.entries(LIES)) {
  hostile(
    `a data stream with ${what} ends the session and changes nothing else`,
    async (d, path) => {
      await using peer = await HostilePeer.open(d, "push");
      const conn = await peer.data();
      await peer.say(batchFrame(["fine"]));
      await peer.hear("needs");
      await conn.write(bytes).catch(() => {});
      await peer.say({ $case: "scanEnd", value: { batches: 1, unasked: 0 } });
      const ended = await peer.ending();
      assert.ok(!ended.includes("done"), ended.join());
      const names = [...Deno.readDirSync(`${path}/module/pushed`)].map(({ name }) => name);
      assert.deepEqual(names.filter((name) => !["fine", "old", "out"].includes(name)), []);
      await assert.rejects(Deno.lstat("/tmp/blit-hostile"), Deno.errors.NotFound);
    },
  );
}

hostile("a token works once, whole and unchanged", async (daemon) => {
  await using peer = await HostilePeer.open(daemon, "push");
  const ready = await peer.hear("ready");
  const token = ready?.value.tokens[0] ?? new Uint8Array();
  const dial = async (shown: Uint8Array, greet = true) => {
    if (greet) return await connectData(daemon.host, daemon.dataPort, shown, { timeoutMs: 8000 });
    const conn = await Deno.connect({ hostname: daemon.host, port: daemon.dataPort });
    await conn.write(shown).catch(() => 0);
    const answer = await conn.read(new Uint8Array(1)).catch(() => null);
    conn.close();
    return answer;
  };
  const forged = new Uint8Array(token); // not slice(): of a node:buffer, it shares the memory
  forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
  await assert.rejects(async () => (await dial(forged) as Deno.TcpConn).close());
  await assert.rejects(async () =>
    (await dial(new Uint8Array(token.length)) as Deno.TcpConn).close()
  );
  assert.equal(await dial(token.subarray(0, 20), false), null);
  const conn = await dial(token) as Deno.TcpConn;
  await assert.rejects(async () => (await dial(token) as Deno.TcpConn).close());
  conn.close();
});
