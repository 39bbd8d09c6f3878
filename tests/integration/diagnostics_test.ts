import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/diagnostics.schema.json" with { type: "json" };
import { sampleHistory } from "../../build/sample_history.ts";
import { PROGRAMS } from "../../build/programs.ts";
import { RECORD_VERSION } from "../../core/history/record.ts";
import {
  assertCode,
  bash,
  blitCommand,
  type CommandOutput,
  hasTool,
  makePlace,
  mountTmpfs,
  plant,
  programFile,
  run,
  runBlit,
  unmet,
} from "../support/mod.ts";

const validator = new Validator(schema, "2020-12");

interface Scene {
  readonly path: string;
  readonly file: string;
  readonly env: Record<string, string>;
  diagnostics(...args: string[]): Promise<CommandOutput>;
  /** Its JSON, every line of which is as the schema says. */
  json(...args: string[]): Promise<Record<string, unknown>[]>;
}

function onPlace(
  name: string,
  fn: (scene: Scene) => Promise<void>,
  ignore = Deno.build.os !== "linux",
): void {
  Deno.test({
    name,
    ignore,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      const env = { BLIT_DISABLE_LOCAL_TELEMETRY: "0", XDG_CONFIG_HOME: `${path}/config` };
      const diagnostics: Scene["diagnostics"] = (...args) =>
        runBlit(["diagnostics", ...args], { cwd: path, env });
      await fn({
        path,
        file: `${path}/config/blit/perf_local.jsonl`,
        env,
        diagnostics,
        json: async (...args) => {
          const { stdout } = await diagnostics(...args, "--json");
          return stdout.trim().split("\n").map(checked);
        },
      });
    },
  });
}

function checked(line: string): Record<string, unknown> {
  const value = JSON.parse(line);
  const { valid, errors } = validator.validate(value);
  assert.ok(valid, `${line}: ${JSON.stringify(errors)}`);
  return value;
}

const OLD = {
  version: 1,
  endedMs: 1_795_263_456_567,
  blit: "0.1.0",
  verb: "copy",
  direction: "local",
  transport: "local",
  backend: "linux",
  streams: 0,
  entries: 10,
  files: 10,
  bytes: 100_000_000,
  wireBytes: 0,
  deleted: 0,
  failures: 0,
  elapsedMs: 1000,
  firstPayloadMs: 5,
};
const NEW = { ...OLD, version: 2, sourceFilesystem: "ext4", destinationFilesystem: "xfs" };

async function plantHistory(path: string, ...lines: readonly (object | string)[]): Promise<void> {
  const text = lines.map((line) => typeof line === "string" ? line : JSON.stringify(line));
  await plant(`${path}/config/blit`, { "perf_local.jsonl": text.join("\n") + "\n" });
}

onPlace("perf prints runs of old versions and trends, exactly in a pipe", async (scene) => {
  const before = [1, 2, 3].map((at) => ({ ...NEW, endedMs: at * 1000, elapsedMs: 2000 }));
  const lately = [4, 5, 6, 7, 8].map((at) => ({ ...NEW, endedMs: at * 1000 }));
  await plantHistory(scene.path, OLD, ...before, ...lately, { version: 99, of: "the future" });
  const output = await scene.diagnostics("perf", "--limit", "2");
  assertCode(output, 0);
  assert.equal(
    output.stdout,
    "run\t2026-11-21T12:17:36.567Z\tcopy\tlocal\tfew large\t?>?\t0\t10\t100000000\t100000000\t5\t1000\t-\n" +
      "run\t1970-01-01T00:00:08.000Z\tcopy\tlocal\tfew large\text4>xfs\t0\t10\t100000000\t100000000\t5\t1000\t-\n" +
      "trend\tcopy local few large ?>?\t1\tbytes\t100000000\t-\t-\n" +
      "trend\tcopy local few large ext4>xfs\t8\tbytes\t100000000\t50000000\t1\n",
  );
  assert.match(output.stderr, /1 line of .* cannot be read, and count for nothing/);
  const lines = await scene.json("perf", "--limit", "1");
  assert.deepEqual(lines.map(({ type }) => type), ["run", "trend", "trend", "summary"]);
  assert.deepEqual([lines[2]?.change, lines[2]?.direction], [1, "faster"]);
  // Looking changes nothing: what is from the future stands there still.
  assert.match(await Deno.readTextFile(scene.file), /"the future"/);
});

onPlace("perf shows what a real run has left, failures by their codes", async (scene) => {
  await plant(`${scene.path}/from`, { "a": "x", "b": "y" });
  assertCode(await runBlit(["copy", "from/", "to"], { cwd: scene.path, env: scene.env }), 0);
  await bash(`cd '${scene.path}'; mkdir blocked; mkdir -p blocked/a/full; echo z > from/c`);
  assertCode(await runBlit(["copy", "from/", "blocked"], { cwd: scene.path, env: scene.env }), 2);
  const [failed, run] = await scene.json("perf");
  assert.deepEqual([run?.files, run?.failures, run?.failure_codes], [2, 0, undefined]);
  assert.equal(failed?.failures, 1);
  const [code] = failed?.failure_codes as { code: string; count: number }[];
  assert.equal(code?.count, 1);
  assert.match(String(run?.workload), /^copy local few small [\w.]+>[\w.]+$/);
  assert.ok(Number(run?.plan_ms) > 0 && Number(run?.copy_ms) > 0);
});

onPlace("perf is two tables at a terminal", async (scene) => {
  if (!hasTool("script")) return;
  await plantHistory(scene.path, OLD, NEW);
  const { program, args, env } = blitCommand(["diagnostics", "perf"], { env: scene.env });
  const line = [program, ...args].map((word) => `'${word}'`).join(" ");
  const seen = await run("script", ["-qec", line, "/dev/null"], { env });
  const rows = seen.split("\r\n");
  assert.match(rows[0] ?? "", /^ENDED +VERB +OVER +WORKLOAD +FILE SYSTEMS .* TOTAL +BOUND BY$/);
  assert.match(rows[1] ?? "", /^2026-11-21 12:17Z +copy +local +few large .* 100 MB\/s +5 ms/);
  assert.match(rows[4] ?? "", /^KIND OF RUN +RUNS +LAST 5 +BEFORE +CHANGE$/);
  assert.match(seen, /copy local few large ext4>xfs +1 +100 MB\/s +- +-/);
});

onPlace("without a history, or with something else in its place, perf says so", async (scene) => {
  const none = await scene.diagnostics("perf");
  assertCode(none, 0);
  assert.equal(none.stdout, "");
  assert.match(none.stderr, /No run has been recorded yet/);
  const off = await runBlit(["diagnostics", "perf"], {
    env: { ...scene.env, BLIT_DISABLE_LOCAL_TELEMETRY: "1" },
  });
  assertCode(off, 0);
  assert.match(off.stderr, /No history is kept/);
  await bash(`mkdir -p '${scene.file}'`);
  const directory = await scene.diagnostics("perf");
  assertCode(directory, 1);
  assert.match(directory.stderr, /Cannot read the history .* it is not a regular file\./);
  const [dump] = await scene.json("dump");
  assert.equal((dump?.history as Record<string, unknown>).unreadable, true);
});

onPlace("what is wrong on the command line is told", async (scene) => {
  for (
    const [args, told] of [
      [["prf"], /Did you mean "perf"\?/],
      [[], /Say perf or dump\./],
      [["perf", "dump"], /Say perf or dump\./],
      [["perf", "--limit", "0"], /--limit "0" is not a number from 1 to 99999\./],
      [["perf", "--limit", "x"], /--limit "x" is not/],
      [["dump", "--html", "x"], /are for perf/],
      [["perf", "--html", "x", "--json"], /give one/],
    ] as const
  ) {
    const output = await scene.diagnostics(...args);
    assertCode(output, 64);
    assert.match(output.stderr, told);
  }
  await assert.rejects(Deno.lstat(`${scene.path}/x`), Deno.errors.NotFound);
});

/** What somebody who can write the history might write. */
const HOSTILE = `"><script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>'&lt;\u202e`;

onPlace("the page asks for nothing, runs nothing, and nothing in it is markup", async (scene) => {
  const hostile = [
    { ...NEW, blit: HOSTILE },
    { ...NEW, verb: HOSTILE },
    { ...NEW, sourceFilesystem: HOSTILE },
    { ...NEW, failureCodes: { [HOSTILE]: 1 } },
    { ...NEW, extra: HOSTILE, bytes: Number.MAX_SAFE_INTEGER, elapsedMs: 5e-324 },
    { ...NEW, endedMs: Number.MAX_SAFE_INTEGER },
    { ...NEW, bytes: Number.MAX_SAFE_INTEGER, files: 1, elapsedMs: 0.01 },
  ];
  await plantHistory(
    scene.path,
    ...sampleHistory(),
    ...hostile,
    HOSTILE,
    "\0\u{fffd}".repeat(5000),
  );
  const output = await scene.diagnostics("perf", "--html", "page.html");
  assertCode(output, 0);
  assert.equal(output.stdout, "");
  assert.match(output.stderr, /Wrote "page\.html": open it in a browser\./);
  const page = await Deno.readTextFile(`${scene.path}/page.html`);
  assert.doesNotMatch(page, /<script|<img|<link|<iframe|onerror|evil|javascript:|url\(|@import/i);
  assert.doesNotMatch(page, /\ssrc=|\shref=|\sstyle=|NaN|Infinity|undefined/);
  assert.doesNotMatch(page.replace("http-equiv", ""), /https?:/);
  assert.match(page, /Content-Security-Policy" content="default-src &#39;none&#39;; /);
  assert.equal(page.match(/<svg /g)?.length, page.match(/<\/svg>/g)?.length);
  assert.ok((page.match(/<svg /g)?.length ?? 0) >= 7 && page.length < 400_000);
  // Each drawing says what it shows.
  assert.equal(page.match(/<desc /g)?.length, page.match(/<svg /g)?.length);
  const same = await scene.diagnostics("perf", "--html", "-");
  assert.equal(same.stdout, page);
});

onPlace("a page that cannot be written is told, and an empty history has one", async (scene) => {
  const missing = await scene.diagnostics("perf", "--html", "not/there/page.html");
  assertCode(missing, 1);
  assert.match(
    missing.stderr,
    /Cannot write "not\/there\/page\.html": no such file or directory\./,
  );
  assertCode(await scene.diagnostics("perf", "--html", "page.html"), 0);
  assert.match(await Deno.readTextFile(`${scene.path}/page.html`), /No run has been recorded yet/);
});

onPlace(
  "a browser shows the page, and its style passes its own policy",
  async (scene) => {
    await plantHistory(scene.path, ...sampleHistory());
    assertCode(await scene.diagnostics("perf", "--html", "page.html"), 0);
    const browser = (page: string): Promise<string> =>
      bash(
        "chromium --headless --no-sandbox --disable-gpu --dump-dom --enable-logging=stderr " +
          `--user-data-dir='${scene.path}/chromium' 'file://${scene.path}/${page}' 2>&1`,
        [],
        { timeoutMs: 60_000 },
      );
    const shown = await browser("page.html");
    assert.match(shown, /<h1>How blit’s runs went<\/h1>/);
    assert.doesNotMatch(shown, /Content Security Policy directive/);
    // The policy is one: it stops a style and a script that are not the page's own.
    const page = await Deno.readTextFile(`${scene.path}/page.html`);
    const other = page.replace("</body>", "<script>document.title = 'run'</script></body>")
      .replace("<style>", "<style>/* another */");
    await Deno.writeTextFile(`${scene.path}/other.html`, other);
    const refused = await browser("other.html");
    assert.match(refused, /inline style violates the following Content Security Policy directive/);
    assert.match(refused, /inline script violates the following Content Security Policy directive/);
    assert.match(refused, /<title>How blit's runs went<\/title>/);
  },
  Deno.build.os !== "linux" || !hasTool("chromium"),
);

/** Names that a dump must not tell. */
const SECRETS = /zebra|quagga|okapi/i;

onPlace(
  "a dump names no file, no host and no user, wherever they stand",
  async ({ path, env }) => {
    const home = `${path}/home/okapi-user`;
    await plant(home, { "zebra-source/zebra-file": "x", ".config/blit/": null });
    const failing = { ...NEW, failures: 3, failureCodes: { EACCES: 2, EIO: 1 } };
    const lines = [
      failing,
      { ...NEW, blit: "okapi 1.0", path: "/zebra", host: "quagga-host" },
      { ...NEW, sourceFilesystem: "/zebra" },
      "zebra",
    ].map((line) => JSON.stringify(line));
    await Deno.writeTextFile(`${home}/.config/blit/perf_local.jsonl`, lines.join("\n") + "\n");
    await using _mounted = await mountTmpfs(`${path}/zebra mount`, "size=1m");
    const { program, args } = blitCommand(["diagnostics", "dump"]);
    // A host of another name, in a namespace of its own.
    const inside = 'hostname quagga-host; cd "$HOME/zebra-source"; "$@"';
    const words = ["--uts", "bash", "-c", inside, "bash", program, ...args];
    const secret = {
      HOME: home,
      XDG_CONFIG_HOME: `${home}/.config`,
      DENO_DIR: JSON.parse(await run(Deno.execPath(), ["info", "--json"])).denoDir,
      USER: "okapi",
      LOGNAME: "okapi",
      HOSTNAME: "quagga-host",
      TMPDIR: path,
      BLIT_SYS: "linux",
      BLIT_LOG: `${path}/zebra.log`,
    };
    const text = await run("unshare", words, { env: { ...env, ...secret } });
    const json = await run("unshare", [...words, "--json"], { env: { ...env, ...secret } });
    for (const said of [text, json]) {
      assert.doesNotMatch(said, SECRETS);
      assert.ok(!said.includes(path) && !said.includes(Deno.hostname()) && !said.includes("/home"));
    }
    assert.match(text, /BLIT_SYS +linux\n/);
    assert.match(text, /BLIT_LOG +\(set\)\n/);
    assert.match(text, /copy local, 3 failed: EACCES 2, EIO 1/);
    const [dump] = json.trim().split("\n").map(checked);
    const history = dump?.history as Record<string, unknown>;
    assert.deepEqual([history.kept, history.runs, history.unread], [true, 2, 2]);
    assert.ok((dump?.mounts as { type: string }[]).some(({ type }) => type === "tmpfs"));
  },
  Deno.build.os !== "linux" || unmet(["root", "mount"]) !== undefined || !hasTool("unshare"),
);

onPlace("a dump says what the system says, with the compiled program's rights", async (scene) => {
  const { permissions = [] } = PROGRAMS.find(({ name }) => name === "blit") ?? {};
  const args = [
    "run",
    "--quiet",
    ...permissions,
    programFile("blit"),
    "diagnostics",
    "dump",
    "--json",
  ];
  const [dump] = (await run(Deno.execPath(), args, { env: scene.env })).trim().split("\n")
    .map(checked);
  const part = (name: string): Record<string, unknown> => dump?.[name] as Record<string, unknown>;
  assert.equal(part("versions").deno, Deno.version.deno);
  assert.ok(Deno.osRelease().startsWith(String(part("versions").kernel)));
  assert.equal(part("machine").processors, navigator.hardwareConcurrency);
  assert.equal(part("machine").memory_bytes, Deno.systemMemoryInfo().total);
  assert.deepEqual([part("backend").used, part("backend").root], ["linux", Deno.uid() === 0]);
  const soft = (await bash("ulimit -n")).trim();
  assert.ok(Number(part("limits").open_files) >= Number(soft));
  assert.equal(
    part("limits").inotify_watches,
    Number(await Deno.readTextFile("/proc/sys/fs/inotify/max_user_watches")),
  );
  assert.equal(RECORD_VERSION, 3);
});
