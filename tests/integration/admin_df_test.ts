import assert from "node:assert/strict";
import { df } from "../../mod.ts";
import { needing } from "../support/mod.ts";
import { makePlace, startDaemon } from "../support/mod.ts";
import { onDaemon, refusal } from "./admin_ground.ts";

onDaemon("df through a daemon", {
  "a daemon tells how full a file system is, and what is read-only": async (g) => {
    const local = await df(g.odd);
    const remote = await df(g.daemon.module("odd"));
    assert.deepEqual(
      [remote.filesystem, remote.size, remote.inodes, remote.readOnly],
      [local.filesystem, local.size, local.inodes, local.readOnly],
    );
    assert.ok(remote.used <= remote.size && remote.available <= remote.size);
    assert.equal((await df(g.daemon.module("frozen"))).readOnly, true);
  },

  "a place that is not there has no file system": async (g) => {
    const { code, exitCode } = await refusal(df(g.daemon.module("odd", "nothing")));
    assert.deepEqual([code, exitCode], ["path-missing", 1]);
  },
});
Deno.test({
  ...needing("a module in a changed root is looked at from inside", "remote", "chroot"),
  fn: async () => {
    await using place = await makePlace();
    await Deno.mkdir(`${place.path}/m/sub`, { recursive: true });
    const config = `[[module]]\nname = "m"\npath = "${place.path}/m"\nuse_chroot = true\n`;
    await using daemon = await startDaemon({ config, env: { BLIT_SYS: "" } });
    const { find } = await import("../../mod.ts");
    const found = await Array.fromAsync(find(daemon.module("m")));
    assert.deepEqual(found.map(({ path }) => new TextDecoder().decode(path)), ["", "sub"]);
    const { size, filesystem } = await df(daemon.module("m"));
    assert.equal(size, (await df(place.path)).size);
    assert.notEqual(filesystem, "unknown"); // /proc is reached from inside
    assert.ok(!daemon.stderr().includes("without chroot"), daemon.stderr());
  },
});
