import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  type Background,
  bash,
  blitCommand,
  compareTrees,
  type Daemon,
  DIRECTIONS,
  inBackground,
  listTree,
  makePlace,
  startDaemon,
  temporariesIn,
  unmet,
} from "../support/mod.ts";
import { assertWhole, hashes, plantOldAndNew } from "./wholeness.ts";

/** Kills in one test: as many as the issue asks for with BLIT_SOAK=1. */
const KILLS = unmet(["soak"]) ? 2 : 20;

/** The long form takes every way of content. */
const CARRIERS = unmet(["soak"]) ? [[]] : [[], ["--force-grpc-data"]];

const ignore = unmet(["remote"]) !== undefined;

/** A daemon behind each end that the direction asks for, over the same directory. */
async function startEnds(path: string, direction: string): Promise<(Daemon | undefined)[]> {
  return await Promise.all([
    direction === "push" ? undefined : startDaemon({ root: path }),
    direction === "pull" ? undefined : startDaemon({ root: path }),
  ]);
}

function startMirror(
  path: string,
  ends: readonly (Daemon | undefined)[],
  carry: readonly string[],
): Background {
  const [source, destination] = ends;
  const { program, args, env } = blitCommand([
    ...["mirror", "-a", "-y", "--force-delete", ...carry],
    source?.endpoint("source/") ?? "source/",
    destination?.endpoint("destination") ?? "destination",
  ]);
  return inBackground(program, args, { cwd: path, env });
}

async function settled(root: string): Promise<void> {
  // A daemon whose client is gone tidies up; what it wrote last may still be on its way.
  for (let tries = 0; tries < 30 && (await temporariesIn(root)).length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

for (const direction of DIRECTIONS) {
  for (const victim of ["client", "daemon"] as const) {
    for (const carry of CARRIERS) {
      const over = carry.length === 0 ? "tcp" : "grpc";
      Deno.test({
        name: `a ${victim} killed at any moment of a ${direction} over ${over} damages nothing, ` +
          `and the next run completes`,
        ignore,
        fn: () => killAndComplete(direction, victim, carry),
      });
    }
  }
}

async function killAndComplete(
  direction: string,
  victim: "client" | "daemon",
  carry: readonly string[],
): Promise<void> {
  await using place = await makePlace();
  const { path } = place;
  const [source, old, destination] = [`${path}/source`, `${path}/old`, `${path}/destination`];
  await plantOldAndNew(source, old);
  const [before, after] = [await hashes(old), await hashes(source)];
  const sizes = new Map((await listTree(source)).map((entry) => [`./${entry.path}`, entry.size]));
  const reset = () => bash(`rm -rf "$2"; cp -a "$1" "$2"`, [old, destination]);
  let ends = await startEnds(path, direction);
  const stop = async (): Promise<void> => {
    for (const end of ends) await end?.[Symbol.asyncDispose]();
  };
  const whole = async (): Promise<number> => {
    const start = performance.now();
    await using run = startMirror(path, ends, carry);
    const { code } = await run.ended();
    assertCode({ code, stdout: run.stdout(), stderr: run.stderr() }, 0);
    await compareTrees(source, destination);
    return performance.now() - start;
  };
  try {
    await reset();
    const wholeMs = await whole();
    let hits = 0;
    for (let round = 0; round < KILLS; round++) {
      await reset();
      // The first part of a run is Deno starting; spread the kills over the rest.
      const afterMs = wholeMs * (0.2 + 0.5 * Math.random());
      const when = `after a kill of the ${victim} at ${afterMs | 0} of ${wholeMs | 0} ms`;
      await using run = startMirror(path, ends, carry);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      const end = ends[round % 2] ?? ends[0] ?? ends[1];
      if (victim === "client") run.signal("SIGKILL");
      else await end?.kill();
      const killedAt = performance.now();
      const { code, signal } = await run.ended();
      if (victim === "client" ? signal === "SIGKILL" : code !== 0) hits++;
      if (victim === "daemon") {
        const output = { code, stdout: run.stdout(), stderr: run.stderr() };
        if (code !== 0) assertSentence(output, [1, 2], /\w+ \w+/);
        // Far from what the kernel alone would take, however busy the machine is.
        assert.ok(performance.now() - killedAt < 90_000, `noticed late ${when}`);
        await stop();
        ends = await startEnds(path, direction);
      }
      await settled(destination);
      await assertWhole(destination, before, after, sizes, when);
      await whole();
      assert.deepEqual(await temporariesIn(destination), [], when);
    }
    assert.ok(KILLS < 10 || hits >= KILLS / 3, `only ${hits} of ${KILLS} kills hit a living run`);
  } finally {
    await stop();
  }
}
