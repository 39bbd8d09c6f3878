import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BATCH_ENTRIES,
  displayPath,
  NameTable,
  PackedNames,
  packNames,
  unpackNames,
} from "../../../core/entry/mod.ts";
import { packGroups, unpackGroups } from "../../../core/local/links.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { decodeTask, encodedLength, encodeTask, task } from "../../../core/movers/task.ts";
import { TaskQueue } from "../../../core/movers/queue.ts";

/** A name as a file system may hold it: any bytes but NUL and slash. */
const name = fc.uint8Array({ minLength: 1, maxLength: 255 })
  .map((bytes) => Uint8Array.from(bytes, (byte) => byte === 0 || byte === 47 ? 10 : byte));
const kind = fc.nat({ max: 15 });
const named = fc.record({ name, kind }, { noNullPrototype: true });
const bytes = fc.uint8Array({ maxLength: 600 }).map((given) => Uint8Array.from(given));

function namesIn(table: NameTable): { name: Uint8Array; kind: number }[] {
  return Array.from({ length: table.count }, (_, index) => ({
    name: table.copy(index),
    kind: table.kinds[index] ?? -1,
  }));
}

Deno.test("names come out of a pack as they went in, a table at a time", () => {
  fc.assert(
    fc.property(fc.array(named, { maxLength: 900 }), (entries) => {
      const packed = new PackedNames();
      for (const entry of entries) packed.add(entry.name, entry.kind);
      const whole = packed.finish();
      assert.equal(packed.count, entries.length);
      const table = new NameTable();
      const found: { name: Uint8Array; kind: number }[] = [];
      for (let at = 0; at < whole.length;) {
        const next = unpackNames(whole, at, table);
        assert.ok(next > at && table.count > 0 && table.count <= BATCH_ENTRIES);
        found.push(...namesIn(table));
        assert.deepEqual(packNames(table), whole.slice(at, next));
        at = next;
      }
      assert.deepEqual(found, entries);
    }),
    { numRuns: 40 },
  );
});

const anyTask = fc.record({
  kind: fc.integer({ min: 1, max: 7 }),
  flags: fc.nat({ max: 65535 }),
  source: fc.nat({ max: 65535 }),
  path: bytes,
  names: bytes,
  weight: fc.double({ noNaN: true }),
}).map(({ kind, source, path, ...rest }) => task(kind, source, path, rest));

Deno.test("a task comes out of shared memory as it went in", () => {
  fc.assert(fc.property(anyTask, fc.nat({ max: 20 }), (one, place) => {
    const memory = new Uint8Array(new SharedArrayBuffer(4096));
    encodeTask(one, memory, place * 8);
    assert.equal(encodedLength(one) % 8, 0);
    assert.deepEqual(decodeTask(memory, place * 8), one);
  }));
});

Deno.test("a queue is a stack that refuses what does not fit and loses nothing", () => {
  const steps = fc.array(fc.option(anyTask, { freq: 3 }), { maxLength: 60 });
  fc.assert(fc.property(steps, (given) => {
    const memory = { ...newMemory(), queue: new Uint8Array(new SharedArrayBuffer(8192)) };
    const queue = new TaskQueue(memory);
    const model: unknown[] = [];
    let used = 0;
    for (const one of given) {
      if (one === null) {
        const taken = queue.take();
        assert.deepEqual(taken, model.pop());
        if (taken !== undefined) used -= encodedLength(taken) + 8;
        continue;
      }
      const fits = used + encodedLength(one) + 8 <= 8192;
      assert.equal(queue.give(one), fits);
      if (fits) {
        model.push(one);
        used += encodedLength(one) + 8;
      }
      assert.equal(queue.waiting, model.length > 0);
    }
    while (model.length > 0) assert.deepEqual(queue.take(), model.pop());
    assert.equal(queue.take(), undefined);
  }));
});

Deno.test("groups of hard links come out of a pack as they went in", () => {
  const link = fc.record(
    { path: bytes, name, kind: fc.nat({ max: 15 }), absent: fc.boolean() },
    { noNullPrototype: true },
  );
  const names = fc.array(link, { minLength: 1, maxLength: 6 });
  const leader = fc.option(link, { nil: undefined });
  const group = fc.record({ leader, names }, { noNullPrototype: true });
  const groups = fc.array(group, { maxLength: 8 });
  fc.assert(fc.property(groups, (given) => {
    assert.deepEqual([...unpackGroups(packGroups(given))], given);
  }));
});

Deno.test("different names are shown differently, and none with a control character", () => {
  const tricky = fc.oneof(
    name,
    fc.array(fc.constantFrom("\\", "n", "\n", "x", "f", "é", "\x7f", "\u0085", "u{85}", "\u202e"), {
      minLength: 1,
      maxLength: 5,
    }).map((parts) => new TextEncoder().encode(parts.join(""))),
    fc.array(fc.constantFrom(0x5c, 0x78, 0x66, 0xff, 0xc3, 0xa9, 0x0a), {
      minLength: 1,
      maxLength: 5,
    }).map((list) => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(tricky, tricky, (one, other) => {
      const [shown, otherShown] = [displayPath(one), displayPath(other)];
      assert.doesNotMatch(shown, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      const equal = one.length === other.length && one.every((byte, at) => byte === other[at]);
      assert.equal(shown === otherShown, equal);
    }),
    { numRuns: 2000 },
  );
});
