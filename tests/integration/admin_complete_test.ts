import assert from "node:assert/strict";
import { complete } from "../../core/admin/complete.ts";
import { plant } from "../support/mod.ts";
import { key, onDaemon, refusal } from "./admin_ground.ts";

async function names(typed: string): Promise<readonly string[]> {
  return (await complete(typed)).names.map(key);
}

onDaemon("completion through a daemon", {
  "modules, directories and files are completed": async (g) => {
    await plant(`${g.path}/photos`, { "2023/x": "", "2024/x": "", "note": "", ".hidden": "" });
    const host = `${g.daemon.host}:${g.daemon.port}`;
    assert.deepEqual(await names(`${host}/`), ["/", "odd/", "frozen/"]);
    assert.deepEqual(await names(`${host}/fr`), ["frozen/"]);
    assert.deepEqual(await names(g.daemon.endpoint("pho")), ["photos/"]);
    assert.deepEqual(await names(g.daemon.endpoint("photos/")), ["2023/", "2024/", "note"]);
    assert.deepEqual(await names(g.daemon.endpoint("photos/2")), ["2023/", "2024/"]);
    assert.deepEqual(await names(g.daemon.endpoint("photos/.h")), [".hidden"]);
    assert.deepEqual(
      await names(g.daemon.endpoint("photos/2")),
      await names(`${g.path}/photos/2`),
    );
  },

  "what is elsewhere has no completions": async (g) => {
    await Deno.symlink("/etc", `${g.odd}/etc`);
    for (const path of ["../", "../odd/", "etc/pass", "nothing/"]) {
      const { code } = await refusal(complete(g.daemon.module("odd", path)));
      assert.match(code, /^(ENOENT|ELOOP|ENOTDIR)$/, path);
    }
  },

  "there are no more of them than are asked for": async (g) => {
    await plant(`${g.path}/many`, { "a1": "", "a2": "", "a3": "", "a4": "" });
    const { names, more } = await complete(g.daemon.endpoint("many/a"), { limit: 2 });
    assert.deepEqual([names.map(key), more], [["a1", "a4"], true]);
  },
});
