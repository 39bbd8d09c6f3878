import assert from "node:assert/strict";
import {
  bash,
  bigFile,
  compareTrees,
  type Daemon,
  makePlace,
  mountTmpfs,
  plant,
  runBlit,
  startDaemon,
  temporariesIn,
  unmet,
} from "../support/mod.ts";
import { bytesIn, leftOf, shortLink, startCopy } from "../integration/resume_ground.ts";

const MIB = 1 << 20;
const SIZE = 64 * MIB + 123;
/** With BLIT_SOAK=1 there are 100 in all kinds together, and a few more. */
const ROUNDS = unmet(["soak"]) ? 2 : 13;

type Direction = "local" | "push" | "pull";
type Interruption = "SIGKILL" | "a dead link" | "a full disk";

const KINDS: readonly (readonly [Direction, Interruption])[] = [
  ["local", "SIGKILL"],
  ["local", "a full disk"],
  ["push", "SIGKILL"],
  ["push", "a dead link"],
  ["push", "a full disk"],
  ["pull", "SIGKILL"],
  ["pull", "a dead link"],
  ["pull", "a full disk"],
];

/** One scene: a source with a large file, and a destination on a disk of its own. */
interface Scene {
  readonly path: string;
  readonly direction: Direction;
  readonly daemon: Daemon | undefined;
}

function operands({ direction, daemon }: Scene, host = "127.0.0.1"): [string, string] {
  const at = (name: string): string => `${host}:${daemon?.port}//${name}`;
  return [
    direction === "pull" ? at("source/") : "source/",
    direction === "push" ? at("destination/in") : "destination/in",
  ];
}

/** Interrupts a run at a random moment; false when it had ended before. */
async function interrupt(scene: Scene, how: Interruption): Promise<boolean> {
  const { path, direction, daemon } = scene;
  const share = 0.05 + 0.9 * Math.random();
  const args = ["mirror", "-y", "--resume"];
  if (how === "a full disk") {
    // A disk cannot be made smaller than what is on it.
    const used = Number(await bash(`du -s -B1 "$1" | cut -f1`, [`${path}/destination`]));
    const room = Math.floor(used + share * Math.max(SIZE - used, 0));
    await bash(`mount -o "remount,size=$2" "$1"`, [`${path}/destination`, `${room + MIB}`]);
    await using run = startCopy(path, [...args, ...operands(scene)]);
    const { code } = await run.ended();
    assert.ok(code <= 2, `${code}: ${run.stderr()}`);
    await bash(`mount -o "remount,size=$2" "$1"`, [`${path}/destination`, `${SIZE * 3}`]);
    return code > 0;
  }
  await using link = daemon === undefined
    ? undefined
    : shortLink(daemon, direction === "pull" ? "client" : "daemon", share * SIZE);
  await using run = startCopy(path, [...args, ...operands(scene, link?.host)]);
  const isOver = run.ended().then(() => false);
  const isThere = link === undefined ? untilWritten(path, share * SIZE) : link.worn;
  const hit = await Promise.race([isOver, isThere.then(() => true)]);
  if (how === "SIGKILL") run.signal("SIGKILL");
  await link?.[Symbol.asyncDispose]();
  const { signal } = await run.ended();
  return hit && (how !== "SIGKILL" || signal === "SIGKILL");
}

async function untilWritten(path: string, bytes: number): Promise<void> {
  for (let tries = 0; tries < 5000; tries++) {
    for (const name of await temporariesIn(`${path}/destination`).catch(() => [])) {
      if (await bytesIn(`${path}/destination/${name}`).catch(() => 0) >= bytes) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

for (const [direction, how] of KINDS) {
  const missing = unmet(["tmpfs", ...(direction === "local" ? [] : ["remote" as const])]);
  Deno.test({
    name: `after ${how}, a ${direction} mirror goes on and ends in the source`,
    ignore: missing !== undefined,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await plant(`${path}/source`, { "a/small": "small", "z": "z" });
      await bigFile(`${path}/source/a/big`, SIZE);
      await Deno.mkdir(`${path}/destination`);
      await using _disk = await mountTmpfs(`${path}/destination`, `size=${SIZE * 3}`);
      await using daemon = direction === "local" ? undefined : await startDaemon({ root: path });
      const scene = { path, direction, daemon };
      let [hits, saved, moved] = [0, 0, 0];
      for (let round = 0; round < ROUNDS; round++) {
        await bash(`rm -rf "$1/destination/in"`, [path]);
        // One run in four is interrupted twice.
        for (let times = Math.random() < 0.25 ? 2 : 1; times > 0; times--) {
          if (!(await interrupt(scene, how))) continue;
          hits++;
          await leftOf(`${path}/destination/in/a`).catch(() => undefined);
        }
        const [from, to] = operands(scene);
        const output = await runBlit(["mirror", "-y", "--resume", "--json", from, to], {
          cwd: path,
        });
        assert.equal(output.code, 0, output.stdout + output.stderr);
        const summary = JSON.parse(output.stdout.trimEnd().split("\n").at(-1) ?? "");
        saved += summary.bytes_resumed;
        moved += summary.bytes_transferred;
        await compareTrees(`${path}/source`, `${path}/destination/in`);
        assert.deepEqual(await temporariesIn(`${path}/destination`), []);
      }
      const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;
      console.log(`${hits} times ${how} (${direction}): ${mib(saved)} saved, ${mib(moved)} moved`);
      assert.ok(hits > 0);
      assert.ok(saved > 0, "nothing was gone on with");
    },
  });
}
