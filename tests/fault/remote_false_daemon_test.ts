/** Clients of daemons that do not keep to the protocol, or are not there when they should be. */
import assert from "node:assert/strict";
import { copy, type TransferEvent } from "../../mod.ts";
import { freePort } from "../support/mod.ts";
import { noDisk, onDisk } from "../support/busy_disk.ts";
import { test } from "../integration/daemon_ground.ts";
import { startFalseDaemon } from "./hostile/false_daemon.ts";
import { startStranger } from "./hostile/stranger.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test(
  "a phase that is called by a terminal's escapes ends the run and is not shown",
  [],
  async (path) => {
    const names = ["\x1b]0;mine\x07\x1b[2J", "sync\n", "\x9b2J", "", "x".repeat(33)];
    for (const name of names) {
      await using daemon = startFalseDaemon(async (link) => {
        await link.send({ body: { $case: "phase", value: { name } } });
        await pause(500); // what the client shows, it shows now
      });
      const there = `127.0.0.1:${daemon.port}//there/`;
      for (
        const [from, to] of [[there, `${path}/got`], [`${path}/served/source/`, there]] as const
      ) {
        const events: TransferEvent[] = [];
        const run = copy(from, to, {
          progressIntervalMs: 20,
          onEvent: (event) => events.push(event),
        });
        await assert.rejects(run, /The other end sent a phase out of turn/);
        const phases = events.flatMap((event) => event.type === "progress" ? [event.phase] : []);
        assert.deepEqual(phases.filter((phase) => phase !== "transfer"), []);
      }
    }
  },
);

test("a phase that nobody knows yet is shown", [], async (path) => {
  await using daemon = startFalseDaemon(async (link) => {
    await link.send({ body: { $case: "phase", value: { name: "make-tea" } } });
    await pause(500);
  });
  const phases = new Set<string>();
  const run = copy(`${path}/served/source/`, `127.0.0.1:${daemon.port}//there/`, {
    progressIntervalMs: 20,
    onEvent: (event) => event.type === "progress" && phases.add(event.phase),
  });
  await assert.rejects(run);
  assert.ok(phases.has("make-tea"), [...phases].join());
});

test(
  "a daemon that hangs where it waits for its disks is told of, however busy those here are",
  [],
  async (path) => {
    await using daemon = startFalseDaemon(async (link) => {
      await link.send({ body: { $case: "phase", value: { name: "sync" } } });
      const beat = setInterval(() => {
        const value = { values: [1], phase: "sync", waitingFor: 'writing to disk "/"' };
        link.send({ body: { $case: "counters", value } }).catch(() => {});
      }, 100);
      while (await link.receive().catch(() => undefined) !== undefined);
      clearInterval(beat);
    });
    await using _busy = await onDisk();
    Deno.env.set("BLIT_STALL_MS", "1500");
    try {
      const run = copy(`${path}/served/source/`, `127.0.0.1:${daemon.port}//there/`, {
        stallLimitMs: 6000,
        signal: AbortSignal.timeout(30_000),
      });
      await assert.rejects(run, /Nothing has moved for .* is writing to disk .*given up/);
    } finally {
      Deno.env.delete("BLIT_STALL_MS");
    }
  },
  noDisk(),
);

test("a connection that comes when the run is over is closed", [], async () => {
  await using stranger = await startStranger({ major: 2, minor: 0 });
  using door = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const run = copy(
    `127.0.0.1:${door.addr.port}//tree/`,
    `127.0.0.1:${freePort()}//there/`,
  );
  const ended = assert.rejects(run, /refused/i);
  using client = await door.accept();
  await ended;
  // Only now does anybody answer.
  using behind = await Deno.connect({ port: stranger.port });
  let answered = false;
  const answering = (async () => {
    const buffer = new Uint8Array(4096);
    for (let got; (got = await behind.read(buffer).catch(() => null)) !== null;) {
      answered = true;
      await client.write(buffer.subarray(0, got)).catch(() => {});
    }
  })();
  const buffer = new Uint8Array(4096);
  const asking = (async () => {
    for (let got; (got = await client.read(buffer).catch(() => null)) !== null;) {
      await behind.write(buffer.subarray(0, got)).catch(() => {});
    }
    return "closed";
  })();
  assert.equal(await Promise.race([asking, pause(8000).then(() => "open")]), "closed");
  assert.ok(answered);
  await behind.closeWrite().catch(() => {});
  await answering;
});
