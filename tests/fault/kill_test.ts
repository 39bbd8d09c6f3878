import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  bigFile,
  bigTree,
  type Ground,
  listTree,
  makePlace,
  onGround,
  startBlit,
  temporariesIn,
  unmet,
} from "../support/mod.ts";
import { assertWhole, hashes, plantOldAndNew } from "./wholeness.ts";

/** Kills in one test; 50 with BLIT_SOAK=1. */
const KILLS = unmet(["soak"]) ? 5 : 50;

/** Runs blit and kills it at some moment of the time that a whole run takes. */
async function runAndKill(
  g: Ground,
  args: readonly string[],
  wholeMs: number,
): Promise<{ readonly isKilled: boolean; readonly when: string }> {
  // The first part of a run is Deno starting; spread the kills over the rest.
  const afterMs = wholeMs * (0.2 + 0.75 * Math.random());
  const child = startBlit(args, { cwd: g.path, env: g.backend.env });
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  try {
    child.kill("SIGKILL");
  } catch {
    // It had ended.
  }
  return {
    isKilled: (await child.status).signal === "SIGKILL",
    when: `after a kill at ${afterMs.toFixed(1)} of ${wholeMs.toFixed(1)} ms`,
  };
}

onGround(
  "killed at any moment, blit leaves old or new content whole, and the next run completes",
  async (g) => {
    const old = `${g.path}/old`;
    await plantOldAndNew(g.source, old);
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
      const { isKilled, when } = await runAndKill(g, args, wholeMs);
      if (isKilled) killed++;
      await assertWhole(g.destination, before, source, sizes, when);
      assertCode(await g.blit(...args), 0);
      await g.compare();
      assert.deepEqual(await temporariesIn(g.destination), [], when);
    }
    // On a machine at work the measure of a whole run may be far off; it shows over many only.
    const least = KILLS < 50 ? 1 : KILLS / 3;
    assert.ok(killed >= least, `only ${killed} of ${KILLS} kills hit a living run`);
  },
);

onGround("killed at any moment, a move loses no file", async (g) => {
  const old = `${g.path}/old`;
  await bigTree(old, 20, 40, 1500);
  for (let n = 0; n < 4; n++) await bigFile(`${old}/big-${n}`, 4_000_000 + n, n);
  const all = await hashes(old);
  // Another file system, where the tests may mount: there a move copies.
  await using place = await makePlace();
  const other = place.path;
  const args = ["move", "-y", "source/", `${other}/destination`];
  const reset = () => bash(`rm -rf "$2" "$3/destination"; cp -a "$1" "$2"`, [old, g.source, other]);
  await reset();
  const start = performance.now();
  assertCode(await g.blit(...args), 0);
  const wholeMs = performance.now() - start;
  for (let round = 0; round < KILLS; round++) {
    await reset();
    const { when } = await runAndKill(g, args, wholeMs);
    await bash(`mkdir -p "$1" "$2/destination"`, [g.source, other]);
    const [here, there] = [await hashes(g.source), await hashes(`${other}/destination`)];
    for (const [path, hash] of all) {
      assert.ok(
        here.get(path) === hash || there.get(path) === hash,
        `${path} is lost ${when}`,
      );
    }
    assertCode(await g.blit(...args), 0);
    assert.deepEqual(await hashes(`${other}/destination`), all);
    assert.deepEqual(await temporariesIn(`${other}/destination`), []);
  }
});
