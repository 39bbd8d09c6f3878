import assert from "node:assert/strict";
import { needingFuse } from "../support/stalling_mount.ts";
import { stallGround } from "./stall_ground.ts";

Deno.test({
  ...needingFuse("without being told otherwise, ten seconds without movement are a stall"),
  fn: async () => {
    await using ground = await stallGround();
    await using run = ground.blit(["copy", "slow/", "there"], { BLIT_STALL_MS: "" });
    await ground.arrived(`${ground.path}/there`);
    await ground.slow.freeze();
    const [sentence] = await run.said(/Nothing has moved for .*/);
    assert.match(sentence, /^Nothing has moved for 1\d s: /);
    await ground.slow.thaw();
    assert.equal((await run.ended()).code, 0, run.stderr());
  },
});
