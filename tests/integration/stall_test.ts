import assert from "node:assert/strict";
import { needing } from "../support/mod.ts";
import { mountFreezable, needingFuse } from "../support/stalling_mount.ts";
import { AT_THE_SOURCE, LONG, stallGround } from "./stall_ground.ts";

Deno.test({
  ...needingFuse(
    "a source that does not answer is told of with its file, and the run goes on after",
  ),
  fn: async () => {
    await using ground = await stallGround();
    await using run = ground.blit(["copy", "slow/", "there"]);
    await ground.arrived(`${ground.path}/there`);
    await ground.slow.freeze();
    await run.said(AT_THE_SOURCE);
    await run.said(/Nothing has moved[^]*Nothing has moved/);
    await ground.slow.thaw();
    assert.equal((await run.ended()).code, 0, run.stderr());
    assert.match(run.stderr(), /Moving again after \d/);
    await ground.compare(`${ground.path}/there`);
  },
});

const frozen = needing("a destination that takes no writes is told of, until it does", "loop");
Deno.test({
  name: frozen.name,
  ignore: frozen.ignore || needingFuse("").ignore,
  fn: async () => {
    await using ground = await stallGround(LONG);
    await using disk = await mountFreezable(`${ground.path}/disk`);
    await using run = ground.blit(["copy", "slow/", "disk/there"]);
    await ground.begun(`${disk.path}/there`);
    await disk.freeze();
    await run.said(/Nothing has moved for \d\.\d s: [a-z ]+ ".*\/disk\/there.*" \(mover \d\)/);
    await disk.thaw();
    assert.equal((await run.ended()).code, 0, run.stderr());
    assert.match(run.stderr(), /Moving again/);
    await ground.compare(`${disk.path}/there`);
  },
});
