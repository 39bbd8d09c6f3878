import assert from "node:assert/strict";
import { mirror } from "../../mod.ts";
import { bash, makePlace } from "../support/mod.ts";
import { needingFuse } from "../support/stalling_mount.ts";
import { LONG, stallGround } from "./stall_ground.ts";

Deno.test({
  ...needingFuse("progress tells programs how long nothing has moved, and what is waited for"),
  fn: async () => {
    await using ground = await stallGround(LONG);
    // Several movers that read slowly at once have nothing to show for longer than half a second.
    const env = { BLIT_STALL_MS: "1500" };
    await using run = ground.blit(["copy", "--json", "-p", "slow/", "there"], env);
    await ground.arrived(`${ground.path}/there`);
    await ground.slow.freeze();
    await bash(`sleep 3`);
    await ground.slow.thaw();
    assert.equal((await run.ended()).code, 0, run.stderr());
    const events = run.stdout().trim().split("\n").map((line) => JSON.parse(line));
    const stalled = events.filter(({ stalled_ms }) => stalled_ms !== undefined);
    assert.ok(stalled.length > 1);
    for (const { type, stalled_ms, waiting_for } of stalled) {
      assert.equal(type, "progress");
      assert.ok(stalled_ms >= 1500);
      assert.match(waiting_for, /"\/.*\/slow\//);
    }
    const codes = events.filter(({ type }) => type === "warning").map(({ code }) => code);
    assert.deepEqual([codes[0], codes.at(-1)], ["stalled", "moving-again"]);
    const [last] = events.slice(-2);
    assert.equal(last.stalled_ms, undefined);
  },
});

Deno.test({
  ...needingFuse("a run that was stopped itself does not take that for a stall"),
  fn: async () => {
    await using ground = await stallGround();
    // On a busy machine half a second without a file is none.
    await using run = ground.blit(["copy", "slow/", "there"], { BLIT_STALL_MS: "1500" });
    await ground.arrived(`${ground.path}/there`);
    run.signal("SIGSTOP");
    await bash(`sleep 2`);
    run.signal("SIGCONT");
    assert.equal((await run.ended()).code, 0, run.stderr());
    assert.doesNotMatch(run.stderr(), /Nothing has moved/);
  },
});

Deno.test("a question that waits for its answer is no stall", async () => {
  await using place = await makePlace();
  await bash(`mkdir -p "$1/a" "$1/b" && touch "$1/a/x" "$1/a/y" "$1/b/x" "$1/b/z"`, [place.path]);
  Deno.env.set("BLIT_STALL_MS", "200");
  try {
    const warnings: string[] = [];
    const summary = await mirror(`${place.path}/a/`, `${place.path}/b`, {
      onEvent: (event) => event.type === "warning" && warnings.push(event.code),
      confirm: () => new Promise((answer) => setTimeout(() => answer(true), 1500)),
    });
    assert.equal(summary.entriesDeleted, 1);
    assert.deepEqual(warnings, []);
  } finally {
    Deno.env.delete("BLIT_STALL_MS");
  }
});
