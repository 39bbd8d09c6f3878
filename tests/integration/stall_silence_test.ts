import assert from "node:assert/strict";
import { startDaemon } from "../support/mod.ts";
import { needingFuse } from "../support/stalling_mount.ts";
import { stallGround } from "./stall_ground.ts";

Deno.test({
  ...needingFuse("a daemon that is stopped has sent nothing, before it counts as dead"),
  fn: async () => {
    await using ground = await stallGround();
    await using daemon = await startDaemon({ root: ground.path });
    await using run = ground.blit(["copy", "slow/", daemon.endpoint("there")], {
      BLIT_STALL_MS: "5000",
    });
    await ground.arrived(`${ground.path}/there`);
    daemon.signal("SIGSTOP");
    await run.said(/Nothing has moved for \d\.\d s: .*port \d+ has sent nothing for \d s\./);
    daemon.signal("SIGCONT");
    assert.equal((await run.ended()).code, 0, run.stderr());
    await ground.compare(`${ground.path}/there`);
  },
});
