import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  bigFile,
  bigTree,
  type Ground,
  listTree,
  onGround,
  plant,
  startBlit,
  temporariesIn,
  unmet,
} from "../support/mod.ts";

/** Kills in one test; 50 with BLIT_SOAK=1. */
const KILLS = unmet(["soak"]) ? 8 : 50;

/** Content hashes of every regular file, by path. */
async function hashes(root: string): Promise<Map<string, string>> {
  const list = await bash(`cd "$1"; find . -type f -print0 | xargs -0 -r sha256sum -z`, [root]);
  const files = list.split("\0").filter((line) => line !== "");
  return new Map(files.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** Files that are there on both sides, on one only, small and large, linked, and extras. */
async function plantOldAndNew(g: Ground, old: string): Promise<void> {
  await bigTree(g.source, 24, 40, 3000);
  await bigTree(old, 16, 40, 2000);
  for (let n = 0; n < 6; n++) await bigFile(`${g.source}/big-${n}`, 6_000_000 + n, 10 + n);
  for (let n = 0; n < 3; n++) await bigFile(`${old}/big-${n}`, 5_000_000 + n, 20 + n);
  await bigTree(`${old}/extra`, 4, 40, 500);
  await plant(old, { "an-extra": "extra", "z-extra": "extra" });
  await bash(
    `cd "$1"; ln big-5 directory-3/linked; ln directory-1/file-1 directory-2/linked
    touch -d @1000000 directory-*/file-3*; cd "$2"; touch -d @1000000 directory-*/file-3*`,
    [g.source, old],
  );
}

function isExtra(path: string): boolean {
  return path.includes("extra");
}

/** What must hold after a run was killed: nothing half, nothing lost, nothing deleted too early. */
async function assertWhole(
  destination: string,
  before: Map<string, string>,
  source: Map<string, string>,
  sizes: Map<string, number>,
  when: string,
): Promise<void> {
  const after = await hashes(destination);
  let complete = true;
  for (const [path, hash] of source) {
    const now = after.get(path);
    if (now !== hash) complete = false;
    // A small file that was not there may be cut short; a large one must not be.
    if (before.has(path) || (sizes.get(path) ?? 0) >= 1_048_576 && now !== undefined) {
      assert.ok(
        now === hash || now === before.get(path) && now !== undefined,
        `${path} is ${now === undefined ? "gone" : "torn"} ${when}`,
      );
    }
  }
  for (const [path, hash] of before) {
    if (!isExtra(path)) continue;
    const now = after.get(path);
    if (now === undefined) {
      assert.ok(complete, `${path} was deleted before all had arrived ${when}`);
    } else assert.equal(now, hash, `${path} is torn ${when}`);
  }
}

onGround(
  "killed at any moment, blit leaves old or new content whole, and the next run completes",
  async (g) => {
    const old = `${g.path}/old`;
    await plantOldAndNew(g, old);
    const [before, source] = [await hashes(old), await hashes(g.source)];
    const sizes = new Map((await listTree(g.source)).map(({ path, size }) => [`./${path}`, size]));
    const args = ["mirror", ...g.backend.archive, "-y", "--force-delete", "source/", "destination"];
    const reset = () => bash(`rm -rf "$2"; cp -a "$1" "$2"`, [old, g.destination]);

    await reset();
    const start = performance.now();
    assertCode(await g.blit(...args), 0);
    const wholeMs = performance.now() - start;
    await g.compare();

    let killed = 0;
    for (let round = 0; round < KILLS; round++) {
      await reset();
      // The first part of a run is Deno starting; spread the kills over the rest.
      const afterMs = wholeMs * (0.2 + 0.75 * Math.random());
      const child = startBlit(args, { cwd: g.path, env: g.backend.env });
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      try {
        child.kill("SIGKILL");
      } catch {
        // It had ended.
      }
      if ((await child.status).signal === "SIGKILL") killed++;
      const when = `after a kill at ${afterMs.toFixed(1)} of ${wholeMs.toFixed(1)} ms`;
      await assertWhole(g.destination, before, source, sizes, when);
      assertCode(await g.blit(...args), 0);
      await g.compare();
      assert.deepEqual(await temporariesIn(g.destination), [], when);
    }
    assert.ok(killed >= KILLS / 3, `only ${killed} of ${KILLS} kills hit a living run`);
  },
);

onGround("killed at any moment, a move loses no file", async (g) => {
  const old = `${g.path}/old`;
  await bigTree(old, 20, 40, 1500);
  for (let n = 0; n < 4; n++) await bigFile(`${old}/big-${n}`, 4_000_000 + n, n);
  const all = await hashes(old);
  const other = await Deno.makeTempDir({ prefix: "blit-test-" });
  const args = ["move", "-y", "source/", `${other}/destination`];
  const reset = () => bash(`rm -rf "$2" "$3/destination"; cp -a "$1" "$2"`, [old, g.source, other]);
  try {
    await reset();
    const start = performance.now();
    assertCode(await g.blit(...args), 0);
    const wholeMs = performance.now() - start;
    for (let round = 0; round < KILLS; round++) {
      await reset();
      const afterMs = wholeMs * (0.2 + 0.75 * Math.random());
      const child = startBlit(args, { cwd: g.path, env: g.backend.env });
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      try {
        child.kill("SIGKILL");
      } catch {
        // It had ended.
      }
      await child.status;
      await bash(`mkdir -p "$1" "$2/destination"`, [g.source, other]);
      const [here, there] = [await hashes(g.source), await hashes(`${other}/destination`)];
      for (const [path, hash] of all) {
        assert.ok(
          here.get(path) === hash || there.get(path) === hash,
          `${path} is lost after a kill at ${afterMs.toFixed(1)} of ${wholeMs.toFixed(1)} ms`,
        );
      }
      assertCode(await g.blit(...args), 0);
      assert.deepEqual(await hashes(`${other}/destination`), all);
      assert.deepEqual(await temporariesIn(`${other}/destination`), []);
    }
  } finally {
    await bash(`rm -rf "$1"`, [other]);
  }
});
