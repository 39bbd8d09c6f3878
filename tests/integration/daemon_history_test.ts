import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/diagnostics.schema.json" with { type: "json" };
import { decodeRecord, type RunRecord } from "../../core/history/record.ts";
import { EndReport } from "../../proto/generated/blit.ts";
import { batchFrame, HostilePeer } from "../fault/hostile/peer.ts";
import {
  assertCode,
  bash,
  bigFile,
  blitCommand,
  type CommandOutput,
  type Daemon,
  type DaemonOptions,
  inBackground,
  makePlace,
  mountTmpfs,
  plant,
  runBlit,
  startDaemon,
  unmet,
} from "../support/mod.ts";
import { mountSlowly, needingFuse } from "../support/stalling_mount.ts";
import { test, until } from "./daemon_ground.ts";

const KEPT = { BLIT_DISABLE_LOCAL_TELEMETRY: "0" };
const NONE = { BLIT_DISABLE_LOCAL_TELEMETRY: "1" };

/** What is known of file systems and threads; the portable backend is not told of either. */
const KNOWS = Deno.build.os === "linux" && Deno.env.get("BLIT_SYS") !== "portable";

/** A daemon over `served` that keeps its history in `state`. */
function keepingDaemon(path: string, options: DaemonOptions = {}): Promise<Daemon> {
  return startDaemon({
    root: `${path}/served`,
    ...options,
    env: { ...KEPT, STATE_DIRECTORY: `${path}/state`, ...options.env },
  });
}

/** A client with a history in `config`. */
function blit(path: string, ...args: string[]): Promise<CommandOutput> {
  return runBlit(args, { cwd: path, env: { ...KEPT, XDG_CONFIG_HOME: `${path}/config` } });
}

const historyOf = (path: string): string => `${path}/state/perf_daemon.jsonl`;
const clientsOf = (path: string): string => `${path}/config/blit/perf_local.jsonl`;

/** The records in a file, in its order. */
function recordsIn(file: string): RunRecord[] {
  try {
    return Deno.readTextFileSync(file).split("\n").flatMap((line) => decodeRecord(line) ?? []);
  } catch {
    return [];
  }
}

/** The daemon's records, once there are so many: they are written when a session is over. */
async function records(path: string, count: number): Promise<RunRecord[]> {
  await until(() => recordsIn(historyOf(path)).length >= count);
  return recordsIn(historyOf(path));
}

test("a daemon keeps a record of each session, with the file systems of both ends", [
  "tmpfs",
], async (path) => {
  await Deno.mkdir(`${path}/here`);
  await using _disk = await mountTmpfs(`${path}/here`, "size=64m");
  await plant(`${path}/here/secret-source`, { "secret-name": "hello", "b/c": "x" });
  await using daemon = await keepingDaemon(path);
  assertCode(await blit(path, "copy", "here/secret-source/", daemon.endpoint("a")), 0);
  assertCode(await blit(path, "mirror", "--yes", daemon.endpoint("a/"), "here/got"), 0);
  assertCode(
    await blit(path, "copy", "--force-grpc-data", daemon.endpoint("a/"), daemon.endpoint("b")),
    0,
  );
  const runs = await records(path, 4);
  assert.deepEqual(
    runs.map(({ verb, direction, transport, files, bytes, failures }) => [
      verb,
      direction,
      transport,
      files,
      bytes,
      failures,
    ]),
    [
      ["copy", "push", "tcp", 2, 6, 0],
      ["mirror", "pull", "tcp", 2, 6, 0],
      ["copy", "relay", "grpc", 2, 6, 0],
      ["copy", "relay", "grpc", 2, 6, 0],
    ],
  );
  const clients = recordsIn(clientsOf(path));
  for (const run of [...runs, ...clients]) {
    assert.ok(run.wireBytes > 0 && run.streams === 2 && run.elapsedMs > 0);
    if (!KNOWS) continue;
    assert.match(`${run.sourceFilesystem} ${run.destinationFilesystem}`, /^[a-z0-9.]+ [a-z0-9.]+$/);
    for (const end of [run.sourceEnd, run.destinationEnd]) {
      assert.ok(end !== undefined && end.computedMs + end.waitedMs + end.storageMs > 0);
    }
  }
  // Both sides know the same of each other.
  for (const [at, { sourceEnd, destinationEnd }] of clients.entries()) {
    assert.deepEqual([runs[at]?.sourceEnd, runs[at]?.destinationEnd], [sourceEnd, destinationEnd]);
  }
  if (KNOWS) {
    assert.equal(runs[0]?.sourceFilesystem, "tmpfs");
    assert.equal(runs[1]?.destinationFilesystem, "tmpfs");
  }
  const text = await Deno.readTextFile(historyOf(path));
  assert.doesNotMatch(text, /secret|127\.\d\.\d\.1|here|served|tmp(?!fs")|\//);
  assert.equal((await Deno.stat(historyOf(path))).mode, 0o100600);
});

test("perf --daemon shows what the daemon has kept, and the client what it was told", [], async (
  path,
) => {
  await bigFile(`${path}/big`, 40 << 20);
  await using daemon = await keepingDaemon(path);
  assertCode(await blit(path, "copy", "big", daemon.endpoint("a")), 0);
  await records(path, 1);
  const env = { ...KEPT, STATE_DIRECTORY: `${path}/state`, XDG_CONFIG_HOME: `${path}/config` };
  const validator = new Validator(schema, "2020-12");
  for (const more of [["--daemon"], []]) {
    const output = await runBlit(["diagnostics", "perf", "--json", ...more], { env });
    assertCode(output, 0);
    const lines = output.stdout.trim().split("\n").map((line) => JSON.parse(line));
    for (const line of lines) {
      const { valid, errors } = validator.validate(line);
      assert.ok(valid, `${JSON.stringify(line)}: ${JSON.stringify(errors)}`);
    }
    // What is expected of the next is a client's matter.
    const expected = more.length > 0 ? [] : ["prediction"];
    const types = lines.map(({ type }) => type);
    assert.deepEqual(types, ["run", "trend", ...expected, "summary"]);
    assert.match(lines[0].workload, /^copy push tcp one file [a-z0-9.?]+>[a-z0-9.?]+$/);
    if (KNOWS) {
      assert.match(lines[0].bound_by, /^(?:source|destination) (?:storage|computing)$|^network$/);
    }
  }
  assertCode(await runBlit(["diagnostics", "dump", "--daemon"], { env }), 64);
});

test("what was not done is not kept: plans, checks, refusals, sessions that were cut", [], async (
  path,
) => {
  await plant(`${path}/tree`, { "a": "a" });
  await using daemon = await keepingDaemon(path);
  assertCode(await blit(path, "copy", "-n", "tree/", daemon.endpoint("a")), 0);
  assertCode(await blit(path, "check", "tree/", daemon.endpoint("source/")), 3);
  assertCode(await blit(path, "copy", daemon.endpoint("nothing-there"), "got"), 1);
  assertCode(await blit(path, "copy", "tree/", daemon.endpoint("b")), 0);
  assert.deepEqual((await records(path, 1)).map(({ files }) => files), [1]);
});

test("failures are kept by their codes, from whichever end", [], async (path) => {
  await bash(`cd '${path}'; mkdir -p tree blocked/a/full; echo a > tree/a; echo b > tree/b`);
  await bash(`cd '${path}'; mv blocked served/blocked`);
  await using daemon = await keepingDaemon(path);
  assertCode(await blit(path, "copy", "tree/", daemon.endpoint("blocked")), 2);
  const [run] = await records(path, 1);
  assert.equal(run?.failures, 1);
  assert.deepEqual(Object.values(run?.failureCodes ?? {}), [1]);
  assert.doesNotMatch(await Deno.readTextFile(historyOf(path)), /blocked|full/);
});

test("a side that keeps no history tells nothing, and the other goes without", [], async (path) => {
  await plant(`${path}/tree`, { "a": "a" });
  await using daemon = await keepingDaemon(path);
  await using silent = await keepingDaemon(path, { env: NONE });
  const off = { ...NONE, XDG_CONFIG_HOME: `${path}/config` };
  assertCode(await runBlit(["copy", "tree/", daemon.endpoint("a")], { cwd: path, env: off }), 0);
  assertCode(await blit(path, "copy", "tree/", silent.endpoint("b")), 0);
  const [kept, ...more] = await records(path, 1);
  assert.deepEqual([more, kept?.sourceFilesystem, kept?.sourceEnd], [[], undefined, undefined]);
  assert.match(String(kept?.destinationFilesystem), /^[a-z0-9.]+$/);
  const [own] = recordsIn(clientsOf(path));
  assert.match(String(own?.sourceFilesystem), /^[a-z0-9.]+$/);
  assert.deepEqual([own?.destinationFilesystem, own?.destinationEnd], [undefined, undefined]);
});

/** Pushes an empty directory, and says of itself what is given. */
async function pushTelling(daemon: Daemon, report: EndReport | undefined): Promise<void> {
  await using peer = await HostilePeer.open(daemon, "push");
  await peer.data();
  await peer.say(batchFrame([]));
  await peer.say({ $case: "scanEnd", value: { batches: 1, unasked: 0 } });
  assert.notEqual(await peer.hear("done"), undefined);
  const value = { counters: [], extrasLeft: 0, failures: 0, backend: "linux", report };
  await peer.say({ $case: "done", value });
  peer.link.end();
  await peer.ending();
}

test("of a peer that tells nothing, or what cannot be, only what can be is kept", [], async (
  path,
) => {
  await using daemon = await keepingDaemon(path);
  const nothing = EndReport.decode(new Uint8Array());
  const good = { ...nothing, filesystem: "xfs", computedMs: 1, waitedMs: 2, storageMs: 3 };
  const told: (EndReport | undefined)[] = [
    undefined,
    nothing,
    { ...good, load: "low", stalls: 4_294_967_295 },
    { ...good, filesystem: "/home/okapi\x1b[2J" },
    { ...good, filesystem: "x".repeat(1 << 20), load: "okapi" },
    { ...good, computedMs: NaN, waitedMs: Infinity },
    { ...good, computedMs: -1 },
    { ...good, storageMs: 1e300 },
  ];
  for (const report of told) await pushTelling(daemon, report);
  const runs = await records(path, told.length);
  assert.deepEqual(runs.map(({ sourceFilesystem, sourceEnd }) => [sourceFilesystem, sourceEnd]), [
    [undefined, undefined],
    [undefined, undefined],
    ["xfs", { computedMs: 1, waitedMs: 2, storageMs: 3, load: "low" }],
    [undefined, { computedMs: 1, waitedMs: 2, storageMs: 3 }],
    [undefined, undefined],
    ["xfs", undefined],
    ["xfs", undefined],
    ["xfs", undefined],
  ]);
  assert.deepEqual(runs.map(({ stalls }) => stalls), [0, 0, 1000, 0, 0, 0, 0, 0]);
  assert.doesNotMatch(await Deno.readTextFile(historyOf(path)), /okapi/);
});

test("whatever stands where the history should be, sessions go on", [], async (path) => {
  await plant(`${path}/tree`, { "a": "a" });
  await Deno.writeTextFile(`${path}/victim`, "untouched");
  await using daemon = await keepingDaemon(path);
  const file = historyOf(path);
  const future = JSON.stringify({ version: 99, made: "of other things" });
  const places = [
    `mkdir -p state; ln -s '${path}/victim' '${file}'`,
    `mkdir -p state; ln -s '${path}/not-there' '${file}'`,
    `mkdir -p state; ln '${path}/victim' '${file}'`,
    `mkdir -p state; mkfifo '${file}'`,
    `mkdir -p '${file}'`,
    `echo > state`,
    `ln -s '${path}/elsewhere' state`,
  ];
  for (const [at, place] of places.entries()) {
    await bash(`cd '${path}'; rm -rf state; ${place}`);
    assertCode(await blit(path, "copy", "tree/", daemon.endpoint(`to-${at}`)), 0);
    assert.equal(await Deno.readTextFile(`${path}/victim`), "untouched", place);
    await assert.rejects(Deno.lstat(`${path}/not-there`), Deno.errors.NotFound);
  }
  // Corrupt, from the future, and far too large.
  await bash(`cd '${path}'; rm -rf state; mkdir state; truncate -s 3G '${file}'`);
  await Deno.writeTextFile(file, `\n{"torn":\n${future}\n`, { append: true });
  assertCode(await blit(path, "copy", "tree/", daemon.endpoint("last")), 0);
  const [{ files } = { files: 0 }, ...more] = await records(path, 1);
  assert.deepEqual([files, more], [1, []]);
  const text = await Deno.readTextFile(file);
  assert.ok(text.includes(future) && !text.includes("torn") && text.length < 2000);
  assert.doesNotMatch(daemon.stderr(), /defect/);
});

test("a state directory that is full or cannot be written to keeps no session from ending", [
  "tmpfs",
], async (path) => {
  await plant(`${path}/tree`, { "a": "a" });
  await using daemon = await keepingDaemon(path);
  await Deno.mkdir(`${path}/state`);
  await using _small = await mountTmpfs(`${path}/state`, "size=64k");
  await bash(`cat /dev/zero > '${path}/state/filler' || true`);
  assertCode(await blit(path, "copy", "tree/", daemon.endpoint("a")), 0);
  assert.deepEqual(recordsIn(historyOf(path)), []);
  await bash(`rm '${path}/state/filler'; mount -o remount,ro '${path}/state'`);
  assertCode(await blit(path, "copy", "tree/", daemon.endpoint("b")), 0);
  await bash(`mount -o remount,rw '${path}/state'`);
  assertCode(await blit(path, "copy", "tree/", daemon.endpoint("c")), 0);
  // What could not be written is gone, and what can be is there.
  assert.equal((await records(path, 1)).length, 1);
  assert.doesNotMatch(daemon.stderr(), /defect/);
});

test("several daemons write one history, and no line is lost or torn", [], async (path) => {
  await plant(`${path}/tree`, { "a": "a" });
  const daemons = await Promise.all([1, 2, 3].map(() => keepingDaemon(path)));
  try {
    await Promise.all(daemons.map(async (daemon) => {
      for (let at = 0; at < 12; at++) await pushTelling(daemon, undefined);
    }));
    assert.equal((await records(path, 36)).length, 36);
    const lines = (await Deno.readTextFile(historyOf(path))).split("\n").slice(0, -1);
    assert.equal(lines.length, 36);
  } finally {
    for (const daemon of daemons) await daemon[Symbol.asyncDispose]();
  }
});

test("a daemon that is stopped has written what its sessions have done", [], async (path) => {
  const daemon = await keepingDaemon(path);
  await pushTelling(daemon, undefined);
  assert.equal((await daemon.stop()).code, 0);
  assert.equal(recordsIn(historyOf(path)).length, 1);
});

/** Another user's daemon keeps its history in its own home, whatever root has. */
test(
  "without a service manager the history is beside the user's own",
  ["nobody"],
  async (path) => {
    await bash(`mkdir '${path}/home'; chown 65534 '${path}/home'; chmod 777 '${path}/served'`);
    const env = { STATE_DIRECTORY: "", HOME: `${path}/home`, XDG_CONFIG_HOME: "" };
    await using daemon = await keepingDaemon(path, { asNobody: true, env });
    await pushTelling(daemon, undefined);
    const file = `${path}/home/.config/blit/perf_daemon.jsonl`;
    await until(() => recordsIn(file).length > 0);
    assert.equal(recordsIn(file).length, 1);
    if (unmet(["root"]) !== undefined) return;
    // Who may read it may look at it, though it is another user's.
    const where = { ...KEPT, STATE_DIRECTORY: `${path}/home/.config/blit` };
    const shown = await runBlit(["diagnostics", "perf", "--daemon"], { env: where });
    assertCode(shown, 0);
    assert.match(shown.stdout, /^run\t.*\tpush tcp\t/);
  },
);

Deno.test({
  ...needingFuse("a client tells how often nothing moved, and the daemon keeps it"),
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    await Deno.mkdir(`${path}/served`);
    await plant(`${path}/behind`, { "big": "x".repeat(4 << 20) });
    await using fuse = await mountSlowly(`${path}/behind`, `${path}/source`, 1 << 20);
    await using daemon = await keepingDaemon(path);
    const env = { ...KEPT, XDG_CONFIG_HOME: `${path}/config`, BLIT_STALL_MS: "300" };
    const { program, args, env: whole } = blitCommand(
      ["copy", "source/", daemon.endpoint("to")],
      { env },
    );
    await using client = inBackground(program, args, { cwd: path, env: whole });
    await daemon.said(/Begins:/);
    await fuse.freeze();
    await client.said(/Nothing has moved for/);
    await fuse.thaw();
    assert.equal((await client.ended()).code, 0);
    const [run] = await records(path, 1);
    assert.ok((run?.stalls ?? 0) >= 1, JSON.stringify(run));
    // It may have said so once more after the report was on its way.
    assert.ok((recordsIn(clientsOf(path))[0]?.stalls ?? 0) >= (run?.stalls ?? 0));
  },
});
