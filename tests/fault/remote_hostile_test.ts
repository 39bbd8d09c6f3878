import assert from "node:assert/strict";
import { Verb } from "../../proto/generated/blit.ts";
import { BatchFlag } from "../../core/remote/batch/mod.ts";
import { connect } from "../../core/remote/grpc/mod.ts";
import { assertUntouched, type Daemon, fingerprint } from "../support/mod.ts";
import { batchFrame, type Body, framed, HostilePeer, needsFrame, text } from "./hostile/peer.ts";
import { hostile } from "./hostile/scene.ts";

const LINK = 0o120777;

hostile("a path of Begin that leads out is refused", async (daemon) => {
  for (
    const path of [
      "../outside",
      "sub/../../outside",
      "/etc",
      "a\0b",
      "pushed/out/in",
      "pushed/out/",
      "..",
      "./..",
    ]
  ) {
    for (const kind of ["push", "pull"] as const) {
      const begin = kind === "push" ? { path: text(path) } : { sourcePaths: [text(path)] };
      await using peer = await HostilePeer.open(daemon, kind, begin);
      // A path that is refused has no session; one within the module may have one.
      const ready = await peer.hear("ready");
      assert.equal(ready?.$case, undefined, `${kind} of ${path}`);
    }
  }
});

hostile(
  "batches with names that lead out, or that no directory has, end the session",
  async (d) => {
    for (const name of ["..", ".", "a/b", "../x", "/etc", "a\0b"]) {
      await using peer = await HostilePeer.open(d, "push");
      await peer.say(batchFrame(["fine", name]));
      await peer.say({ $case: "scanEnd", value: { batches: 1, unasked: 0 } });
      assert.ok(!(await peer.ending()).includes("done"), name);
    }
  },
);

hostile("batches of directories that were never named end the session", async (daemon, path) => {
  const heads = [
    { path: "../outside" },
    { path: "/etc" },
    { path: "out" },
    { path: "x", number: 2, parent: 1, parentEntry: 0 },
    { path: "fine", number: 2, parent: 7, parentEntry: 0 },
    { path: "fine", number: 2, parent: 1, parentEntry: 4000 },
    { path: "", number: 1 },
    { path: "", number: 2, source: 9 },
  ];
  for (const head of heads) {
    await using peer = await HostilePeer.open(daemon, "push");
    await peer.say(batchFrame(["fine"]));
    await peer.say(batchFrame(["secret", "new"], head));
    await peer.say({ $case: "scanEnd", value: { batches: 2, unasked: 0 } });
    const ended = await peer.ending();
    assert.ok(!ended.includes("done"), `${JSON.stringify(head)}: ${ended}`);
  }
  assert.equal(await Deno.readTextFile(`${path}/outside/secret`), "secret");
});

hostile("a link is made and never followed by what comes after it", async (daemon, path) => {
  await using peer = await HostilePeer.open(daemon, "push");
  await peer.say(batchFrame(["way"], {}, LINK));
  await peer.say(batchFrame(["secret"], { number: 2, parent: 1, path: "way" }));
  await peer.say({ $case: "scanEnd", value: { batches: 2, unasked: 0 } });
  assert.ok(!(await peer.ending()).includes("done"));
  const made = await Deno.lstat(`${path}/module/pushed/way`).catch(() => undefined);
  assert.ok(made === undefined || made.isSymlink);
});

hostile("bytes that are no batches end the session", async (daemon) => {
  const noise = crypto.getRandomValues(new Uint8Array(3000));
  for (
    const data of [noise, framed(noise), new Uint8Array([255, 255, 255, 255]), noise.slice(0, 3)]
  ) {
    await using peer = await HostilePeer.open(daemon, "push");
    await peer.say({ $case: "batches", value: { data } });
    assert.ok(!(await peer.ending()).includes("done"));
  }
});

hostile("frames of the other end, twice or out of order end the session", async (daemon) => {
  const ready = { session: new Uint8Array(16), dataPort: 1, tokens: [], streams: 1, sources: [] };
  const frames: Readonly<Record<"push" | "pull", readonly Body[]>> = {
    push: [
      needsFrame(1, [0]),
      { $case: "arrived", value: { lists: [] } },
      { $case: "ready", value: ready },
      { $case: "confirmAnswer", value: { yes: true } },
      { $case: "rescan", value: { source: 0, path: text(".."), names: [text("..")], flags: 0 } },
    ],
    pull: [
      batchFrame(["a"]),
      { $case: "scanEnd", value: { batches: 0, unasked: 0 } },
      needsFrame(77, [0]),
      needsFrame(0, [0]),
      { $case: "rescan", value: { source: 9, path: text(""), names: [text("a")], flags: 0 } },
      { $case: "rescan", value: { source: 0, path: text("../.."), names: [text("a")], flags: 0 } },
      { $case: "rescan", value: { source: 0, path: text(""), names: [text("../a")], flags: 0 } },
    ],
  };
  for (const kind of ["push", "pull"] as const) {
    for (const frame of frames[kind]) {
      await using peer = await HostilePeer.open(daemon, kind);
      if (kind === "pull") await peer.hear("batches");
      await peer.say(frame);
      const ended = await peer.ending();
      assert.ok(!ended.includes("done"), `${kind} ${frame.$case}: ${ended}`);
    }
  }
});

hostile("needs beyond a batch, of directories, and twice give nothing", async (daemon) => {
  for (const entries of [[0, 1, 2, 3, 900], [1]]) {
    await using peer = await HostilePeer.open(daemon, "pull");
    await peer.hear("batches");
    await peer.say(needsFrame(1, entries));
    await peer.say(needsFrame(1, entries));
    assert.ok(!(await peer.ending()).includes("done"), String(entries));
  }
});

hostile(
  "what a copy has got is not removed from the source, whoever asks",
  async (daemon, path) => {
    const before = await fingerprint(`${path}/module/source`);
    for (const verb of [Verb.COPY, Verb.MIRROR]) {
      await using peer = await HostilePeer.open(daemon, "pull", { verb });
      await peer.hear("batches");
      const [, list] = [0, needsFrame(1, [0])];
      if (list.$case === "needs") await peer.say({ $case: "arrived", value: list.value });
      await peer.ending();
      await assertUntouched(`${path}/module/source`, before);
    }
  },
);

hostile("batches without end are not heaped up", async (daemon) => {
  await using peer = await HostilePeer.open(daemon, "push");
  await peer.hear("ready");
  // Slices of one directory whose content never comes.
  for (let number = 1; number <= 120; number++) {
    const names = Array.from({ length: 4000 }, (_, at) => `f${number}-${at}`);
    await peer.say(batchFrame(names, { number, flags: number === 1 ? BatchFlag.First : 0 }));
  }
  const ended = await peer.ending();
  assert.ok(ended.includes("abort") && !ended.includes("done"), ended.slice(-3).join());
  const abort = peer.heard.find((body) => body.$case === "abort");
  assert.match(abort?.$case === "abort" ? abort.value.message : "", /more than it was answered/);
  assert.ok(peakMiB(daemon) < 400, `${peakMiB(daemon)} MiB`);
});

hostile("answers that nobody reads are not heaped up", async (daemon) => {
  await using peer = await HostilePeer.open(daemon, "push");
  await peer.hear("ready");
  // A link needs no content, and each batch is answered at once.
  for (let number = 1; number <= 30_000; number++) {
    const flags = number === 1 ? BatchFlag.First : 0;
    peer.link.send({ body: batchFrame(["linked"], { number, flags }, LINK) }).catch(() => {});
    if (number % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.ok(peakMiB(daemon) < 400, `${peakMiB(daemon)} MiB`);
});

hostile("rescans of more than there is end the session", async (daemon) => {
  await using peer = await HostilePeer.open(daemon, "pull");
  await peer.hear("scanEnd");
  const names = Array.from({ length: 1000 }, (_, at) => text(`n${at}`));
  await peer.say({ $case: "rescan", value: { source: 0, path: text(""), names, flags: 8 } });
  const ended = await peer.ending();
  assert.ok(ended.includes("abort") && !ended.includes("done"), ended.join());
});

hostile("a frame larger than the limit ends the session", async (daemon) => {
  const connection = await connect(daemon.host, daemon.port, {
    version: "hostile",
    messageBytes: 64 << 20,
  });
  const link = connection.open("push");
  const data = new Uint8Array(40 << 20);
  await link.send({ body: { $case: "batches", value: { data } } }).catch(() => {});
  await assert.rejects(async () => {
    while (await link.receive() !== undefined);
  });
  connection.close();
  await link.settled;
  assert.ok(peakMiB(daemon) < 400, `${peakMiB(daemon)} MiB`);
});

/** Highest resident set of the daemon so far. */
function peakMiB(daemon: Daemon): number {
  const status = Deno.readTextFileSync(`/proc/${daemon.process.pid}/status`);
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
