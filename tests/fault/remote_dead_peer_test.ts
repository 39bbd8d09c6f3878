import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  bigFile,
  bigTree,
  blitCommand,
  inBackground,
  onOwnDaemons,
  plant,
  temporariesIn,
  unmet,
} from "../support/mod.ts";

/**
 * 15 s are promised for a peer that falls silent without a word. A busy machine may need more; the
 * kernel alone would take a quarter of an hour.
 */
const LIMIT_MS = 90_000;

/** The long form takes every way of content. */
const TRANSPORTS = unmet(["soak"]) ? ["tcp"] as const : ["tcp", "grpc"] as const;

async function untilBegun(destination: string): Promise<void> {
  while ([...Deno.readDirSync(destination)].length < 5) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

onOwnDaemons("a client finds out by itself that the daemon is stopped, and says so", async (g) => {
  await bigTree(g.source, 60, 100, 3000);
  await bigFile(`${g.source}/big`, 300_000_000);
  await plant(g.destination, {});
  const { program, args, env } = blitCommand(["copy", ...g.carry, g.from(), g.to()]);
  await using client = inBackground(program, args, { cwd: g.path, env });
  await untilBegun(g.destination);
  g.daemon.signal("SIGSTOP");
  const start = performance.now();
  const { code } = await client.ended();
  const waitedMs = performance.now() - start;
  g.daemon.signal("SIGCONT");
  assertSentence(
    { code, stdout: client.stdout(), stderr: client.stderr() },
    [1],
    /127\.0\.0\.1|daemon|connection|link/i,
  );
  assert.ok(waitedMs < LIMIT_MS, `after ${waitedMs | 0} ms`);
  assertCode(await g.blit("copy", g.from(), g.to()), 0);
  await g.compare();
}, { transports: TRANSPORTS });

onOwnDaemons("a daemon lets go of a stopped client, and serves on", async (g) => {
  await bigTree(g.source, 60, 100, 3000);
  await bigFile(`${g.source}/big`, 300_000_000);
  await plant(g.destination, { "big": "old" });
  const { program, args, env } = blitCommand(["copy", ...g.carry, g.from(), g.to()]);
  await using client = inBackground(program, args, { cwd: g.path, env });
  await untilBegun(g.destination);
  client.signal("SIGSTOP");
  await g.daemon.said(/Ended early/, LIMIT_MS);
  if (g.direction === "push") assert.deepEqual(await temporariesIn(g.destination), []);
  assertCode(await g.blit("ls", g.direction === "push" ? g.to() : g.from()), 0);
  client.signal("SIGCONT");
  const { code } = await client.ended();
  assertSentence({ code, stdout: client.stdout(), stderr: client.stderr() }, [1], /\w+ \w+/);
}, { transports: TRANSPORTS });

onOwnDaemons(
  "a client that opens a connection and never speaks costs the daemon nothing",
  async (g) => {
    await plant(g.source, { "a": "a" });
    const silent = await Promise.all(
      Array.from(
        { length: 100 },
        (_, n) =>
          Deno.connect({
            hostname: g.daemon.host,
            port: n % 2 === 0 ? g.daemon.port : g.daemon.dataPort,
          }),
      ),
    );
    try {
      assertCode(await g.blit("copy", g.from(), g.to()), 0);
      await g.compare();
      // What never says who it is gets closed by the daemon.
      const closed = Promise.all(silent.map(async (conn) => {
        const bytes = new Uint8Array(4096);
        while ((await conn.read(bytes).catch(() => null)) !== null);
      }));
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error("still open after 40 s")), 40_000);
      });
      await Promise.race([closed, late]).finally(() => clearTimeout(timer));
    } finally {
      for (const conn of silent) conn.close();
    }
  },
  { directions: ["push"] },
);
