import assert from "node:assert/strict";
import { connectData } from "../../core/remote/data/mod.ts";
import { connect } from "../../core/remote/grpc/mod.ts";
import { type Body, HostilePeer, needsFrame } from "../fault/hostile/peer.ts";
import {
  assertCode,
  assertSentence,
  bigFile,
  compareTrees,
  type Daemon,
  oddTree,
  plant,
  readTree,
  ROOT_FEATURES,
  runBlit,
  startDaemon,
} from "../support/mod.ts";
import { startWith, test, until } from "./daemon_ground.ts";

const chrooted = (path: string): string => `
[[module]]
name = "inside"
path = "${path}/served"
use_chroot = true
`;

/** The roots that the threads of a process have, apart from the real one. */
function changedRoots({ process }: Daemon): string[] {
  const tasks = `/proc/${process.pid}/task`;
  return [...Deno.readDirSync(tasks)].map(({ name }) => Deno.readLinkSync(`${tasks}/${name}/root`))
    .filter((root) => root !== "/");
}

/** The reason that the daemon gave for ending a session. */
async function reasonOf(peer: HostilePeer): Promise<Extract<Body, { $case: "abort" }>["value"]> {
  await peer.ending();
  const last = peer.heard.at(-1);
  assert.ok(last?.$case === "abort", `heard ${peer.heard.map(({ $case }) => $case).join()}`);
  return last.value;
}

test("a module with use_chroot is served from inside it, and its movers come out again", [
  "chroot",
], async (path) => {
  await using daemon = await startDaemon({ config: chrooted(path) });
  for (const kind of ["push", "pull"] as const) {
    await using peer = await HostilePeer.open(daemon, kind, { module: "inside", streams: 2 });
    await peer.hear("ready");
    await until(() => changedRoots(daemon).length === 2);
    assert.deepEqual(changedRoots(daemon), [`${path}/served`, `${path}/served`]);
  }
  await until(() => changedRoots(daemon).length === 0);
  assert.deepEqual(changedRoots(daemon), []);
  assert.doesNotMatch(daemon.stderr(), /without chroot|defect/);
});

test("whole trees go into and out of a changed root", ["chroot"], async (path) => {
  await using daemon = await startDaemon({ config: chrooted(path) });
  await oddTree(`${path}/odd`, [
    ...["bytes", "xattrs", "acls", "sparse", "fifo", "odd-links"] as const,
    ...ROOT_FEATURES,
  ]);
  await bigFile(`${path}/odd/big`, 20 << 20);
  const to = daemon.module("inside", "pushed");
  const options = { cwd: path };
  const all = ["mirror", "--force-delete", "--xattrs", "--acls"];
  for (const more of [[], ["--checksum"], ["--force-grpc-data", "--checksum"]]) {
    assertCode(await runBlit([...all, ...more, "odd/", to], options), 0);
    await compareTrees(`${path}/odd`, `${path}/served/pushed`);
    assertCode(await runBlit([...all, ...more, `${to}/`, "back"], options), 0);
    await compareTrees(`${path}/odd`, `${path}/back`);
  }
  const kept = ["--backup-dir", "old", "--force-delete", "--yes"];
  await plant(`${path}/small`, { "new": "new" });
  assertCode(
    await runBlit(["mirror", ...kept, "small/", daemon.module("inside", "source")], options),
    0,
  );
  assert.deepEqual(await readTree(`${path}/served/source`), {
    "new": "new",
    "old/": null,
    "old/a": "a",
    "old/sub/": null,
    "old/sub/b": "bb",
  });
  assert.doesNotMatch(daemon.stderr(), /without chroot|defect/);
});

test("without the right to change its root the daemon serves, and says so once a session", [
  "root",
], async (path) => {
  await using daemon = await startDaemon({
    config: chrooted(path),
    command: [
      ...["setpriv", "--bounding-set=-sys_chroot", Deno.execPath()],
      ...["run", "--quiet", "-A", new URL("../../daemon/main.ts", import.meta.url).pathname],
    ],
  });
  const copy = ["copy", daemon.module("inside", "source/"), "got"];
  assertCode(await runBlit(copy, { cwd: path }), 0);
  await compareTrees(`${path}/served/source`, `${path}/got`);
  assertCode(await runBlit(copy, { cwd: path }), 0);
  const lines = daemon.stderr().split("\n").filter((line) => line.includes("CAP_SYS_CHROOT"));
  assert.equal(lines.length, 2, daemon.stderr());
  assert.match(lines[0] ?? "", /"warning","session":"\w+","message":"Module \\"inside\\"/);
});

test("a session that is opened and wants nothing is ended", [], async (path) => {
  await using daemon = await startWith(path, { preAuthenticationMs: 500 });
  const connection = await connect(daemon.host, daemon.port, { version: "test" });
  await using peer = new HostilePeer(daemon, connection, connection.open("push"));
  const { code, message } = await reasonOf(peer);
  assert.equal(code, "timeout");
  assert.match(message, /nothing was wanted/);
});

test("a session whose data connections do not come is ended", [], async (path) => {
  await using daemon = await startWith(path, { preAuthenticationMs: 300 });
  for (const kind of ["push", "pull"] as const) {
    await using peer = await HostilePeer.open(daemon, kind, { streams: 2 });
    await peer.data(); // one of two
    assert.match((await reasonOf(peer)).message, /data connections did not come/);
  }
});

test("a session in which nothing happens is ended; one at work is not", [], async (path) => {
  await using daemon = await startWith(path, { idleMs: 3000 });
  for (const kind of ["push", "pull"] as const) {
    await using peer = await HostilePeer.open(daemon, kind);
    await peer.data();
    // An end that only says that it is alive does not do anything.
    const beat = setInterval(() => {
      peer.say({ $case: "counters", value: { values: [], phase: "transfer", waitingFor: "" } });
    }, 100);
    const { code, message } = await reasonOf(peer).finally(() => clearInterval(beat));
    assert.equal(code, "idle");
    assert.match(message, /nothing has happened in it for 3 s/);
  }
  await using peer = await HostilePeer.open(daemon, "push");
  await peer.data();
  for (let beat = 1; beat <= 16; beat++) {
    // So far it has come with what is not told by frames, such as one long file.
    await peer.say({
      $case: "counters",
      value: { values: [beat], phase: "transfer", waitingFor: "" },
    });
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await peer.say({ $case: "scanEnd", value: { batches: 0, unasked: 0 } });
  assert.ok(await peer.hear("done"), `heard ${peer.heard.map(({ $case }) => $case).join()}`);
});

test("what is needed before a stream is there is sent when it is", [], async (path) => {
  await using daemon = await startDaemon({ root: `${path}/served` });
  await using peer = await HostilePeer.open(daemon, "pull");
  const ready = await peer.hear("ready");
  await peer.hear("batches");
  await peer.say(needsFrame(1, [0]));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const token = ready?.value.tokens[0] ?? new Uint8Array();
  const conn = await connectData(daemon.host, daemon.dataPort, token);
  const late = setTimeout(() => conn.close(), 60_000);
  assert.ok(await conn.read(new Uint8Array(100)).catch(() => null) !== null, "nothing came");
  clearTimeout(late);
  conn.close();
});

test("a client gets no more streams than a session may have", [], async (path) => {
  await using daemon = await startWith(path, { streamsPerSession: 3 });
  await using peer = await HostilePeer.open(daemon, "pull", { streams: 4_000_000_000 });
  const ready = await peer.hear("ready");
  assert.equal(ready?.value.streams, 3);
  assert.equal(ready?.value.tokens.length, 3);
});

test("the log has a line for a session's begin and one for its end", [], async (path) => {
  await using daemon = await startDaemon({ root: `${path}/served` });
  const run = (...args: string[]) => runBlit(args, { cwd: path });
  assertCode(await run("copy", daemon.endpoint("source/"), "got"), 0);
  assertCode(await run("mirror", "got/", daemon.endpoint("pushed\n")), 0);
  assertCode(await run("copy", daemon.endpoint("missing"), "got"), 1);
  await daemon.said(/Ended early/);
  const lines = daemon.stderr().trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ session }) => session !== undefined);
  const [begin, end, secondBegin, secondEnd, , early] = lines;
  assert.match(
    begin.message,
    /^Begins: copy from \/\/source\/ for the client at 127\.0\.0\.1:\d+\.$/,
  );
  assert.match(end.message, /^Ended: 2 files, 3 bytes, \d+\.\d s\.$/);
  assert.equal(begin.session, end.session);
  assert.equal(begin.level, "info");
  assert.match(secondBegin.message, /^Begins: mirror to \/\/pushed\\n for /);
  assert.match(secondEnd.message, /^Ended: 2 files, 3 bytes, /);
  assert.equal(early.level, "warning");
  assert.match(early.message, /^Ended early \(0 files, 0 bytes, .*missing/);
});

test(
  "a daemon that stops ends sessions at the deadline, and tells their clients",
  [],
  async (path) => {
    await using daemon = await startDaemon({ root: `${path}/served` });
    await using peer = await HostilePeer.open(daemon, "push");
    await peer.data();
    const began = performance.now();
    const stopped = daemon.stop();
    await daemon.said(/Stopping/);
    const late = await runBlit(["copy", daemon.endpoint("source/"), "got"], { cwd: path });
    assertSentence(late, [1], /stopping|refused/);
    assert.deepEqual(await reasonOf(peer), {
      code: "stopping",
      message: "The daemon is stopping and has ended the session.",
      exitCode: 1,
    });
    assert.equal((await stopped).code, 0);
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds > 9 && seconds < 30, `${seconds} s`);
    assert.match(daemon.stderr(), /Ended early .*The daemon is stopping/);
    assert.doesNotMatch(daemon.stderr(), /at once|defect/);
  },
);
