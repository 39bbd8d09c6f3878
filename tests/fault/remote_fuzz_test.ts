import assert from "node:assert/strict";
import {
  assertCode,
  assertUntouched,
  bash,
  bigFile,
  bigTree,
  command,
  compareTrees,
  type Daemon,
  fingerprint,
  makePlace,
  plant,
  runBlit,
  startDaemon,
  symlinkTo,
  unmet,
} from "../support/mod.ts";
import { Mutator } from "./fuzz/mutator.ts";
import { type Proxy, startProxy } from "./fuzz/proxy.ts";

const ignore = unmet(["remote"]) !== undefined;

/** Seconds for each test; minutes with BLIT_SOAK=1. */
const SECONDS = unmet(["soak"]) ? 7 : 150;
const SEED = Number(Deno.env.get("BLIT_FUZZ_SEED") ?? Date.now() % 1_000_000_007);
/** When a run is interrupted: `LATE_MS` of fuzz/client.ts. */
const LATE_MS = 6000;
const CLIENT = new URL("fuzz/client.ts", import.meta.url).pathname;

/** Any of these in a log is a defect, whatever the peer has sent. */
const DEFECT = /Uncaught|panicked|TypeError|RangeError|ReferenceError|is not a function|defect/;

for (const toward of ["daemon", "client"] as const) {
  Deno.test({
    name:
      `changed bytes on both planes toward the ${toward} break neither end nor leave the module`,
    ignore,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await plantFuzz(path);
      await using daemon = await startDaemon({ root: `${path}/served` });
      const ports = { control: daemon.port, data: daemon.dataPort };
      const outside = await fingerprint(`${path}/outside`);
      const source = await fingerprint(`${path}/source`);
      let recorded: readonly Uint8Array<ArrayBuffer>[];
      {
        await using proxy = startProxy({ ports, listenOn: "127.0.0.2", seed: SEED, toward });
        const runs = await runClient(`127.0.0.2:${daemon.port}`, path);
        assertRuns(runs, proxy);
        recorded = proxy.recorded;
      }
      if (toward === "daemon") await replay(recorded, daemon);
      await assertUntouched(`${path}/outside`, outside);
      await assertUntouched(`${path}/source`, source);
      await assertServes(daemon, path);
    },
  });
}

/** What the clients send, what is served, and what neither may reach. */
async function plantFuzz(path: string): Promise<void> {
  for (const at of [`${path}/source`, `${path}/served/source`]) {
    await bigTree(at, 5, 20, 700);
    await bigFile(`${at}/big`, 3_000_000);
    await plant(at, { "link": symlinkTo("big"), "deep/er/file": "file", "empty/": null });
    await bash(`cd "$1"; ln big linked; setfattr -n user.note -v yes big; mkfifo fifo`, [at]);
  }
  await plant(`${path}/outside`, { "secret": "secret", "sub/secret": "secret" });
  await Deno.symlink("../outside", `${path}/served/out`);
}

async function runClient(address: string, path: string): Promise<string[]> {
  const args = ["run", "--quiet", "-A", CLIENT, address, path, String(SECONDS)];
  const output = await command(Deno.execPath(), args, { timeoutMs: (SECONDS + 60) * 1000 });
  assertCode(output, 0);
  return output.stdout.trimEnd().split("\n");
}

function assertRuns(runs: readonly string[], proxy: Proxy): void {
  assert.ok(runs.length >= 2 && proxy.count >= 2, `only ${runs.length} runs (seed ${SEED})`);
  const bad = runs.filter((line) => /defect/.test(line));
  assert.deepEqual(bad, [], `seed ${SEED}`);
  // A change that leaves a frame legal (fewer needs, say) may have an end wait for what nobody
  // will send, until the daemon's idle limit; whoever interrupts it is heard at once.
  for (const line of runs) {
    const { ms } = JSON.parse(line);
    assert.ok(ms < LATE_MS + 12_000, `${line}, seed ${SEED}`);
  }
}

/** Sends what clients once said again, changed, faster than any client could. */
async function replay(recorded: readonly Uint8Array<ArrayBuffer>[], daemon: Daemon): Promise<void> {
  const mutator = new Mutator(SEED + 1);
  const end = performance.now() + SECONDS * 400;
  let sent = 0;
  while (performance.now() < end) {
    const port = mutator.below(3) === 0 ? daemon.dataPort : daemon.port;
    const conn = await Deno.connect({ hostname: daemon.host, port });
    try {
      for (let pieces = mutator.below(6); pieces >= 0; pieces--) {
        const piece = recorded[mutator.below(Math.max(1, recorded.length))] ?? new Uint8Array(99);
        await conn.write(mutator.distort(piece));
      }
      sent++;
    } catch {
      // The daemon has hung up, as it may.
    }
    conn.close();
  }
  assert.ok(sent > 0);
}

async function assertServes(daemon: Daemon, path: string): Promise<void> {
  const said = daemon.stderr();
  assert.doesNotMatch(said, DEFECT, `seed ${SEED}`);
  const status = await Deno.readTextFile(`/proc/${daemon.process.pid}/status`);
  const peakMiB = Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1024;
  assert.ok(peakMiB < 600, `the daemon took ${peakMiB | 0} MiB (seed ${SEED})`);
  await bash(`rm -rf "$1/served/pushed" "$1/pulled"`, [path]);
  const options = { cwd: path };
  const push = ["mirror", "-a", "-y", "source/", daemon.endpoint("pushed")];
  assertCode(await runBlit(push, options), 0);
  await compareTrees(`${path}/source`, `${path}/served/pushed`);
  const pull = ["mirror", "-a", "-y", daemon.endpoint("source/"), "pulled"];
  assertCode(await runBlit(pull, options), 0);
  await compareTrees(`${path}/served/source`, `${path}/pulled`);
}
