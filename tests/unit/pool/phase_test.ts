import assert from "node:assert/strict";
import { Control } from "../../../core/movers/control.ts";
import { newLog } from "../../../core/movers/run_log.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { Phase } from "../../../core/pool/phase.ts";

Deno.test("a phase is over when all who take part have left, and then takes nobody in", async () => {
  const memory = newMemory();
  Atomics.store(memory.control, Control.Pending, 2);
  const phase = new Phase(memory);
  let isOver = false;
  phase.over.promise.then(() => isOver = true, () => {});
  assert.equal(phase.isShared, false);
  assert.deepEqual([phase.join(), phase.join()], [true, true]);
  Atomics.store(memory.control, Control.Pending, 0);
  phase.left({ ...newLog(), unfinished: [{ source: 0, path: new Uint8Array(1) }] });
  await Promise.resolve();
  assert.equal(isOver, false);
  phase.left(newLog());
  await phase.over.promise;
  // A Worker that becomes ready now would still be in this phase when the next one begins.
  assert.equal(phase.join(), false);
  assert.deepEqual([phase.isShared, phase.log.unfinished.length], [true, 1]);
});
