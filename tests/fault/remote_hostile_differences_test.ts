import assert from "node:assert/strict";
import type { Basis, NeedList, Values } from "../../proto/generated/blit.ts";
import { decodeBatch, encodeRanges, newColumns } from "../../core/remote/batch/mod.ts";
import { batchesOf } from "../../core/remote/end/outgoing.ts";
import { RecordType, type RecordWriter } from "../../core/remote/data/mod.ts";
import { bigFile, type Daemon } from "../support/mod.ts";
import { batchFrame, type Body, HostilePeer, records } from "./hostile/peer.ts";
import { hostile } from "./hostile/scene.ts";

const MIB = 1 << 20;
const OLD_BYTES = 12 * MIB;
const NEW_BYTES = 40 * MIB;
const KNOWN = ["differences"];
/** The client says that the link is slow: what differs is worth finding out. */
const SLOW = { linkRate: 1e6 };
const NONE = new Uint8Array();

/** A push of a large file where an old one is, by somebody who says what he can do. */
async function pushOver(
  daemon: Daemon,
  path: string,
  capabilities: readonly string[],
  options = {},
): Promise<HostilePeer> {
  await bigFile(`${path}/module/pushed/big`, OLD_BYTES);
  // Old enough for a later change to show.
  await new Promise((resolve) => setTimeout(resolve, 80));
  const given = { ...SLOW, ...options };
  const peer = await HostilePeer.open(daemon, "push", {}, given, capabilities);
  await peer.say(batchFrame(["big"], {}, 0o100644, NEW_BYTES));
  return peer;
}

/** Waits until the daemon tells what it has of a file. */
async function hearBasis(peer: HostilePeer): Promise<void> {
  for (;;) {
    const needs = await peer.hear("needs");
    const bases = needs?.value.lists.flatMap(({ bases }) => bases);
    if (bases === undefined) throw new Error("the session has ended");
    if (bases.some(({ values }) => values.length > 0)) return;
  }
}

const STATE = {
  batch: 1,
  entry: 0,
  size: NEW_BYTES,
  mtimeSeconds: 1,
  mtimeNanoseconds: 0,
  mode: 0o100644,
  uid: 0,
  gid: 0,
  blocks: 2 * NEW_BYTES / 1024,
};

hostile("who does not know of differences is never told of any", async (daemon, path) => {
  for (const resume of [false, true]) {
    await using peer = await pushOver(daemon, path, ["something else"], { resume });
    const needs = await peer.hear("needs");
    const [list] = needs?.value.lists ?? [];
    assert.deepEqual([list?.more, list?.bases.length, list?.ranges.length], [false, 0, 2]);
    assert.ok(!peer.heard.some(({ $case }) => $case === "values"));
  }
});

/** What a source may say in the place of a file's content. */
const KEPT: Readonly<Record<string, (writer: RecordWriter) => void>> = {
  "that was not told": (w) => void w.kept(OLD_BYTES, MIB),
  "that reaches beyond what was told": (w) => void w.kept(OLD_BYTES - MIB, 2 * MIB),
  "that is all of it": (w) => void w.kept(0, NEW_BYTES),
  "that is no block": (w) => void w.kept(1, MIB),
  "of half a block": (w) => void w.kept(0, MIB / 2),
  "past the file's end": (w) => void w.kept(NEW_BYTES - MIB, 2 * MIB),
  "that goes back": (w) => {
    w.kept(2 * MIB, MIB);
    w.kept(0, MIB);
  },
  "twice": (w) => {
    w.kept(0, MIB);
    w.kept(0, MIB);
  },
  "at an absurd place": (w) => void w.kept(Number.MAX_SAFE_INTEGER - MIB, MIB),
};

hostile("a part that is kept and was not told of ends the session", async (daemon, path) => {
  for (const [what, write] of Object.entries(KEPT)) {
    await using peer = await pushOver(daemon, path, KNOWN);
    const conn = await peer.data();
    await hearBasis(peer);
    const bytes = records((writer) => {
      writer.file(STATE);
      write(writer);
      writer.fileEnd();
    });
    await conn.write(bytes).catch(() => {});
    await peer.say({ $case: "scanEnd", value: { batches: 1, unasked: 0 } });
    assert.ok(!(await peer.ending()).includes("done"), what);
    assert.equal((await Deno.stat(`${path}/module/pushed/big`)).size, OLD_BYTES, what);
  }
});

hostile(
  "what is kept unasked ends the session, whoever knows of differences",
  async (daemon, path) => {
    for (const capabilities of [[], KNOWN]) {
      // Of a file that is new, nothing is here.
      await using peer = await HostilePeer.open(daemon, "push", {}, SLOW, capabilities);
      const conn = await peer.data();
      await peer.say(batchFrame(["new"], {}, 0o100644, NEW_BYTES));
      await peer.hear("needs");
      await conn.write(records((writer) => {
        writer.file(STATE);
        writer.kept(0, MIB);
        writer.fileEnd();
      })).catch(() => {});
      await peer.say({ $case: "scanEnd", value: { batches: 1, unasked: 0 } });
      assert.ok(!(await peer.ending()).includes("done"));
      await assert.rejects(Deno.lstat(`${path}/module/pushed/new`), Deno.errors.NotFound);
    }
  },
);

hostile("an old file that is kept in part lands whole, or not at all", async (daemon, path) => {
  await using peer = await pushOver(daemon, path, KNOWN);
  const conn = await peer.data();
  await hearBasis(peer);
  const rest = new Uint8Array(NEW_BYTES - OLD_BYTES).fill(7);
  await conn.write(records((writer) => {
    writer.file(STATE);
    writer.kept(0, OLD_BYTES);
    writer.blocks(OLD_BYTES, rest, rest.length);
  })).catch(() => {});
  // It hangs up before the end.
  conn.close();
  await peer.ending();
  assert.equal((await Deno.stat(`${path}/module/pushed/big`)).size, OLD_BYTES);
});

/** A pull of one large file, by somebody who tells what he has of it. */
async function pullBig(daemon: Daemon, path: string, capabilities = KNOWN): Promise<HostilePeer> {
  await bigFile(`${path}/module/source/big`, NEW_BYTES);
  const peer = await HostilePeer.open(daemon, "pull", {}, {}, capabilities);
  return peer;
}

const BASIS: Basis = { entry: 0, proven: 0, state: NONE, values: new Uint8Array(32), more: true };

function needs(bases: readonly Basis[], list: Partial<NeedList> = {}): Body {
  const ranges = encodeRanges([0, 1], 1);
  const plain = { batch: 1, stream: 0, ranges, more: false, made: NONE };
  const one = { ...plain, bases: [...bases], ...list };
  return { $case: "needs", value: { lists: [one] } };
}

function values(given: Partial<Values>): Body {
  const value = { batch: 1, entry: 0, stream: 0, first: 1, values: NONE, more: false, ...given };
  return { $case: "values", value };
}

/** What a destination may claim to have. */
const CLAIMS: Readonly<Record<string, Partial<Basis>>> = {
  "of an entry out of the batch": { entry: 900 },
  "with part of a value": { values: new Uint8Array(33) },
  "with more values than there may be": { values: new Uint8Array(32 * 65_537) },
  "that is proven by nothing": { proven: 5 },
  "with a state too short": { proven: 5, state: new Uint8Array(3) },
  "with a state and nothing proven": { state: new Uint8Array(24) },
};

hostile("a basis that nobody can have ends the session", async (daemon, path) => {
  for (const [what, claim] of Object.entries(CLAIMS)) {
    await using peer = await pullBig(daemon, path);
    await peer.hear("batches");
    await peer.say(needs([{ ...BASIS, ...claim }]));
    assert.ok(!(await peer.ending()).includes("done"), what);
  }
});

hostile(
  "a basis of somebody who does not know of differences ends the session",
  async (d, path) => {
    await using peer = await pullBig(d, path, []);
    await peer.hear("batches");
    await peer.say(needs([BASIS]));
    assert.ok(!(await peer.ending()).includes("done"));
  },
);

/** Values that come in the course of a file. */
const COURSES: Readonly<Record<string, readonly Partial<Values>[]>> = {
  "of a batch that was never sent": [{ batch: 99 }],
  "on a stream that there is not": [{ stream: 99 }],
  "with part of a value": [{ values: new Uint8Array(31) }],
  "past the end of all files": [{ first: 65_536, values: new Uint8Array(32) }],
  "that go back": [{ first: 0, values: new Uint8Array(64) }],
  "with a gap": [{ first: 9, values: new Uint8Array(32) }],
  "of nothing, and more": [{ more: true }],
};

hostile(
  "values out of order, or of what was not asked for, end the session",
  async (daemon, path) => {
    for (const [what, course] of Object.entries(COURSES)) {
      await using peer = await pullBig(daemon, path);
      await peer.data();
      await peer.hear("batches");
      const entry = entryOfBig(peer);
      await peer.say(needs([{ ...BASIS, entry }], { ranges: encodeRanges([entry], 1) }));
      for (const one of course) await peer.say(values({ entry, ...one }));
      assert.ok(!(await peer.ending()).includes("done"), what);
    }
  },
);

hostile("values after the last end the session, unless the file has been sent", async (d, path) => {
  await using peer = await pullBig(d, path);
  const conn = await peer.data();
  await peer.hear("batches");
  const entry = entryOfBig(peer);
  await peer.say(needs([{ ...BASIS, entry }], { ranges: encodeRanges([entry], 1) }));
  await peer.say(values({ entry }));
  await peer.say(values({ entry, values: new Uint8Array(32) }));
  // Which of both comes first is chance: nobody waits for what is not to follow.
  const sent = recordsUntilEnd(conn).catch(() => undefined);
  const first = await Promise.race([sent, peer.ending()]);
  if (Array.isArray(first)) assert.ok(!first.includes("done"));
  else if (first === undefined) assert.ok(!(await peer.ending()).includes("done"));
  else assert.equal(first.bytes, NEW_BYTES);
});

hostile("values without end end the session before they fill the memory", async (daemon, path) => {
  await using peer = await pullBig(daemon, path);
  await peer.hear("batches");
  // Without a data stream nothing is sent, and nothing worked off.
  const many = new Uint8Array(32 * 65_000);
  const entry = entryOfBig(peer);
  await peer.say(needs([{ ...BASIS, entry, values: many }], { ranges: encodeRanges([entry], 1) }));
  let said = 0;
  const flood = async () => {
    for (; said < 100; said++) await peer.say(values({ entry, first: 1, values: many }));
  };
  await Promise.all([flood(), peer.ending()]);
  assert.ok(!peer.heard.some(({ $case }) => $case === "done"));
});

hostile("what is claimed and not so is sent", async (daemon, path) => {
  await using peer = await pullBig(daemon, path);
  const conn = await peer.data();
  await peer.hear("batches");
  const entry = entryOfBig(peer);
  const lie: Basis = {
    entry,
    proven: NEW_BYTES,
    state: new Uint8Array(24).fill(1),
    values: new Uint8Array(32 * 40).fill(9),
    more: false,
  };
  await peer.say(needs([lie], { ranges: encodeRanges([entry], 1) }));
  const types = await recordsUntilEnd(conn);
  assert.equal(types.kept, 0);
  assert.equal(types.bytes, NEW_BYTES);
});

hostile(
  "a destination that promises values and goes away leaves nobody waiting",
  async (d, path) => {
    for (let times = 0; times < 3; times++) {
      await using peer = await pullBig(d, path);
      const conn = await peer.data();
      await peer.hear("batches");
      const entry = entryOfBig(peer);
      await peer.say(needs([{ ...BASIS, entry }], { ranges: encodeRanges([entry], 1) }));
      await conn.read(new Uint8Array(48));
    }
  },
);

/** Which entry of the first batch the large file is: names come as the directory lists them. */
function entryOfBig(peer: HostilePeer): number {
  const batches = peer.heard.find(({ $case }) => $case === "batches");
  if (batches?.$case !== "batches") throw new Error("no batch has come");
  const columns = newColumns();
  const [first] = batchesOf(batches.value.data);
  if (first === undefined) throw new Error("a frame of batches has none");
  decodeBatch(first, columns);
  const { names } = columns;
  const texts = Array.from({ length: names.count }, (_, at) => textOf(names.copy(at)));
  return texts.indexOf("big");
}

function textOf(name: Uint8Array): string {
  return new TextDecoder().decode(name).replaceAll("\0", "");
}

async function recordsUntilEnd(conn: Deno.TcpConn): Promise<{ kept: number; bytes: number }> {
  const seen = { kept: 0, bytes: 0 };
  let rest = new Uint8Array(0);
  const buffer = new Uint8Array(1 << 20);
  for (;;) {
    while (rest.length >= 48) {
      const type = rest[1];
      const length = type === RecordType.Blocks ? new DataView(rest.buffer).getUint32(16, true) : 0;
      if (type === RecordType.Kept) seen.kept++;
      if (type === RecordType.FileEnd) return seen;
      if (rest.length < 48 + length) break;
      seen.bytes += length;
      rest = rest.slice(48 + length);
    }
    const got = await conn.read(buffer);
    if (got === null) throw new Error("the stream ended early");
    const more = new Uint8Array(rest.length + got);
    more.set(rest);
    more.set(buffer.subarray(0, got), rest.length);
    rest = more;
  }
}
