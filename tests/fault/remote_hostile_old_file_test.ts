import assert from "node:assert/strict";
import type { Basis } from "../../proto/generated/blit.ts";
import { nameOf } from "../../core/entry/mod.ts";
import { BatchFlag, encodeBatch, newColumns } from "../../core/remote/batch/mod.ts";
import type { RecordWriter } from "../../core/remote/data/mod.ts";
import { bash, bigFile, type Daemon, temporariesIn } from "../support/mod.ts";
import { type Body, framed, HostilePeer, records } from "./hostile/peer.ts";
import { hostile } from "./hostile/scene.ts";

const MIB = 1 << 20;
const SIZE = 12 * MIB;

/** The file that is pushed, in all that tells it from others. */
const FILE = {
  batch: 1,
  entry: 0,
  size: SIZE,
  mtimeSeconds: 1_000_000_000,
  mtimeNanoseconds: 0,
  mode: 0o100644,
  uid: 0,
  gid: 0,
  blocks: SIZE / 512,
};
/** A state that is known, as `sourceState` makes it. */
const KNOWN_STATE = new Uint8Array(24).fill(1);

function batch(): Body {
  const columns = newColumns();
  columns.names.add(nameOf("big"), FILE.mode >>> 12);
  columns.states[0] = 1;
  const { stats } = columns;
  stats.mode[0] = FILE.mode;
  stats.links[0] = 1;
  stats.size[0] = FILE.size;
  stats.blocks[0] = FILE.blocks;
  stats.mtimeSeconds[0] = FILE.mtimeSeconds;
  columns.directory.mode[0] = 0o40755;
  const flags = BatchFlag.First | BatchFlag.Last;
  const head = { number: 1, parent: 0, parentEntry: 0, source: 0, flags, path: nameOf("") };
  return { $case: "batches", value: { data: framed(encodeBatch(head, columns)) } };
}

/** Pushes with --resume; gives the peer, its data, and what the daemon tells that it has of the file. */
async function pushOver(
  daemon: Daemon,
): Promise<{ peer: HostilePeer; conn: Deno.TcpConn; basis: Basis }> {
  const peer = await HostilePeer.open(daemon, "push", {}, { resume: true }, ["differences"]);
  const conn = await peer.data();
  await peer.say(batch());
  for (;;) {
    const needs = await peer.hear("needs");
    assert.ok(needs !== undefined, "the session has ended");
    const [basis] = needs.value.lists.flatMap(({ bases }) => bases);
    if (basis !== undefined) return { peer, conn, basis };
  }
}

/** Waits until the first blocks of what is on its way are those of the old file. */
async function untilCopied(directory: string, bytes: number): Promise<void> {
  await bash(
    `for ((n = 0; n < 1000; n++)); do
      for file in "$1"/.blit-tmp-*; do cmp -s -n $2 "$1/big" "$file" && exit; done
      sleep 0.02
    done; exit 1`,
    [directory, String(bytes)],
  );
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

const CUT = "and the link is cut";

/** How the push goes on when the old file has been edited. */
const ENDS: Readonly<Record<string, (writer: RecordWriter) => void>> = {
  "and all of it comes": (w) => {
    w.blocks(3 * MIB, new Uint8Array(SIZE - 3 * MIB).fill(7), SIZE - 3 * MIB);
    w.fileEnd();
  },
  "at its end": (w) => {
    w.kept(3 * MIB, SIZE - 3 * MIB);
    w.fileEnd();
  },
  [CUT]: (w) => void w.blocks(3 * MIB, new Uint8Array(MIB).fill(7), MIB),
};

hostile("what is copied from an old file after an edit is never proven", async (daemon, path) => {
  const pushed = `${path}/module/pushed`;
  for (const [end, write] of Object.entries(ENDS)) {
    await bash(`rm -f "$1"/.blit-tmp-*`, [pushed]);
    await bigFile(`${pushed}/big`, SIZE);
    // Old enough for a later change to show.
    await new Promise((resolve) => setTimeout(resolve, 80));
    {
      const { peer, conn, basis } = await pushOver(daemon);
      await using _ = peer;
      assert.equal(basis.proven, 0, end);
      await conn.write(records((writer) => {
        writer.state(KNOWN_STATE);
        writer.file(FILE);
        writer.kept(0, MIB);
      }));
      await untilCopied(pushed, MIB);
      await bash(
        `touch -r "$1" "$1.time"
        printf edited | dd of="$1" bs=1 seek=2500000 conv=notrunc status=none
        touch -m -r "$1.time" "$1"; rm "$1.time"`,
        [`${pushed}/big`],
      );
      const rest = records((writer) => {
        writer.blocks(MIB, new Uint8Array(MIB).fill(7), MIB);
        writer.kept(2 * MIB, MIB);
        write(writer);
      });
      await writeAll(conn, rest);
      if (end === CUT) {
        // What has been written still arrives.
        conn.close();
        await peer.ending();
      } else {
        await peer.say({ $case: "scanEnd", value: { batches: 1, unasked: 0 } });
        assert.ok(await peer.hear("done") !== undefined, end);
        const failures = peer.heard.flatMap((body) =>
          body.$case === "parcel" ? body.value.failures : []
        );
        assert.deepEqual(failures.map(({ code }) => code), ["CHANGED"], end);
      }
    }
    assert.equal((await temporariesIn(pushed)).length, 1, end);
    const { peer, basis } = await pushOver(daemon);
    await using _ = peer;
    assert.ok(basis.proven <= MIB, `${end}: ${basis.proven} bytes are said to be proven`);
  }
});
