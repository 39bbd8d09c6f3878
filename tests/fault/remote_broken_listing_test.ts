import assert from "node:assert/strict";
import { nameOf } from "../../core/entry/mod.ts";
import { partialName } from "../../core/movers/temporary.ts";
import { BatchFlag } from "../../core/remote/batch/mod.ts";
import { temporariesIn } from "../support/mod.ts";
import { batchFrame, HostilePeer } from "./hostile/peer.ts";
import { hostile } from "./hostile/scene.ts";

const { First, Last, Incomplete } = BatchFlag;
/** What a source sends whose disk fails: in the middle of a directory, at its beginning, and not at all. */
const LISTINGS = [
  { names: ["a"], flags: First | Last | Incomplete, left: 1 },
  { names: [], flags: First | Last | Incomplete, left: 1 },
  { names: ["a"], flags: First | Last, left: 0 },
];

hostile(
  "a listing that breaks off costs nothing that may be gone on with",
  async (daemon, path) => {
    const pushed = `${path}/module/pushed`;
    const partial = new TextDecoder().decode(partialName(nameOf("big")).slice(0, -1));
    for (const { names, flags, left } of LISTINGS) {
      await Deno.writeTextFile(`${pushed}/${partial}`, "what has come so far");
      await using peer = await HostilePeer.open(daemon, "push", {}, { resume: true }, [
        "differences",
      ]);
      await peer.say(batchFrame(names, { flags }));
      assert.ok(await peer.hear("needs") !== undefined, "the session has ended");
      assert.equal((await temporariesIn(pushed)).length, left, `${names} ${flags}`);
    }
  },
);
