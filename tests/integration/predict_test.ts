import assert from "node:assert/strict";
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
const MODULE = new URL("../../core/predict/mod.ts", import.meta.url).href;

/** A place for predictions and something to copy. */
interface Scene {
  readonly path: string;
  /** The file of predictions. */
  readonly file: string;
  readonly env: Record<string, string>;
  blit(...args: string[]): Promise<CommandOutput>;
  /** What an expression over the module `predict` gives in a process of its own. */
  ask(expression: string): Promise<unknown>;
}

function withPredictions(name: string, fn: (scene: Scene) => Promise<void>, ignore = !LINUX): void {
  Deno.test({
    name: ignore ? `${name} (ignored here)` : name,
    ignore,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      const env = { BLIT_DISABLE_LOCAL_TELEMETRY: "0", XDG_CONFIG_HOME: `${path}/config` };
      await fn({
        path,
        file: `${path}/config/blit/predictions.json`,
        env,
        blit: (...args) => runBlit(args, { cwd: path, env }),
        ask: async (expression) => {
          const code = `const predict = await import(${JSON.stringify(MODULE)});
            console.log(JSON.stringify(${expression}) ?? "null");`;
          return JSON.parse(await run(Deno.execPath(), ["eval", "--no-check", code], { env }));
        },
      });
    },
  });
}

withPredictions(
  "runs to and from a server teach how fast it is, without its name",
  async (scene) => {
    const { path, file, blit, ask } = scene;
    await Deno.mkdir(`${path}/served`);
    await Deno.writeFile(`${path}/large`, new Uint8Array(192 << 20));
    await using daemon = await startDaemon({ root: `${path}/served` });
    const port = /:(\d+)/.exec(daemon.endpoint())?.[1] ?? "";
    const rate = (direction: string, at = port): Promise<unknown> =>
      ask(`predict.linkRate({ host: "${daemon.host}", port: ${at} }, "${direction}")`);
    assert.equal(await rate("push"), null);
    assertCode(await blit("copy", "large", daemon.endpoint("a")), 0);
    const one = await rate("push") as { bytesPerSecond: number; confidence: number };
    assert.ok(one.bytesPerSecond > 1e6 && one.bytesPerSecond < 1e11, JSON.stringify(one));
    assert.equal(await rate("pull"), null);
    assertCode(await blit("copy", "--ignore-times", "large", daemon.endpoint("a")), 0);
    assertCode(await blit("copy", daemon.endpoint("a"), "fetched"), 0);
    assert.ok(await rate("pull") !== null);
    assert.equal(await rate("push", "1"), null);
    const text = await Deno.readTextFile(file);
    assert.doesNotMatch(text, /127\.0|large|served|\//);
    assert.equal((await Deno.stat(file)).mode ?? 0, 0o100600);
  },
);

withPredictions("a small transfer says nothing of a link", async ({ path, blit, file }) => {
  await Deno.mkdir(`${path}/served`);
  await Deno.writeTextFile(`${path}/small`, "x");
  await using daemon = await startDaemon({ root: `${path}/served` });
  assertCode(await blit("copy", "small", daemon.endpoint("a")), 0);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(file)).links, {});
});

/** Directories that make a job which the usual rules give a second mover. */
async function plantMany(path: string): Promise<void> {
  await bash('for at in {1..100}; do mkdir -p "$1/d$at"; touch "$1/d$at/"{a..d}{0..9}; done', [
    path,
  ]);
}

/** How many threads worked on a mirror with nothing to do. */
async function moversOf({ blit }: Scene): Promise<number> {
  const output = await blit("mirror", "--yes", "--json", "many/", "same");
  assertCode(output, 0);
  return JSON.parse(output.stdout.trim().split("\n").at(-1) ?? "").movers;
}

/** Makes the mirror a job that is known to take so long, alone and with help. */
async function plantTimes(scene: Scene, alone: number, helped: number): Promise<void> {
  const { path, file, ask } = scene;
  const average = (value: number): object => ({ value, spread: 0, runs: 3, atMs: Date.now() });
  const salt = "0123456789abcdef";
  const name = `["${path}/many/", "${path}/same"]`;
  const key = await ask(`predict.keyOf("${salt}",
    ...predict.jobName("mirror", ${name}.slice(0, 1), ${name}[1], {}))`);
  const jobs = { [String(key)]: { alone: average(alone), helped: average(helped) } };
  await Deno.writeTextFile(file, JSON.stringify({ version: 1, salt, jobs, kinds: {}, links: {} }));
}

withPredictions("a job goes without help where it was faster so, and only there", async (scene) => {
  const { path, file, blit } = scene;
  await plantMany(`${path}/many`);
  assertCode(await blit("copy", "many/", "same"), 0);
  assert.equal(await moversOf(scene), 2);
  await plantTimes(scene, 119, 100);
  assert.equal(await moversOf(scene), 2);
  // On a machine that is busy with other things it may take so long that it gets help after all.
  let movers = 0;
  for (let tries = 0; tries < 8 && movers !== 1; tries++) {
    await plantTimes(scene, 100, 119);
    movers = await moversOf(scene);
  }
  assert.equal(movers, 1);
  const { jobs } = JSON.parse(await Deno.readTextFile(file));
  const [{ alone, helped }] = Object.values<Record<string, { runs: number }>>(jobs) as [
    Record<string, { runs: number }>,
  ];
  assert.deepEqual([alone?.runs, helped?.runs], [4, 3]);
  const lines = (await Deno.readTextFile(`${path}/config/blit/perf_local.jsonl`)).trim().split(
    "\n",
  );
  assert.deepEqual(JSON.parse(lines.at(-1) ?? "").expectedMs, 100);
});

withPredictions("a job that has grown gets its help all the same", async (scene) => {
  const { path, blit } = scene;
  await bash('for at in $(seq 600); do mkdir -p "$1/d$at"; touch "$1/d$at/"{a..e}; done', [
    `${path}/many`,
  ]);
  assertCode(await blit("copy", "many/", "same"), 0);
  // It never took longer than a hundredth of a second, as far as anybody knows.
  await plantTimes(scene, 1, 2);
  await bash('rm -r "$1"/*', [`${path}/same`]);
  assert.equal(await moversOf(scene), 2);
});

withPredictions("a push goes over one stream where it was faster so", async (scene) => {
  const { path, file, blit, ask } = scene;
  await plant(`${path}/from`, { a: "x", "b/c": "y" });
  await Deno.mkdir(`${path}/served`);
  await using daemon = await startDaemon({ root: `${path}/served` });
  const to = daemon.endpoint("made");
  const streams = async (): Promise<number> => {
    const output = await blit("copy", "--json", "from/", to);
    assertCode(output, 0);
    return JSON.parse(output.stdout.trim().split("\n").at(-1) ?? "").streams;
  };
  assert.equal(await streams(), 2);
  const salt = "0123456789abcdef";
  const key = await ask(`predict.keyOf("${salt}",
    ...predict.jobName("copy", ["${path}/from/"], "${to}", {}))`);
  for (const [alone, helped, expected] of [[150, 200, 1], [200, 150, 2]]) {
    const average = (value = 0): object => ({ value, spread: 0, runs: 3, atMs: Date.now() });
    const jobs = { [String(key)]: { alone: average(alone), helped: average(helped) } };
    await Deno.writeTextFile(file, JSON.stringify({ version: 1, salt, jobs }));
    assert.equal(await streams(), expected);
  }
});

withPredictions(
  "a number of movers that is asked for is kept, and teaches nothing",
  async (scene) => {
    await plantMany(`${scene.path}/many`);
    const output = await scene.blit("copy", "--json", "--workers", "1", "many/", "made");
    assertCode(output, 0);
    assert.equal(JSON.parse(output.stdout.trim().split("\n").at(-1) ?? "").movers, 1);
    await assert.rejects(Deno.lstat(scene.file), Deno.errors.NotFound);
  },
);

/** What somebody may have put in the file's place; whether it is replaced. */
const HOSTILE: Readonly<Record<string, readonly [command: string, replaced: boolean]>> = {
  "no JSON": ['printf "{torn" > "$1"', true],
  "another version": ['echo \'{"version":99,"salt":"00"}\' > "$1"', true],
  "nothing": [': > "$1"', true],
  "zeros": ['truncate -s 100M "$1"', true],
  "huge numbers": [
    `echo '{"version":1,"salt":"0123456789abcdef","jobs":{"01234567":{"helped":{"value":1e999,` +
    `"spread":-1,"runs":1e300,"atMs":9e99}}},"kinds":[1],"links":"x"}' > "$1"`,
    true,
  ],
  "depth": [`printf '%60000s' '' | tr ' ' '[' > "$1"`, true],
  "a link to a victim": ['echo untouched > "$1.victim"; ln -s "$1.victim" "$1"', false],
  "a link to nowhere": ['ln -s "$1.nowhere" "$1"', false],
  "a second name": ['echo untouched > "$1.victim"; ln "$1.victim" "$1"', false],
  "a FIFO": ['mkfifo "$1"', false],
  "a directory": ['mkdir "$1"', false],
  "a directory where it is written first": ['mkdir "$1.new"', false],
};

withPredictions("whatever stands in its place, runs go as without one", async (scene) => {
  const { path, file, blit } = scene;
  // So many that the run asks what it is to expect.
  await bash('for at in {1..70}; do mkdir -p "$1/d$at"; touch "$1/d$at/a"; done', [`${path}/many`]);
  for (const [name, [command, replaced]] of Object.entries(HOSTILE)) {
    await bash('mkdir -p "$2"; cd "$2"; set -- "$1"; ' + command, [file, `${path}/config/blit`]);
    for (let run = 0; run < 2; run++) {
      const output = await blit("copy", "--ignore-times", "many/", "made");
      assertCode(output, 0);
      assert.equal(output.stderr, "", name);
    }
    const info = await Deno.lstat(file).catch(() => undefined);
    const isOurs = info?.isFile === true && info.nlink === 1 && info.size < 65536 &&
      JSON.parse(await Deno.readTextFile(file)).version === 1;
    assert.equal(isOurs, replaced, name);
    await bash('[ ! -e "$1.victim" ] || [ "$(cat "$1.victim")" = untouched ]; rm -rf "$2"', [
      file,
      `${path}/config`,
    ]);
  }
});

withPredictions(
  "what does not fit is made anew from the history, but for its jobs",
  async (scene) => {
    const { path, file, blit } = scene;
    await plantMany(`${path}/many`);
    for (let run = 0; run < 3; run++) assertCode(await blit("copy", "many/", `made${run}`), 0);
    const before = JSON.parse(await Deno.readTextFile(file));
    await Deno.writeTextFile(file, "spoiled");
    assertCode(await blit("copy", "many/", "made"), 0);
    const after = JSON.parse(await Deno.readTextFile(file));
    const [kind] = Object.keys(before.kinds);
    assert.deepEqual([Object.keys(before.jobs).length, Object.keys(after.jobs).length], [3, 1]);
    assert.equal(after.kinds[kind ?? ""].time.runs, 4);
    assert.notEqual(before.salt, after.salt);
    assert.doesNotMatch(JSON.stringify(after), /made|config|\//);
  },
);

withPredictions("several blits learn at once, and what is there is whole", async (scene) => {
  const { path, file, blit } = scene;
  await plantMany(`${path}/many`);
  const outputs = await Promise.all(
    Array.from({ length: 6 }, (_, at) => blit("copy", "many/", `made${at}`)),
  );
  for (const output of outputs) assertCode(output, 0);
  const { version, jobs } = JSON.parse(await Deno.readTextFile(file));
  assert.ok(version === 1 && Object.keys(jobs).length >= 1);
});

withPredictions("turned off, it is neither read nor written", async (scene) => {
  const { path, file, env } = scene;
  await plantMany(`${path}/many`);
  const off = { ...env, BLIT_DISABLE_LOCAL_TELEMETRY: "1" };
  assertCode(await runBlit(["copy", "many/", "made"], { cwd: path, env: off }), 0);
  await assert.rejects(Deno.lstat(file), Deno.errors.NotFound);
  await Deno.mkdir(`${path}/config/blit`, { recursive: true });
  await Deno.writeTextFile(file, "kept");
  assertCode(await runBlit(["copy", "many/", "made2"], { cwd: path, env: off }), 0);
  assert.equal(await Deno.readTextFile(file), "kept");
});

withPredictions(
  "where nothing can be written, runs go on and nothing is told",
  async ({ path, file, blit }) => {
    await plantMany(`${path}/many`);
    assertCode(await blit("copy", "many/", "made0"), 0);
    const before = await Deno.readTextFile(file);
    // Others may read; root could write all the same, so it is made immutable by a mount.
    await bash('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"', [`${path}/config/blit`]);
    try {
      const output = await blit("copy", "many/", "made1");
      assertCode(output, 0);
      assert.equal(output.stderr, "");
      assert.equal(await Deno.readTextFile(file), before);
    } finally {
      await bash('umount "$1"', [`${path}/config/blit`]);
    }
  },
  !LINUX || unmet(["root", "mount"]) !== undefined,
);
