import assert from "node:assert/strict";
import { startDaemon } from "../support/mod.ts";
import { mountSlowly, needingFuse } from "../support/stalling_mount.ts";
import { AT_THE_SOURCE, stallGround } from "./stall_ground.ts";

Deno.test({
  ...needingFuse("of a daemon's source that does not answer, the client is told with its file"),
  fn: async () => {
    await using ground = await stallGround();
    await using daemon = await startDaemon({ root: ground.slow.path });
    await using run = ground.blit(["copy", daemon.endpoint(), "there"]);
    await ground.arrived(`${ground.path}/there`);
    await ground.slow.freeze();
    await run.said(
      /Nothing has moved for [\d.]+ s: .*port \d+ is [a-z ]+ "\/\/(file|sub).*" \(mover \d\)/,
    );
    await ground.slow.thaw();
    assert.equal((await run.ended()).code, 0, run.stderr());
    assert.match(run.stderr(), /Moving again/);
    assert.doesNotMatch(run.stderr(), /blit-test/, "where a module lies is not told");
    await ground.compare(`${ground.path}/there`);
  },
});

Deno.test({
  ...needingFuse("of a daemon that takes nothing, as its disk takes nothing, the client is told"),
  fn: async () => {
    await using ground = await stallGround();
    await Deno.mkdir(`${ground.path}/behind`);
    await using disk = await mountSlowly(`${ground.path}/behind`, `${ground.path}/disk`);
    await using daemon = await startDaemon({ root: disk.path });
    await using run = ground.blit(["copy", "slow/", daemon.endpoint("there")], {
      BLIT_STALL_LIMIT_MS: "2500",
    });
    await ground.arrived(`${ground.path}/behind/there`);
    await disk.freeze();
    try {
      assert.equal((await run.ended()).code, 1, run.stderr());
    } finally {
      // What waits for the disk may not even be killed.
      await disk.thaw();
    }
    assert.match(
      run.stderr(),
      /Nothing has moved for \d\.\d s: .*port \d+ is [a-z ]+ "\/.*" \(mover \d\)/,
    );
    assert.match(run.stderr(), /The run was given up\./);
  },
});

Deno.test({
  ...needingFuse("of a client's source that does not answer it is told, and that the daemon lives"),
  fn: async () => {
    await using ground = await stallGround();
    await using daemon = await startDaemon({ root: ground.path });
    await using run = ground.blit(["copy", "slow/", daemon.endpoint("there")]);
    await ground.arrived(`${ground.path}/there`);
    await ground.slow.freeze();
    await run.said(new RegExp(`${AT_THE_SOURCE.source}.*; .* is alive, but moves nothing`));
    await ground.slow.thaw();
    assert.equal((await run.ended()).code, 0, run.stderr());
    await ground.compare(`${ground.path}/there`);
  },
});

Deno.test({
  ...needingFuse("a daemon whose module does not answer goes on to serve its other modules"),
  fn: async () => {
    await using ground = await stallGround();
    const config = `[daemon]\n[[module]]\nname = "slow"\npath = "${ground.slow.path}"\n` +
      `[[module]]\nname = "good"\npath = "${ground.origin}"\n`;
    await using daemon = await startDaemon({ config });
    await ground.slow.freeze();
    await using stuck = ground.blit(["copy", daemon.module("slow"), "stuck"]);
    await stuck.said(/Nothing has moved for [\d.]+ s: .* is alive, but moves nothing/);
    await using good = ground.blit(["copy", daemon.module("good"), "there"]);
    assert.equal((await good.ended()).code, 0, good.stderr());
    await ground.slow.thaw();
    assert.equal((await stuck.ended()).code, 0, stuck.stderr());
    await ground.compare(`${ground.path}/stuck`);
  },
});
