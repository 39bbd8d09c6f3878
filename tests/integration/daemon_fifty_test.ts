import assert from "node:assert/strict";
import { connectData } from "../../core/remote/data/mod.ts";
import { HostilePeer, text } from "../fault/hostile/peer.ts";
import { assertCode, type Daemon, runBlit } from "../support/mod.ts";
import { startWith, test, until } from "./daemon_ground.ts";

// Runs alone, see build/tests.ts: a hundred Workers start at once.

/** What a daemon holds. Deno's threads for blocking work come and go by themselves. */
function held({ process }: Daemon): { descriptors: number; workers: number } {
  const proc = `/proc/${process.pid}`;
  const workers = [...Deno.readDirSync(`${proc}/task`)].filter(({ name }) => {
    try {
      return Deno.readTextFileSync(`${proc}/task/${name}/comm`).startsWith("worker-");
    } catch {
      return false; // It has just ended.
    }
  });
  return { descriptors: [...Deno.readDirSync(`${proc}/fd`)].length, workers: workers.length };
}

/** What a daemon holds when that changes no more. */
async function settled(daemon: Daemon): Promise<ReturnType<typeof held>> {
  let seen = held(daemon);
  for (let same = 0; same < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = held(daemon);
    same = now.descriptors === seen.descriptors && now.workers === seen.workers ? same + 1 : 0;
    seen = now;
  }
  return seen;
}

test("fifty sessions at once that break off leave nothing behind", [], async (path) => {
  // So many Workers at once take their time to start: on a busy machine more than clients get.
  await using daemon = await startWith(path, { preAuthenticationMs: 120_000 });
  /** Opens sessions with all that belongs to them, breaks them off in one way or another. */
  async function wave(count: number): Promise<void> {
    const conns: Deno.TcpConn[] = [];
    const peers = await Promise.all(Array.from({ length: count }, async (_, index) => {
      const kind = index % 2 === 0 ? "push" : "pull";
      const begin = { path: text(`pushed${index}`), streams: 2 };
      const peer = await HostilePeer.open(daemon, kind, begin);
      const ready = await peer.hear("ready");
      assert.ok(ready, `heard ${JSON.stringify(peer.heard.at(-1))}; ${daemon.stderr()}`);
      const [token = new Uint8Array()] = ready.value.tokens;
      const patience = { timeoutMs: 120_000 };
      conns.push(await connectData(daemon.host, daemon.dataPort, token, patience));
      return peer;
    }));
    assert.ok(held(daemon).workers >= 2 * count, "the sessions do not stand");
    for (const [index, peer] of peers.entries()) {
      if (index % 3 === 0) {
        peer.link.abort({ code: "interrupted", message: "Enough.", exitCode: 130 });
      }
      await peer[Symbol.asyncDispose]();
    }
    for (const conn of conns) conn.close();
  }
  const ended = (): number => daemon.stderr().match(/Ended early/g)?.length ?? 0;
  // After the first it has what it keeps for the next: idle Workers, each with its event loop.
  await wave(5);
  await until(() => ended() === 5);
  await settled(daemon);
  const before = held(daemon);
  await wave(50);
  await until(() => ended() === 55);
  assert.equal(ended(), 55);
  const after = await settled(daemon);
  assert.ok(
    after.descriptors <= before.descriptors && after.workers <= before.workers,
    JSON.stringify({ before, after }),
  );
  const copy = await runBlit(["copy", daemon.endpoint("source/"), "got"], { cwd: path });
  assertCode(copy, 0);
  assert.doesNotMatch(daemon.stderr(), /defect/i);
});
