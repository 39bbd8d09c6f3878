import assert from "node:assert/strict";
import { Kind, nameOf } from "../../../core/entry/mod.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { Need } from "../../../core/plan/mod.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { newColumns } from "../../../core/remote/batch/mod.ts";
import type { OpenBatch } from "../../../core/remote/destination/open_batch.ts";
import { OpenBatches } from "../../../core/remote/destination/open_batches.ts";
import { openSys } from "../../../core/sys/mod.ts";
import { makePlace, unmet } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

/** A test with open batches, and what a mover has that fills them. */
function withOpen(name: string, fn: (open: OpenBatches, context: MoverContext) => void): void {
  Deno.test({
    name,
    ignore: unmet(["remote"]) !== undefined,
    fn: async () => {
      await using place = await makePlace();
      const { sys } = await openSys();
      const job = plainJob({ destination: place.path }, "always");
      const context = new MoverContext(sys, job, newMemory(), 0, undefined, () => {});
      fn(new OpenBatches(), context);
      context.release();
      sys.end();
    },
  });
}

/** Takes the entries with these numbers out of a batch of files of these names. */
function openBatch(
  open: OpenBatches,
  context: MoverContext,
  number: number,
  names: readonly string[],
  wanted: readonly number[],
): OpenBatch {
  const columns = newColumns();
  for (const [index, name] of names.entries()) {
    columns.names.add(nameOf(name), Kind.File);
    columns.stats.size[index] = name.length;
    context.needs[index] = Need.Create;
  }
  const head = { number, parent: 0, parentEntry: 0, source: 0, flags: 0, path: nameOf("d") };
  const batch = open.take();
  batch.fill(context, head, columns, Uint16Array.from(wanted), wanted.length, false);
  batch.isUnasked = true;
  open.add(batch);
  return batch;
}

/** Names and sizes of what a batch waits for, by the numbers of its entries. */
function awaited(batch: OpenBatch): [entry: number, name: string, size: number][] {
  const all: [number, string, number][] = [];
  for (let entry = 0; entry < 4096; entry++) {
    const slot = batch.slotOf(entry);
    if (slot < 0) continue;
    const name = new TextDecoder().decode(batch.name(slot));
    all.push([entry, name, batch.stats.size[slot]!]); // a slot of it
  }
  return all;
}

withOpen(
  "a batch that has landed is filled again, and nothing of what it was is left",
  (open, context) => {
    const many = Array.from({ length: 50 }, (_, at) => `a-long-name-${at}`);
    const first = openBatch(open, context, 1, many, [3, 49]);
    assert.deepEqual(awaited(first), [[3, "a-long-name-3\0", 13], [49, "a-long-name-49\0", 14]]);
    first.finishes = true;
    assert.equal(first.settle(3), false);
    assert.equal(first.settle(49), true);
    open.landed(first);
    assert.equal(open.has(1), false);

    const second = openBatch(open, context, 2, ["x", "y", "zz"], [0, 2]);
    assert.equal(second, first);
    assert.equal(open.get(2), second);
    assert.deepEqual(awaited(second), [[0, "x\0", 1], [2, "zz\0", 2]]);
    assert.deepEqual([second.number, second.count, second.outstanding], [2, 2, 2]);
    assert.equal(second.finishes, false);
    assert.equal(second.slotOf(49), -1);
    assert.equal(second.settle(0), false);

    // One that is still awaited, and one that something may be looked for, are nobody else's.
    const third = openBatch(open, context, 3, ["q"], [0]);
    assert.notEqual(third, second);
    third.isUnasked = false;
    third.settle(0);
    open.landed(third);
    assert.notEqual(openBatch(open, context, 4, ["r"], [0]), third);
    assert.equal(open.size, 2);

    // Nor is one that holds much memory kept.
    const names = Array.from({ length: 200 }, (_, at) => String(at));
    const large = openBatch(open, context, 5, names, [...names.keys()]);
    for (const index of names.keys()) large.settle(index);
    open.landed(large);
    assert.notEqual(openBatch(open, context, 6, ["r"], [0]), large);
  },
);

withOpen(
  "an open batch keeps a batch of any size, after smaller and larger ones",
  (open, context) => {
    for (const [at, count] of [1, 9, 8, 60, 4, 700, 2].entries()) {
      const names = Array.from({ length: count }, (_, index) => `${at}-${index}`.repeat(at + 1));
      const batch = openBatch(open, context, at + 1, names, names.map((_, index) => index));
      const expected = names.map((name, index) => [index, `${name}\0`, name.length]);
      assert.deepEqual(awaited(batch), expected);
      for (let index = 0; index < count; index++) {
        assert.equal(batch.settle(index), index + 1 === count);
      }
      assert.deepEqual(awaited(batch), []);
      open.landed(batch);
    }
  },
);
