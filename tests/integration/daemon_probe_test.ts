import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/diagnostics.schema.json" with { type: "json" };
import { decodeProbe, type ProbeRecord } from "../../core/history/probe_record.ts";
import type { ProbeTimes } from "../../core/probe/idle_probe.ts";
import { HostilePeer } from "../fault/hostile/peer.ts";
import {
  assertCode,
  bash,
  type Daemon,
  type DaemonOptions,
  makePlace,
  mountImage,
  mountTmpfs,
  type Need,
  requires,
  runBlit,
  startDaemon,
} from "../support/mod.ts";
import { mountSlowly, needingFuse } from "../support/stalling_mount.ts";
import { test, until } from "./daemon_ground.ts";

const LINUX = Deno.build.os === "linux" && Deno.env.get("BLIT_SYS") !== "portable";
/** Measures as soon as it may, however much the machine has to do. */
const SOON: Partial<ProbeTimes> = { lookMs: 50, restMs: 0, againMs: 0, mostLoad: Infinity };
const PROGRAM = new URL("./daemon_with_limits.ts", import.meta.url).pathname;
const BEGINS = /The daily probe begins/;

/** A daemon that is idle sooner than others; its history is in `state`. */
function idleDaemon(
  path: string,
  times: Partial<ProbeTimes> = {},
  options: DaemonOptions = {},
): Promise<Daemon> {
  // JSON has no Infinity.
  const probe = JSON.stringify(
    { ...SOON, ...times },
    (_, value) => value === Infinity ? 1e9 : value,
  );
  return startDaemon({
    ...(options.config === undefined && { root: `${path}/served` }),
    command: [Deno.execPath(), "run", "--quiet", "-A", PROGRAM],
    ...options,
    env: {
      BLIT_DISABLE_LOCAL_TELEMETRY: "0",
      BLIT_LOG: "debug",
      BLIT_TEST_PROBE: probe,
      STATE_DIRECTORY: `${path}/state`,
      ...options.env,
    },
  });
}

function probesIn(path: string): ProbeRecord[] {
  try {
    const text = Deno.readTextFileSync(`${path}/state/perf_daemon.jsonl`);
    return text.split("\n").flatMap((line) => decodeProbe(line) ?? []);
  } catch {
    return [];
  }
}

async function probes(path: string, count: number): Promise<ProbeRecord[]> {
  await until(() => probesIn(path).length >= count);
  return probesIn(path);
}

/** A test of what takes calls that only the linux backend has. */
function onLinux(name: string, needs: readonly Need[], fn: (path: string) => Promise<void>): void {
  if (LINUX) test(name, needs, fn);
  else Deno.test.ignore(`${name} (takes the linux backend)`, () => {});
}

/** Where `served` lies on a file system of its own with much room, whatever this machine has. */
function withRoom(name: string, fn: (path: string) => Promise<void>): void {
  onLinux(name, ["tmpfs"], async (path) => {
    // It takes no memory that is not used.
    await using _room = await mountTmpfs(`${path}/served`, "size=8g");
    await fn(path);
  });
}

/** Bytes that a file system holds. */
const usedOf = async (path: string): Promise<number> =>
  Number((await bash(`df --output=used -B1 "$1" | tail -1`, [path])).trim());

withRoom("an idle daemon measures once, and perf --daemon shows it", async (path) => {
  await using daemon = await idleDaemon(path, { everyMs: 3_600_000 });
  const [probe] = await probes(path, 1);
  assert.ok(probe !== undefined && probe.hashBytesPerSecond > 0 && probe.disks.length === 1);
  const [disk] = probe.disks;
  assert.equal(disk?.filesystem, "tmpfs");
  assert.ok(disk !== undefined && disk.bytes > 0 && disk.bytes <= 64 << 20);
  assert.ok(disk.writeBytesPerSecond > 0 && disk.filesPerSecond > 0);
  await daemon.said(/The daily probe: 1 disk was measured in/);
  // Nor does another one, or the same after a new start.
  assert.equal((await daemon.stop()).code, 0);
  await using next = await idleDaemon(path, { everyMs: 3_600_000 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.doesNotMatch(next.stderr(), BEGINS);
  assert.equal(probesIn(path).length, 1);
  assert.deepEqual([...Deno.readDirSync(`${path}/served`)], []);
  const env = { BLIT_DISABLE_LOCAL_TELEMETRY: "0", STATE_DIRECTORY: `${path}/state` };
  const json = await runBlit(["diagnostics", "perf", "--daemon", "--json"], { env });
  assertCode(json, 0);
  const [line = ""] = json.stdout.split("\n");
  const { valid, errors } = new Validator(schema, "2020-12").validate(JSON.parse(line));
  assert.ok(valid, JSON.stringify(errors));
  const text = await runBlit(["diagnostics", "perf", "--daemon"], { env });
  assert.match(text.stdout, /^probe\t[^\t]+\ttmpfs\t\d+\t[\d-]+\t\d+\t\d+\n$/);
  assert.doesNotMatch(text.stderr, /cannot be read/);
});

withRoom("a session that begins ends what is being measured, and goes first", async (path) => {
  // One probe after another, so that some session begins during one.
  await using daemon = await idleDaemon(path, { everyMs: 0 });
  await daemon.said(BEGINS);
  const ended = (): boolean => daemon.stderr().includes("The daily probe ends early");
  for (let at = 0; at < 200 && !ended(); at++) {
    await using peer = await HostilePeer.open(daemon, "pull", { sourcePaths: [new Uint8Array()] });
    await peer.hear("ready");
  }
  const said = daemon.stderr().split("\n").filter((line) => line !== "");
  const at = said.findIndex((line) => line.includes("The daily probe ends early"));
  assert.ok(at > 0, daemon.stderr());
  // It is told before the session even says what it wants, and nothing is measured beside it.
  const next = said.slice(at + 1).find((line) => /Begins:|daily probe/.test(line)) ?? "";
  assert.match(next, /Begins:/);
  assert.doesNotMatch(daemon.stderr(), /defect/);
  // What it had written is given back, and nothing of it has a name.
  await daemon.stop();
  assert.deepEqual([...Deno.readDirSync(`${path}/served`)], []);
  assert.ok(await usedOf(`${path}/served`) < 1 << 20);
});

withRoom("a question ends it as well", async (path) => {
  await using daemon = await idleDaemon(path, { everyMs: 0 });
  const ended = (): boolean => daemon.stderr().includes("The daily probe ends early");
  for (let at = 0; at < 60 && !ended(); at++) {
    await daemon.said(BEGINS);
    assertCode(await runBlit(["ls", daemon.endpoint("")], {}), 0);
  }
  assert.ok(ended(), daemon.stderr());
});

withRoom("SIGKILL leaves nothing behind", async (path) => {
  for (let at = 0; at < 4; at++) {
    const daemon = await idleDaemon(path, { everyMs: 0 });
    await daemon.said(BEGINS);
    await new Promise((resolve) => setTimeout(resolve, at * 60));
    await daemon.kill();
    assert.deepEqual([...Deno.readDirSync(`${path}/served`)], []);
  }
  const empty = await usedOf(`${path}/served`);
  assert.ok(empty < 1 << 20, String(empty));
  // And the next one is not kept from anything.
  await using _daemon = await idleDaemon(path, { everyMs: 0 });
  assert.ok((await probes(path, probesIn(path).length + 1)).length > 0);
});

withRoom("of several daemons with one history one measures", async (path) => {
  const times = { everyMs: 3_600_000 };
  const daemons = await Promise.all([1, 2, 3].map(() => idleDaemon(path, times)));
  try {
    await probes(path, 1);
    // Each has looked many times since.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(probesIn(path).length, 1);
    const told = daemons.map((daemon) => daemon.stderr().match(new RegExp(BEGINS, "g"))?.length);
    assert.equal(told.filter((count) => count !== undefined).length, 1);
  } finally {
    for (const daemon of daemons) await daemon[Symbol.asyncDispose]();
  }
});

onLinux("a full disk is not measured, which is told once; nor one that is mounted read-only", [
  "tmpfs",
], async (path) => {
  await using _small = await mountTmpfs(`${path}/served`, "size=16m");
  await using daemon = await idleDaemon(path);
  await daemon.said(/skipped: The disk of server:\/\/ was not measured: less than 1 GiB/);
  await bash(`mount -o remount,ro,size=8g '${path}/served'`);
  await daemon.said(/skipped: .* it is mounted read-only/);
  assert.deepEqual(probesIn(path), []);
  assert.equal(daemon.stderr().match(/less than 1 GiB/g)?.length, 1, daemon.stderr());
});

withRoom("a machine that has much to do is left alone", async (path) => {
  await using daemon = await idleDaemon(path, { mostLoad: -1 });
  await daemon.said(/The daily probe is skipped: this machine has much to do\./);
  assert.doesNotMatch(daemon.stderr(), BEGINS);
});

withRoom("what is read-only to peers is never written to", async (path) => {
  const config = `[[module]]\nname = "only"\npath = "${path}/served"\nread_only = true\n`;
  await using _state = await mountTmpfs(`${path}/state`, "size=16m");
  await using daemon = await idleDaemon(path, {}, { config });
  // With no other disk it would be that of the history, which is full.
  await daemon.said(/skipped: The disk of the history was not measured: less than 1 GiB/);
  assert.deepEqual(probesIn(path), []);
});

withRoom(
  "without a history, or with one that cannot be written, nothing is measured",
  async (path) => {
    const off = { env: { BLIT_DISABLE_LOCAL_TELEMETRY: "1" } };
    await using silent = await idleDaemon(path, {}, off);
    await bash(`mkdir -p '${path}/state/perf_daemon.jsonl'`);
    await using daemon = await idleDaemon(path);
    await daemon.said(/The daily probe is skipped: the history cannot be written\./);
    for (const { stderr } of [silent, daemon]) assert.doesNotMatch(stderr(), BEGINS);
  },
);

withRoom("lines that nobody wrote so keep nobody from measuring", async (path) => {
  await Deno.mkdir(`${path}/state`);
  const good = {
    probe: 1,
    endedMs: Date.now(),
    blit: "0.1.0",
    elapsedMs: 1,
    hashBytesPerSecond: 1,
  };
  const lines = [
    {
      ...good,
      disks: [{ filesystem: "/etc", bytes: 1, writeBytesPerSecond: 1, filesPerSecond: 1 }],
    },
    { ...good, disks: "none" },
    { ...good, probe: 2, disks: [] },
    { ...good, disks: [], endedMs: 1e300 },
    // A clock that has jumped: a day that has not come.
    { ...good, disks: [], endedMs: Date.now() + 30 * 86_400_000 },
  ];
  const text = lines.map((line) => JSON.stringify(line) + "\n").join("");
  await Deno.writeTextFile(`${path}/state/perf_daemon.jsonl`, `{"probe":\n${text}`);
  await using daemon = await idleDaemon(path);
  await daemon.said(/The daily probe: 1 disk was measured/);
  assert.equal(probesIn(path).at(-1)?.disks.length, 1);
});

onLinux("a disk that stops answering is given up, and sessions go on beside it", [
  "loop",
], async (path) => {
  requires("fsfreeze");
  requires("mkfs.ext4");
  const env = { PATH: `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin` };
  const image = `${path}/disk.img`;
  await bash(`truncate -s 4G "$1"; mkfs.ext4 -q -F "$1"`, [image], { env });
  await using disk = await mountImage(image, `${path}/disk`);
  const modules = `[[module]]\nname = "disk"\npath = "${disk.path}"\n\n` +
    `[[module]]\nname = "other"\npath = "${path}/served"\nread_only = true\n`;
  await using daemon = await idleDaemon(path, { hungMs: 1500 }, { config: modules });
  await bash(`fsfreeze --freeze "$1"`, [disk.path], { env });
  try {
    await daemon.said(/The daily probe was given up: A disk does not answer\./);
    const copy = ["copy", daemon.module("other", "source/"), `${path}/got`];
    assertCode(await runBlit(copy, {}), 0);
    assert.equal(await Deno.readTextFile(`${path}/got/a`), "a");
  } finally {
    await bash(`fsfreeze --unfreeze "$1"`, [disk.path], { env });
  }
  assert.equal((await daemon.stop()).code, 0);
  assert.deepEqual(probesIn(path), []);
});

const OTHERS = needingFuse("file systems of others are neither measured nor used for a history");
Deno.test({
  ...OTHERS,
  ignore: OTHERS.ignore || !LINUX,
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    await Deno.mkdir(`${path}/behind`);
    await using fuse = await mountSlowly(`${path}/behind`, `${path}/served`);
    await using daemon = await idleDaemon(path);
    await using other = await idleDaemon(path, {}, {
      env: { STATE_DIRECTORY: `${path}/served/state` },
    });
    // It would hang now.
    await fuse.freeze();
    await daemon.said(/The daily probe is skipped: no disk is this machine's own\./);
    await other.said(/Keeps no performance history: /);
    await fuse.thaw();
    assert.doesNotMatch(other.stderr(), BEGINS);
    assert.deepEqual([...Deno.readDirSync(`${path}/behind`)], []);
  },
});
