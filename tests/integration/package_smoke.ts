import assert from "node:assert/strict";
import {
  assertCode,
  bigTree,
  command,
  compareTrees,
  makePlace,
  run,
  startDaemon,
  summaryOf,
} from "../support/mod.ts";

/** A program and the arguments before its own. */
export type Blit = readonly [program: string, ...args: string[]];

/** Files enough for Workers to be started. */
const DIRECTORIES = 40;
const FILES = 100;

/** It starts, says its version and refuses what it does not know. */
export async function startsAndRefuses([program, ...before]: Blit): Promise<void> {
  assert.match(await run(program, [...before, "--version"]), /^blit \d+\.\d+\.\d+\n$/);
  assertCode(await command(program, [...before, "--no-such-option"]), 64);
}

/** It copies a tree, on Linux through FFI and in Workers. */
export async function copiesInWorkers([program, ...before]: Blit): Promise<void> {
  await using place = await makePlace();
  const source = `${place.path}/source`;
  const destination = `${place.path}/destination`;
  await bigTree(source, DIRECTORIES, FILES, 4096);
  const child = new Deno.Command(program, {
    args: [...before, "copy", "--json", `${source}/`, destination],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const watch = watchThreads(child.pid);
  const { code, stdout, stderr } = await child.output();
  const threads = watch.end();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const said = new TextDecoder().decode(stdout);
  assert.match(said, new RegExp(`"files_created":${DIRECTORIES * FILES}\\b`));
  if (Deno.build.os !== "linux") return;
  assert.match(said, /"backend":"linux"/);
  assert.ok([...threads].some((name) => name.startsWith("worker-")), "no Worker was started");
  await compareTrees(source, destination);
}

/**
 * It brings a tree to a daemon and back over TCP, with Workers at both ends, and lists what is
 * there. A connection that is lost fails the test once a transfer has been tried so often.
 */
export async function pushesAndPulls(
  [program, ...before]: Blit,
  daemonCommand: Blit,
  tries = 1,
): Promise<void> {
  await using place = await makePlace();
  const source = `${place.path}/source`;
  await bigTree(source, 4, 25, 4096);
  // Too large for a shard.
  await Deno.writeFile(`${source}/large`, new Uint8Array(3 << 20).fill(7));
  await using daemon = await startDaemon({ root: place.path, command: daemonCommand });
  const transfer = async (from: string, to: string): Promise<void> => {
    let output = await command(program, [...before, "copy", "--json", from, to]);
    for (let next = 2; output.code === 1 && next <= tries; next++) {
      output = await command(program, [...before, "copy", "--json", from, to]);
    }
    assertCode(output, 0);
    assert.doesNotMatch(output.stdout, /"type":"warning"/);
    assert.equal(summaryOf(output)["transport"], "tcp");
  };
  await transfer(`${source}/`, daemon.endpoint("pushed"));
  await compareTrees(source, `${place.path}/pushed`);
  await transfer(daemon.endpoint("pushed/"), `${place.path}/pulled`);
  await compareTrees(source, `${place.path}/pulled`);
  const listed = await command(program, [...before, "ls", daemon.endpoint("pushed/")]);
  assertCode(listed, 0);
  assert.match(listed.stdout, /^large$/m);
  assert.equal((await daemon.stop()).code, 0);
}

/** Its WASM module finds the hash of nothing, which the authors of BLAKE3 give. */
export async function hashesInWasm([program, ...before]: Blit): Promise<void> {
  await using place = await makePlace();
  await Deno.writeTextFile(`${place.path}/empty`, "");
  assert.equal(
    await run(program, [...before, "hash", "empty"], { cwd: place.path }),
    "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262  empty\n",
  );
}

/** Collects the names of a process's threads as Linux has them; Deno's Workers are worker-1... */
function watchThreads(pid: number): { end(): ReadonlySet<string> } {
  const names = new Set<string>();
  const timer = setInterval(() => {
    try {
      for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
        names.add(Deno.readTextFileSync(`/proc/${pid}/task/${name}/comm`).trim());
      }
    } catch {
      // The process or the thread has ended, or there is no /proc.
    }
  }, 5);
  return {
    end(): ReadonlySet<string> {
      clearInterval(timer);
      return names;
    },
  };
}
