import assert from "node:assert/strict";
import {
  assertCode,
  bigFile,
  bigTree,
  blitCommand,
  flatTree,
  type Ground,
  inBackground,
  onGround,
  plant,
  startBlit,
  temporariesIn,
} from "../support/mod.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  onGround(`${signal} ends a run with 130, no temporary left and nothing half`, async (g) => {
    await bigTree(g.source, 30, 100, 2000);
    await bigFile(`${g.source}/big`, 200_000_000);
    await plant(g.destination, { "big": "old", "extra": "extra" });
    const child = startBlit(["mirror", "-y", "source/", "destination"], {
      cwd: g.path,
      env: g.backend.env,
    });
    // Once something has arrived.
    while ([...Deno.readDirSync(g.destination)].length < 6) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill(signal);
    const { code } = await child.status;
    assert.ok(code === 130 || code === 0, `ended ${code}`);
    assert.deepEqual(await temporariesIn(g.destination), []);
    const { size } = await Deno.stat(`${g.destination}/big`);
    assert.ok(size === 3 || size === 200_000_000, `big has ${size} bytes`);
    if (code !== 0) assert.equal(await Deno.readTextFile(`${g.destination}/extra`), "extra");
    assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
    await g.compare();
  });
}

/** One batch, which the main thread works on without a pause. */
const FILES = 3000;
const SIZE = 20;
const OLD_SIZE = 7;

for (const fresh of [true, false]) {
  const what = fresh ? "made" : "replaced";
  onGround(`Ctrl-C is heard from the first file on that is ${what}`, async (g) => {
    await flatTree(g.source, FILES, SIZE);
    for (const wanted of [1, 100, 1500]) {
      await Deno.remove(g.destination, { recursive: true }).catch(() => {});
      await flatTree(g.destination, fresh ? 0 : FILES, OLD_SIZE);
      await interruptAfter(g, wanted);
      assert.deepEqual(await temporariesIn(g.destination), []);
      for (const { name } of Deno.readDirSync(g.destination)) {
        const { size } = Deno.statSync(`${g.destination}/${name}`);
        const isWhole = size === SIZE || (!fresh && size === OLD_SIZE);
        assert.ok(isWhole, `${name} has ${size} bytes`);
      }
    }
  }, { on: "disk", onlyLocal: true });
}

onGround(
  "Ctrl-C before anything is made ends a run in the system's way or in blit's",
  async (g) => {
    await flatTree(g.source, FILES, SIZE);
    for (let delayMs = 10; delayMs <= 100; delayMs += 15) {
      await using run = startCopy(g);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      run.signal("SIGINT");
      const { code, signal } = await run.ended();
      const made = await Deno.stat(g.destination).then(() => true, () => false);
      assert.ok(signal === null || !made, `ended by ${signal} with something made`);
      assert.ok(signal !== null || code === 130 || code === 0, `ended ${code}`);
      if (made) await Deno.remove(g.destination, { recursive: true });
    }
  },
  { onlyLocal: true },
);

/** Interrupts a copy as soon as so many files have arrived, and looks how it ends. */
async function interruptAfter(g: Ground, wanted: number): Promise<void> {
  await using run = startCopy(g);
  let isOver = false;
  run.ended().then(() => isOver = true);
  while (!isOver && arrivedIn(g.destination) < wanted) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const begun = performance.now();
  run.signal("SIGINT");
  const { code, signal } = await run.ended();
  assert.equal(signal, null);
  assert.ok(performance.now() - begun < 5000, "it took seconds to end");
  if (code === 0) return assert.equal(arrivedIn(g.destination), FILES);
  assert.equal(code, 130);
  const last = JSON.parse(run.stdout().trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual([last.type, last.code, last.exit_code], ["error", "interrupted", 130]);
  assert.match(run.stderr(), /^blit: Interrupted\. /);
}

function startCopy(g: Ground): ReturnType<typeof inBackground> {
  const { program, args, env } = blitCommand(["copy", "--json", "source/", "destination"], {
    env: g.backend.env,
  });
  return inBackground(program, args, { cwd: g.path, env });
}

function arrivedIn(destination: string): number {
  let count = 0;
  for (const { name } of Deno.readDirSync(destination)) {
    try {
      if (Deno.statSync(`${destination}/${name}`).size === SIZE) count++;
    } catch {
      // A temporary that is gone.
    }
  }
  return count;
}
