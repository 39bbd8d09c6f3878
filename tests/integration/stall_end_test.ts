import assert from "node:assert/strict";
import { needing, temporariesIn } from "../support/mod.ts";
import { mountFreezable, needingFuse } from "../support/stalling_mount.ts";
import { AT_THE_SOURCE, LONG, stallGround } from "./stall_ground.ts";

Deno.test({
  ...needingFuse("a stall that lasts too long ends the run with the sentence and exit code 1"),
  fn: async () => {
    await using ground = await stallGround();
    await using run = ground.blit(["copy", "slow/", "there"], { BLIT_STALL_LIMIT_MS: "1500" });
    await ground.arrived(`${ground.path}/there`);
    await ground.slow.freeze();
    assert.equal((await run.ended()).code, 1);
    assert.match(
      run.stderr(),
      /Nothing has moved for \d\.\d s: .*\/slow\/.* The run was given up\./,
    );
    await ground.slow.thaw();
    // What stayed of files that were being written is taken away by the next run.
    await using again = ground.blit(["copy", "slow/", "there"]);
    assert.equal((await again.ended()).code, 0, again.stderr());
    await ground.compare(`${ground.path}/there`);
    assert.deepEqual(await temporariesIn(`${ground.path}/there`), []);
  },
});

Deno.test({
  ...needingFuse("a source that does not even open is told of, and given up"),
  fn: async () => {
    await using ground = await stallGround();
    await ground.slow.freeze();
    await using run = ground.blit(["copy", "slow/", "there"], { BLIT_STALL_LIMIT_MS: "1500" });
    await run.said(/Nothing has moved for \d\.\d s: opening "slow\/"\./);
    assert.equal((await run.ended()).code, 1);
    assert.match(run.stderr(), /opening "slow\/"\. The run was given up\./);
  },
});

Deno.test({
  ...needingFuse("an interrupt ends a run that is stalled"),
  fn: async () => {
    await using ground = await stallGround();
    await using run = ground.blit(["copy", "slow/", "there"]);
    await ground.arrived(`${ground.path}/there`);
    await ground.slow.freeze();
    await run.said(AT_THE_SOURCE);
    run.signal("SIGINT");
    assert.equal((await run.ended()).code, 130);
  },
});

const held = needing(
  "a run that the kernel holds says why it was given up, and ends when it can",
  "loop",
);
Deno.test({
  name: held.name,
  ignore: held.ignore || needingFuse("").ignore,
  fn: async () => {
    await using ground = await stallGround(LONG);
    await using disk = await mountFreezable(`${ground.path}/disk`);
    await using run = ground.blit(["copy", "slow/", "disk/there"], { BLIT_STALL_LIMIT_MS: "1500" });
    await ground.begun(`${disk.path}/there`);
    await disk.freeze();
    try {
      await run.said(/".*\/disk\/there.*" \(mover \d\).*\. The run was given up\./);
    } finally {
      // What waits for the disk cannot even be killed.
      await disk.thaw();
    }
    assert.equal((await run.ended()).code, 1);
  },
});
