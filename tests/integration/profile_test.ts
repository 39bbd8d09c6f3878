import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/profile.schema.json" with { type: "json" };
import {
  assertCode,
  bash,
  blitCommand,
  type CommandOutput,
  freePort,
  hasTool,
  inBackground,
  makePlace,
  plant,
  readTree,
  run,
  runBlit,
  startDaemon,
} from "../support/mod.ts";

const validator = new Validator(schema, "2020-12");

interface Scene {
  readonly path: string;
  readonly env: Record<string, string>;
  profile(...args: string[]): Promise<CommandOutput>;
  /** Its JSON, every line of which is as the schema says. */
  json(...args: string[]): Promise<Record<string, unknown>[]>;
}

function onPlace(name: string, fn: (scene: Scene) => Promise<void>): void {
  Deno.test({
    name,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      const env = { BLIT_DISABLE_LOCAL_TELEMETRY: "0", XDG_CONFIG_HOME: `${path}/config` };
      const profile: Scene["profile"] = (...args) =>
        runBlit(["profile", ...args], { program: "blit-utils", cwd: path, env });
      await fn({
        path,
        env,
        profile,
        json: async (...args) => {
          const { stdout } = await profile("--json", ...args);
          return stdout.trim().split("\n").map((line) => {
            const value = JSON.parse(line);
            const { valid, errors } = validator.validate(value);
            assert.ok(valid, `${line}: ${JSON.stringify(errors)}`);
            return value;
          });
        },
      });
    },
  });
}

const RUN = {
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
  bytes: 1_000_000,
  wireBytes: 0,
  deleted: 0,
  failures: 0,
  elapsedMs: 1000,
  firstPayloadMs: 5,
};
const PUSH = { ...RUN, direction: "push", transport: "tcp", endedMs: RUN.endedMs - 60_000 };
const HISTORY = [
  { ...RUN, elapsedMs: 500 },
  RUN,
  { ...RUN, elapsedMs: 4000, firstPayloadMs: 7 },
  // Nothing was written: it counts as a run, and for no speed.
  { ...RUN, bytes: 0, files: 0, firstPayloadMs: undefined, elapsedMs: 1 },
  PUSH,
];

async function plantHistory(path: string, ...lines: readonly (object | string)[]): Promise<void> {
  const text = lines.map((line) => typeof line === "string" ? line : JSON.stringify(line));
  await plant(`${path}/config/blit`, { "perf_local.jsonl": text.join("\n") + "\n" });
}

onPlace("profile sums earlier runs up, exactly in a pipe and in JSON", async (scene) => {
  await plantHistory(scene.path, ...HISTORY);
  const output = await scene.profile();
  assertCode(output, 0);
  assert.equal(
    output.stdout,
    "copy\tlocal\t-\t4\t30\t3000000\t1000000\t5\t2026-11-21T12:17:36.567Z\n" +
      "copy\tpush\ttcp\t1\t10\t1000000\t1000000\t5\t2026-11-21T12:16:36.567Z\n",
  );
  assert.equal(output.stderr, "");
  const [local, push, summary] = await scene.json();
  assert.deepEqual([local?.runs, local?.bytes_per_second, local?.files_per_second], [4, 1e6, 10]);
  assert.equal(push?.direction, "push");
  assert.deepEqual(summary, { type: "summary", entries: 2, failures: 0, exit_code: 0 });
});

onPlace("profile is a table at a terminal", async (scene) => {
  if (!hasTool("script")) return;
  await plantHistory(scene.path, ...HISTORY);
  const { program, args, env } = blitCommand(["profile"], {
    program: "blit-utils",
    env: scene.env,
  });
  const words = [program, ...args].map((word) => `'${word}'`).join(" ");
  const shown = await run("script", ["--quiet", "--command", words, "/dev/null"], {
    env: { ...env, TERM: "xterm" },
  });
  assert.equal(
    shown.replaceAll("\r", ""),
    "VERB  ENDS   OVER  RUNS  FILES    SIZE     SPEED  FIRST BYTE  LAST\n" +
      "copy  local  -        4     30  3.0 MB  1.0 MB/s        5 ms  2026-11-21 12:17Z\n" +
      "copy  push   tcp      1     10  1.0 MB  1.0 MB/s        5 ms  2026-11-21 12:16Z\n",
  );
});

onPlace("profile says where there is no history, and why", async (scene) => {
  const none = await scene.profile();
  assertCode(none, 0);
  assert.equal(none.stdout, "");
  assert.match(
    none.stderr,
    /^blit-utils: No run has been recorded yet in ".*perf_local\.jsonl"\.\n$/,
  );
  const off = await runBlit(["profile"], {
    program: "blit-utils",
    env: { ...scene.env, BLIT_DISABLE_LOCAL_TELEMETRY: "1" },
  });
  assertCode(off, 0);
  assert.match(off.stderr, /No history is kept: it is turned off/);
  assert.deepEqual((await scene.json()).map(({ type }) => type), ["summary"]);
});

onPlace("what profile cannot read counts for nothing, and is said", async (scene) => {
  const odd = ["{", "\u001b[31m", '{"version":2,"verb":"copy"}', { ...RUN, bytes: -1 }];
  await plantHistory(scene.path, ...odd, { ...RUN, verb: "\u001b]0;x" }, RUN);
  const output = await scene.profile();
  assertCode(output, 0);
  assert.equal(output.stdout.split("\n").length, 2);
  assert.match(output.stderr, /5 lines of ".*" cannot be read, and count for nothing\.\n$/);
});

onPlace("a huge history is read at its end", async (scene) => {
  await plantHistory(scene.path, RUN);
  await bash(`mv "$1" "$1.end"; truncate -s 2G "$1"; echo >> "$1"; cat "$1.end" >> "$1"`, [
    `${scene.path}/config/blit/perf_local.jsonl`,
  ]);
  const output = await scene.profile();
  assertCode(output, 0);
  assert.match(output.stdout, /^copy\tlocal\t-\t1\t/);
});

onPlace("a link in the history's place is not followed", async (scene) => {
  await plantHistory(scene.path, RUN);
  await bash(`mv "$1" "$1.real"; ln -s "$1.real" "$1"`, [
    `${scene.path}/config/blit/perf_local.jsonl`,
  ]);
  const output = await scene.profile();
  assertCode(output, 1);
  assert.match(output.stderr, /Cannot read the history ".*": it is not a regular file\.\n/);
  assert.deepEqual((await scene.json()).map(({ type }) => type), ["error"]);
});

onPlace("--probe measures a disk and leaves nothing behind", async (scene) => {
  await plant(`${scene.path}/disk`, { "kept": "x" });
  const [disk, mount, summary] = await scene.json("--probe", "disk");
  assert.equal(disk?.type, "disk");
  for (const [name, value] of Object.entries(disk ?? {})) {
    if (name !== "type" && name !== "endpoint") assert.ok(Number(value) > 0, name);
  }
  assert.deepEqual([mount?.type, mount?.folds_case, mount?.time_step_ns], ["mount", false, 1]);
  assert.equal(summary?.exit_code, 0);
  assert.deepEqual(await readTree(`${scene.path}/disk`), { "kept": "x" });
  const here = await scene.profile("--probe");
  assertCode(here, 0);
  assert.match(
    here.stdout,
    /^write\t\d+\nsynced\t\d+\nread\t\d+\nsmall files\t\d+\nreflinks\t[01]\n/,
  );
});

onPlace("--probe says what cannot be measured", async (scene) => {
  await Deno.writeTextFile(`${scene.path}/file`, "");
  for (const place of ["missing", "file", "/proc", `127.0.0.1:${freePort()}`]) {
    const output = await scene.profile("--probe", place);
    assertCode(output, 1);
    assert.equal(output.stdout, "", place);
    assert.match(output.stderr, /^blit-utils: ["A-Z].*[^.]\.\n$/, place);
  }
  assertCode(await scene.profile("--probe", "user@host:/x/"), 64);
  const alone = await scene.profile("disk");
  assertCode(alone, 64);
  assert.match(alone.stderr, /An endpoint is measured, and that takes --probe\./);
});

const KEPT = { "below/": null, "below/kept": "x" };

onPlace("--probe measures a server, and takes what it sent away again", async (scene) => {
  await plant(`${scene.path}/served`, { "below/kept": "x" });
  const modules = [
    `[[module]]\nname = "open"\npath = "${scene.path}/served"`,
    `[[module]]\nname = "closed"\npath = "${scene.path}/served"\nread_only = true`,
  ];
  await using daemon = await startDaemon({ config: modules.join("\n") });
  const [link] = await scene.json("--probe", daemon.module("open", "below"));
  assert.equal(link?.type, "link", JSON.stringify(link));
  assert.ok(Number(link?.push_bytes_per_second) > 0 && Number(link?.pull_bytes_per_second) > 0);
  assert.ok(Number(link?.bytes) >= 4 << 20);
  assert.deepEqual(await readTree(`${scene.path}/served`), KEPT);

  const closed = await scene.profile("--probe", daemon.module("closed"));
  assertCode(closed, 0);
  assert.match(closed.stdout, /^connect\t[\d.]+\nanswer\t[\d.]+\n$/);
  assert.match(closed.stderr, /only answers were measured/);

  const [alone] = await scene.json("--probe", `${daemon.host}:${daemon.port}`);
  assert.deepEqual([alone?.type, alone?.bytes], ["link", undefined]);
  assert.ok(Number(alone?.fastest_ms) <= Number(alone?.slowest_ms));

  const missing = await scene.profile("--probe", daemon.module("nothing"));
  assertCode(missing, 1);
  assert.match(missing.stderr, /no module "nothing"/);
});

onPlace("Ctrl-C in a probe takes away what was sent", async (scene) => {
  await plant(`${scene.path}/served`, { "below/kept": "x" });
  await using daemon = await startDaemon({ root: `${scene.path}/served` });
  const { program, args, env } = blitCommand(["profile", "--probe", daemon.endpoint("below/")], {
    program: "blit-utils",
    env: scene.env,
  });
  await using probe = inBackground(program, args, { env });
  const arrived = (): boolean =>
    [...Deno.readDirSync(`${scene.path}/served/below`)].some(({ name }) =>
      name.startsWith(".blit-probe-")
    );
  const late = Date.now() + 60_000;
  while (!arrived() && Date.now() < late) await new Promise((done) => setTimeout(done, 2));
  probe.signal("SIGINT");
  const { code } = await probe.ended();
  assert.equal(code, 130, probe.stderr());
  assert.deepEqual(await readTree(`${scene.path}/served`), KEPT);
});
