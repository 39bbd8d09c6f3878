import assert from "node:assert/strict";
import fc from "fast-check";
import { isSettled } from "../../../core/deliver/mod.ts";
import { deltaPays } from "../../../core/plan/mod.ts";
import { VALUE_BYTES, WireError } from "../../../core/remote/batch/mod.ts";
import { LinkPace } from "../../../core/remote/destination/link_pace.ts";
import { isOffered, newOffer } from "../../../core/remote/destination/offer.ts";
import { ToldFiles } from "../../../core/remote/source/told_files.ts";
import { ToldValues } from "../../../core/remote/source/told_values.ts";

const MIB = 1 << 20;

Deno.test("differences pay on slow links and for large files, never on fast ones", () => {
  assert.equal(deltaPays(512 * MIB, 118e6), true);
  assert.equal(deltaPays(8 * MIB, 25e6), true);
  assert.equal(deltaPays(512 * MIB, 1.1e9), false);
  assert.equal(deltaPays(512 * MIB, Infinity), false);
  const amounts = fc.double({ min: 1, max: 1e13, noNaN: true });
  fc.assert(fc.property(amounts, amounts, amounts, (bytes, one, other) => {
    // What pays on a link pays on each that is slower.
    const [slow, fast] = [Math.min(one, other), Math.max(one, other)];
    if (deltaPays(bytes, fast)) assert.equal(deltaPays(bytes, slow), true);
  }));
});

Deno.test("a link's pace is what was expected until it has been seen", () => {
  const pace = new LinkPace(5e6);
  assert.equal(pace.rate, 5e6);
  pace.note(MIB, 5, 4);
  assert.equal(pace.rate, 5e6);
  pace.note(MIB, 195, 190);
  assert.equal(Math.round((pace.rate ?? 0) / 1000), Math.round(2 * MIB / 200));
  // It is this end that is slow.
  for (let times = 0; times < 500; times++) pace.note(MIB, 100, 1);
  assert.equal(pace.rate, Infinity);
  assert.equal(new LinkPace(undefined).rate, undefined);
});

Deno.test("values come back as they were told, in whichever parts, and only in order", () => {
  const parts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(parts, fc.integer({ min: 0, max: 1000 }), (lengths, first) => {
    const told = ToldValues.late(first);
    let next = first;
    for (const [at, length] of lengths.entries()) {
      const values = new Uint8Array(length * VALUE_BYTES);
      for (let n = 0; n < length; n++) values.fill((next + n) % 256, n * VALUE_BYTES, (n + 1) * 32);
      assert.throws(() => told.add(next + 1, values, true), WireError);
      told.add(next, values, at + 1 < lengths.length);
      next += length;
    }
    assert.equal(told.end, next);
    for (let block = first; block < next; block++) {
      // All 0 says that the block is not there.
      const value = told.value(block);
      if (block % 256 === 0) assert.equal(value, undefined);
      else assert.ok(value?.length === 32 && value.every((byte) => byte === block % 256));
    }
    assert.equal(told.value(first - 1), undefined);
    assert.equal(told.value(next), undefined);
    assert.throws(() => told.add(next, new Uint8Array(32), false), WireError);
  }));
});

Deno.test("what is offered is whole blocks that were told, and what is proven", () => {
  const values = new Uint8Array(4 * VALUE_BYTES).fill(1);
  values.fill(0, VALUE_BYTES, 2 * VALUE_BYTES); // block 1 is not there
  const nothing = { state: new Uint8Array(24), stamp: new Float64Array(7) };
  const offer = newOffer({ where: "old", proven: 0, values, ...nothing });
  const size = 4 * MIB;
  assert.ok(isOffered(offer, 0, MIB, size));
  assert.ok(isOffered(offer, 2 * MIB, 2 * MIB, size));
  assert.ok(isOffered(offer, 3 * MIB, MIB - 5, size - 5), "the last block may be shorter");
  for (const [from, length] of [[0, 2], [MIB, 1], [1, 1], [3, 2]] as const) {
    assert.ok(!isOffered(offer, from * MIB, length * MIB, size), `${length} from ${from}`);
  }
  assert.ok(!isOffered(offer, 1, MIB, size));
  assert.ok(!isOffered(offer, 0, MIB - 1, size));
  assert.ok(isOffered({ ...offer, proven: 100 }, 3, 90, size));
});

Deno.test("a file that was changed a moment ago may change unseen", () => {
  const stamp = (age: number, nanoseconds: number): Float64Array<ArrayBuffer> => {
    const at = Date.now() / 1000 - age;
    return Float64Array.of(Math.floor(at), nanoseconds, 0, 0, 1, 0, 0);
  };
  assert.ok(isSettled(stamp(60, 500)));
  assert.ok(isSettled(stamp(60, 0)));
  assert.ok(!isSettled(stamp(-60, 500)), "a clock that was turned back");
  assert.ok(!isSettled(stamp(0.5, 0)), "a file system that keeps whole seconds");
  assert.ok(!isSettled(new Float64Array(7)), "no change time");
});

Deno.test("asking what was told of a file hears what has come, and waits for nothing", () => {
  const calls: string[] = [];
  const files = new ToldFiles(
    () => calls.push("hear"),
    () => calls.push("wait") > 0,
    () => {},
  );
  const ear = files.earOf(1, 2);
  assert.equal(ear.told(), undefined);
  assert.deepEqual(calls, ["hear"]);
  assert.ok(ear.wait());
  assert.deepEqual(calls, ["hear", "wait"]);
});
