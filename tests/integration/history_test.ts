import assert from "node:assert/strict";
import { appendRun, recordOf, type RunRecord } from "../../core/history/mod.ts";
import { HISTORY_BYTES } from "../../core/history/cut.ts";
import {
  assertCode,
  bash,
  type CommandOutput,
  makePlace,
  plant,
  run,
  runBlit,
  startDaemon,
  unmet,
} from "../support/mod.ts";

const LINUX = Deno.build.os === "linux";
const MODULE = new URL("../../core/history/mod.ts", import.meta.url).href;

/** A place for a history and something to copy. */
interface Scene {
  readonly path: string;
  readonly file: string;
  blit(...args: string[]): Promise<CommandOutput>;
  lines(): Promise<string[]>;
}

function withHistory(name: string, fn: (scene: Scene) => Promise<void>, ignore = !LINUX): void {
  Deno.test({
    name: ignore ? `${name} (ignored here)` : name,
    ignore,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await plant(`${path}/secret-source`, { "secret-name": "hello", "b/c": "x" });
      const file = `${path}/config/blit/perf_local.jsonl`;
      await fn({
        path,
        file,
        blit: (...args) => runBlit(args, { cwd: path, env: historyIn(path) }),
        lines: async () => (await Deno.readTextFile(file)).split("\n").slice(0, -1),
      });
    },
  });
}

const historyIn = (path: string): Record<string, string> => ({
  BLIT_DISABLE_LOCAL_TELEMETRY: "0",
  XDG_CONFIG_HOME: `${path}/config`,
});

const RECORD: RunRecord = {
  endedMs: 1_795_263_456_567,
  blit: "0.1.0",
  verb: "copy",
  direction: "local",
  transport: "local",
  backend: "linux",
  streams: 0,
  entries: 3,
  files: 2,
  bytes: 6,
  wireBytes: 0,
  deleted: 0,
  failures: 0,
  elapsedMs: 1.5,
  firstPayloadMs: 0.5,
};

/** Adds as many records from a process of its own; their number of entries counts. */
async function writer(path: string, count: number): Promise<void> {
  const code = `const { appendRun } = await import(${JSON.stringify(MODULE)});
    const record = ${JSON.stringify(RECORD)};
    for (let entries = 0; entries < ${count}; entries++) appendRun({ ...record, entries });`;
  await run(Deno.execPath(), ["eval", "--no-check", code], { env: historyIn(path) });
}

withHistory("a finished run adds a line without names, for its user alone", async (scene) => {
  assertCode(await scene.blit("copy", "secret-source/", "made"), 0);
  assertCode(await scene.blit("mirror", "--yes", "secret-source/", "made"), 0);
  const lines = await scene.lines();
  assert.equal(lines.length, 2);
  const [first, second] = lines.map((line) => JSON.parse(line));
  assert.deepEqual([first.version, first.verb, first.files, first.bytes], [3, "copy", 2, 6]);
  assert.deepEqual([second.verb, second.files, second.bytes], ["mirror", 0, 0]);
  assert.ok(Math.abs(first.endedMs - Date.now()) < 600_000 && first.elapsedMs > 0);
  // The type of a file system may be tmpfs.
  assert.doesNotMatch(lines.join("\n"), /secret|made|tmp(?!fs")|\//);
  assert.match(first.sourceFilesystem, /^[a-z0-9.]+$/);
  assert.equal(first.destinationFilesystem, first.sourceFilesystem);
  assert.ok(first.planMs > 0 && first.copyMs > 0 && first.planMs + first.copyMs < first.elapsedMs);
  assert.deepEqual([first.stalls, first.retries, first.failureCodes], [0, 0, undefined]);
  assert.ok(first.movers >= 1);
  assert.equal((await Deno.stat(scene.file)).mode ?? 0, 0o100600);
  assert.equal(((await Deno.stat(`${scene.path}/config/blit`)).mode ?? 0) & 0o777, 0o700);
});

withHistory("what was not done, was stopped or is turned off is not kept", async (scene) => {
  assertCode(await scene.blit("copy", "-n", "secret-source/", "made"), 0);
  assertCode(await scene.blit("copy", "nothing-there", "made"), 1);
  const off = await runBlit(["copy", "secret-source/", "made"], {
    cwd: scene.path,
    env: { ...historyIn(scene.path), BLIT_DISABLE_LOCAL_TELEMETRY: "1" },
  });
  assertCode(off, 0);
  await assert.rejects(Deno.lstat(scene.file), Deno.errors.NotFound);
});

withHistory("runs to and from a server say so", async (scene) => {
  await Deno.mkdir(`${scene.path}/served`);
  await using daemon = await startDaemon({ root: `${scene.path}/served` });
  assertCode(await scene.blit("copy", "secret-source/", daemon.endpoint("a")), 0);
  assertCode(await scene.blit("copy", daemon.endpoint("a/"), "fetched"), 0);
  assertCode(
    await scene.blit("copy", "--force-grpc-data", daemon.endpoint("a/"), daemon.endpoint("b")),
    0,
  );
  const runs = (await scene.lines()).map((line) => JSON.parse(line));
  assert.deepEqual(runs.map(({ direction, transport }) => [direction, transport]), [
    ["push", "tcp"],
    ["pull", "tcp"],
    ["relay", "grpc"],
  ]);
  assert.ok(runs.every(({ files, wireBytes }) => files === 2 && wireBytes > 0));
  const types = runs.map(({ sourceFilesystem: source, destinationFilesystem: destination }) =>
    [source, destination].map((type) => typeof type)
  );
  // Of a daemon that tells nothing only this machine's are known.
  assert.deepEqual(types, [
    ["string", "undefined"],
    ["undefined", "string"],
    ["undefined", "undefined"],
  ]);
  assert.doesNotMatch((await scene.lines()).join(""), /127\.0\.0\.1|secret/);
});

withHistory(
  "a history in which something else stands takes new lines all the same",
  async (scene) => {
    const future = JSON.stringify({ version: 99, made: "of other things" });
    await plant(`${scene.path}/config/blit`, {
      "perf_local.jsonl": `{"torn":\n\0\xff\n${future}\n`,
    });
    assertCode(await scene.blit("copy", "secret-source/", "made"), 0);
    const lines = await scene.lines();
    assert.equal(lines.length, 4);
    assert.equal(lines[2], future);
    assert.equal(JSON.parse(lines[3] ?? "").verb, "copy");
  },
);

withHistory(
  "nobody else's file is written to, and no link is followed",
  async ({ path, file, blit }) => {
    await Deno.mkdir(`${path}/config/blit`, { recursive: true });
    await Deno.writeTextFile(`${path}/victim`, "untouched");
    const places = [
      `ln -s '${path}/victim' '${file}'`,
      `ln -s '${path}/not-there' '${file}'`,
      `ln '${path}/victim' '${file}'`,
      // Opening it to write would wait for a reader.
      `mkfifo '${file}'`,
      `mkdir '${file}'`,
    ];
    for (const [index, place] of places.entries()) {
      await bash(place);
      assertCode(await blit("copy", "secret-source/", `made-${index}`), 0);
      assert.equal(await Deno.readTextFile(`${path}/victim`), "untouched", place);
      await assert.rejects(Deno.lstat(`${path}/not-there`), Deno.errors.NotFound);
      await bash(`rm -r '${file}'`);
    }
  },
);

withHistory(
  "root does not write to the history of another user",
  async ({ path, file, blit }) => {
    await bash(`mkdir -p '${path}/config/blit'; : > '${file}'; chown 65534 '${file}'`);
    assertCode(await blit("copy", "secret-source/", "made"), 0);
    assert.equal((await Deno.stat(file)).size, 0);
    await bash(`rm '${file}'; chown -R 65534 '${path}/config'`);
    assertCode(await blit("copy", "secret-source/", "made2"), 0);
    await assert.rejects(Deno.lstat(file), Deno.errors.NotFound);
  },
  !LINUX || unmet(["root"]) !== undefined,
);

withHistory(
  "where no history can be kept the run goes on as if nothing were",
  async ({ path, blit }) => {
    // A file stands where its directory should be.
    await Deno.writeTextFile(`${path}/config`, "");
    const output = await blit("copy", "secret-source/", "made");
    assertCode(output, 0);
    assert.equal(output.stderr, "");
    for (const config of ["/proc/none", "relative", ""]) {
      const env = { ...historyIn(path), XDG_CONFIG_HOME: config, HOME: `${path}/no-home` };
      const denoDirectory = await run(Deno.execPath(), ["info", "--json"]);
      const { denoDir } = JSON.parse(denoDirectory);
      const other = await runBlit(["copy", "secret-source/", `made${config.length}`], {
        cwd: path,
        env: { ...env, DENO_DIR: denoDir },
      });
      assertCode(other, 0);
      assert.equal(other.stderr, "");
    }
  },
);

withHistory("several blits add lines at once, and none is lost or torn", async (scene) => {
  await Promise.all(Array.from({ length: 4 }, () => writer(scene.path, 150)));
  const numbers = (await scene.lines()).map((line) => JSON.parse(line).entries);
  assert.equal(numbers.length, 600);
  for (let at = 0; at < 150; at++) {
    assert.equal(numbers.filter((number) => number === at).length, 4);
  }
});

withHistory(
  "a history that grows too large keeps its newer half, whoever else writes",
  async (scene) => {
    const future = JSON.stringify({ version: 99, kept: true });
    const old = JSON.stringify({ version: 1, padding: "x".repeat(1000) });
    // Nearly full; what was left by one who was killed while he cut is in the way.
    const text = `${old}\n`.repeat(Math.floor(HISTORY_BYTES / (old.length + 1)) - 1) +
      `${future}\n`;
    await plant(`${scene.path}/config/blit`, {
      "perf_local.jsonl": text,
      "perf_local.jsonl.new": "left over",
    });
    await Promise.all(Array.from({ length: 3 }, () => writer(scene.path, 40)));
    const { size } = await Deno.stat(scene.file);
    assert.ok(size < HISTORY_BYTES * 0.7 && size > HISTORY_BYTES * 0.4, String(size));
    const lines = (await scene.lines()).map((line) => JSON.parse(line));
    assert.ok(lines.some(({ version }) => version === 3));
    // The last of each writer has to be there: it came when the file was small again.
    assert.equal(lines.filter(({ entries }) => entries === 39).length, 3);
    assert.deepEqual([...Deno.readDirSync(`${scene.path}/config/blit`)].map(({ name }) => name), [
      "perf_local.jsonl",
    ]);
  },
);

withHistory("a huge history is cut without being read whole", async (scene) => {
  await bash(`mkdir -p "$1/config/blit"; truncate -s 3G "$1/config/blit/perf_local.jsonl"`, [
    scene.path,
  ]);
  await writer(scene.path, 2);
  const lines = await scene.lines();
  // The first has joined what stood there without an end, and went with it.
  assert.deepEqual(lines.map((line) => JSON.parse(line).entries), [1]);
});

Deno.test("adding to the history never throws, whatever there is to write", () => {
  const summary = { verb: "copy", transport: "tcp", backend: "linux", elapsedMs: NaN };
  // A summary that lacks most: what a defect elsewhere might give.
  // deno-lint-ignore no-explicit-any -- not a summary, which is the point
  appendRun(recordOf(summary as any, "push"));
});
