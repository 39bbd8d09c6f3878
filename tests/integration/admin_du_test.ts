import assert from "node:assert/strict";
import { du } from "../../mod.ts";
import { gathered, onDaemon, refusal } from "./admin_ground.ts";

onDaemon("du through a daemon", {
  "a daemon adds up what is added up at home": async (g) => {
    for (const options of [{}, { all: true }, { maxDepth: 0 }, { maxDepth: 1, all: true }]) {
      const local = await gathered(du(`${g.odd}/`, options));
      assert.deepEqual(await gathered(du(g.daemon.module("odd"), options)), local);
      assert.equal(local.at(-1)?.path, "");
    }
  },

  "an inode with several links counts once, also through a daemon": async (g) => {
    await Deno.mkdir(`${g.path}/linked`);
    await Deno.writeTextFile(`${g.path}/linked/one`, "x".repeat(10_000));
    await Deno.link(`${g.path}/linked/one`, `${g.path}/linked/two`);
    const [row] = await gathered(du(g.daemon.endpoint("linked"), { maxDepth: 0 }));
    assert.equal(row?.entries, 2);
    assert.ok(Number(row?.size) < 20_000, String(row?.size));
  },

  "what cannot be added up is told": async (g) => {
    const { code, exitCode } = await refusal(du(g.daemon.module("odd", "nothing")));
    assert.deepEqual([code, exitCode], ["path-missing", 1]);
  },
});
