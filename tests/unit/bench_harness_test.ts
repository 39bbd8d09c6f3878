import assert from "node:assert/strict";
import type { Contender } from "../../bench/contenders.ts";
import { parseCpuTicks } from "../../bench/harness/machine.ts";
import { findFilesystem } from "../../bench/harness/places.ts";
import { run } from "../../bench/harness/process.ts";
import { runRounds } from "../../bench/harness/rounds.ts";
import {
  addExtras,
  ageTree,
  censusDifference,
  describeShape,
  quickShape,
  takeCensus,
  type TreeShape,
  writeTree,
} from "../../bench/harness/trees.ts";
import { type Scenario, SCENARIOS } from "../../bench/scenarios.ts";

const shape: TreeShape = { directories: 2, filesPerDirectory: 100, fileBytes: 10 };
const linux = Deno.build.os === "linux";

async function inTemporary(work: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = Deno.makeTempDirSync();
  try {
    await work(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test("a shape written twice gives the same names, bytes and times", () =>
  inTemporary((directory) => {
    const both = { ...shape, bigFileBytes: 3_000_000 };
    writeTree(`${directory}/a`, both);
    writeTree(`${directory}/b`, both);
    const census = takeCensus(`${directory}/a`);
    assert.deepEqual(takeCensus(`${directory}/b`), census);
    assert.equal(census.files, 201);
    assert.equal(census.bytes, 3_002_000);
    for (const name of ["big", "directory-0001/file-0042.dat"]) {
      const [a, b] = ["a", "b"].map((tree) => Deno.readFileSync(`${directory}/${tree}/${name}`));
      assert.deepEqual(a, b);
    }
  }));

Deno.test("an aged tree lacks what is new, holds what is gone, and two older files in a hundred", () =>
  inTemporary((directory) => {
    writeTree(`${directory}/new`, shape);
    writeTree(`${directory}/old`, shape);
    ageTree(`${directory}/old`, shape);
    const listed = (tree: string) =>
      [...Deno.readDirSync(`${directory}/${tree}/directory-0000`)].map((entry) => entry.name);
    const [before, after] = [new Set(listed("old")), new Set(listed("new"))];
    assert.deepEqual([...after.difference(before)], ["file-0031.dat"]);
    assert.deepEqual([...before.difference(after)], ["gone-83"]);
    const changed = [...before.intersection(after)].filter((name) => {
      const [a, b] = ["old", "new"].map((tree) => {
        const path = `${directory}/${tree}/directory-0000/${name}`;
        return `${Deno.readFileSync(path)} ${Deno.statSync(path).mtime?.getTime()}`;
      });
      return a !== b;
    });
    assert.deepEqual(changed.sort(), ["file-0013.dat", "file-0057.dat"]);
  }));

Deno.test("a census tells a tree with extras, or with one stale file, from a right one", () =>
  inTemporary((directory) => {
    writeTree(`${directory}/a`, shape);
    const right = takeCensus(`${directory}/a`);
    assert.equal(censusDifference(right, right), undefined);
    Deno.utimeSync(`${directory}/a/directory-0000/file-0000.dat`, 5, 5);
    assert.match(censusDifference(right, takeCensus(`${directory}/a`)) ?? "", /mtimeSum/);
    addExtras(`${directory}/a`, shape);
    assert.match(censusDifference(right, takeCensus(`${directory}/a`)) ?? "", /files 400/);
  }));

Deno.test("a shape is told in words, and quickly done at a tenth", () => {
  const mixed = {
    directories: 500,
    filesPerDirectory: 100,
    fileBytes: 2048,
    bigFileBytes: 536870912,
  };
  assert.equal(
    describeShape(mixed),
    "one file of 512 MiB and 50,000 files of 2 KiB in 500 directories",
  );
  assert.equal(
    describeShape(quickShape(mixed)),
    "one file of 64 MiB and 5,000 files of 2 KiB in 50 directories",
  );
  const tiny = { directories: 0, filesPerDirectory: 0, fileBytes: 0, bigFileBytes: 1024 };
  assert.equal(describeShape(quickShape(tiny)), "one file of 1 KiB");
});

Deno.test("processor time in use leaves out idleness and waiting for a disk", () => {
  assert.deepEqual(parseCpuTicks("cpu  10 1 5 100 50 2 3 4 7 0\ncpu0 1 1 1 1\n"), {
    busy: 25,
    total: 175,
  });
  assert.equal(parseCpuTicks(""), undefined);
});

Deno.test("a file system is the one of the longest mount point above the path", () => {
  const mounts = "none / ext4 rw 0 0\nshm /dev/shm tmpfs rw 0 0\nx /dev/sh xfs rw 0 0\n";
  assert.equal(findFilesystem(mounts, "/dev/shm/a"), "tmpfs");
  assert.equal(findFilesystem(mounts, "/dev/shmoo"), "ext4");
  assert.equal(findFilesystem(mounts, "/dev/sh"), "xfs");
});

Deno.test({ name: "a run tells time, memory and what went wrong", ignore: !linux }, async () => {
  const slept = await run(["sleep", "0.05"], { watchMemory: true });
  assert.equal(slept.failure, undefined);
  assert.ok(slept.elapsedMs >= 50 && slept.elapsedMs < 5000, `${slept.elapsedMs}`);
  assert.ok((slept.peakMemoryMiB ?? 0) > 0.1 && (slept.peakMemoryMiB ?? 0) < 20);
  const failed = await run(["sh", "-c", "echo alas >&2; exit 3"]);
  assert.equal(failed.failure, "ended with 3: alas");
  assert.match((await run(["/no/such/program"])).failure ?? "", /cannot start/);
  const stuck = await run(["sleep", "60"], { timeoutMs: 50 });
  assert.equal(stuck.failure, "took more than 0.05 s");
});

Deno.test({ name: "the peak is the most a process ever held", ignore: !linux }, async () => {
  // Bash holds the string in memory and lets it go before it ends.
  const script = "x=$(head -c 60000000 /dev/zero | tr '\\0' a); unset x; sleep 0.1";
  const { peakMemoryMiB } = await run(["bash", "-c", script], { watchMemory: true });
  assert.ok((peakMemoryMiB ?? 0) > 55 && (peakMemoryMiB ?? 0) < 400, `${peakMemoryMiB}`);
});

Deno.test({ name: "an interrupted run ends its program and rejects", ignore: !linux }, async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new DOMException("Interrupted", "AbortError")), 50);
  const start = performance.now();
  await assert.rejects(run(["sleep", "60"], { signal: stop.signal }), { name: "AbortError" });
  assert.ok(performance.now() - start < 10_000);
});

Deno.test({
  name: "rounds time who is right, and put out who fails or leaves the wrong tree",
  ignore: !linux,
}, () =>
  inTemporary(async (directory) => {
    const source = `${directory}/source`;
    writeTree(source, shape);
    const contender = (name: string, script: string): Contender => ({
      name,
      versionCommand: ["true"],
      commands: { copy: (from, to) => ["sh", "-c", script, name, from, to] },
      inQuick: true,
      maxRounds: 2,
    });
    const outcome = await runRounds({
      scenario: SCENARIOS.find((each) => each.name === "small-files") as Scenario,
      place: {
        name: "disk",
        directory,
        filesystem: "ext4",
        close: () => Promise.resolve(),
      },
      shape,
      source,
      contenders: [
        contender("blit", 'cp -a "$1" "$2" && sleep 0.03'),
        contender("forgetful", 'cp -a "$1" "$2" && rm "$2"/directory-0001/file-0007.dat'),
        contender("broken", "exit 9"),
      ],
      rounds: 3,
      idleLimitMs: 0,
      signal: new AbortController().signal,
    });
    const [blit, forgetful, broken] = outcome.series;
    assert.equal(blit?.failure, undefined);
    assert.equal(blit?.timesMs.length, 2);
    assert.ok((blit?.peakMemoryMiB ?? 0) > 0);
    assert.equal(forgetful?.failure, "left a wrong result: files 199 instead of 200");
    assert.equal(broken?.failure, "ended with 9");
    assert.deepEqual([forgetful?.timesMs, broken?.timesMs], [[], []]);
    assert.deepEqual([...Deno.readDirSync(directory)].map((entry) => entry.name), ["source"]);
  }));
