import assert from "node:assert/strict";
import fc from "fast-check";
import { NameIndex, NameTable, pathKey } from "../../../core/entry/mod.ts";
import { nameHash } from "../../../core/entry/name_hash.ts";

/** Few different names of few letters, so that many are there twice, and long ones. */
const name = fc.oneof(
  fc.uint8Array({ min: 97, max: 98, minLength: 1, maxLength: 9 }),
  fc.uint8Array({ min: 1, minLength: 1, maxLength: 255 }),
);
const names = fc.array(name, { maxLength: 100 });

/** A table of names, in an arena that held other names before: nothing behind a name is zero. */
function tableOf(given: readonly Uint8Array[], before: number): NameTable {
  const table = new NameTable();
  table.bytes.fill(before);
  for (const one of given) table.add(one, 8);
  return table;
}

Deno.test("an index has the names of its table, and no others", () => {
  const index = new NameIndex();
  fc.assert(fc.property(names, names, fc.nat(255), fc.nat(255), (some, others, one, other) => {
    const table = tableOf(some, one);
    const expected = new Set(some.map(pathKey));
    index.fill(table);
    const asked = tableOf([...some, ...others], other);
    for (let at = 0; at < asked.count; at++) {
      assert.equal(index.has(asked, at), expected.has(pathKey(asked.at(at))));
    }
    assert.deepEqual(new Set(index.keys()), expected);
  }));
});

Deno.test("a name has one hash wherever it stands and whatever is behind it", () => {
  fc.assert(fc.property(names, name, fc.nat(255), fc.nat(255), (some, one, first, second) => {
    const alone = tableOf([one], first);
    const among = tableOf([...some, one], second);
    assert.equal(nameHash(alone, 0), nameHash(among, among.count - 1));
    assert.equal(nameHash(alone, 0, 5), nameHash(among, among.count - 1, 5));
  }));
});

Deno.test("names that differ in one byte have other hashes, and fall into all slots alike", () => {
  const slots = new Uint32Array(4096);
  const seen = new Set<number>();
  for (let number = 0; number < 40_960; number++) {
    const text = `file-${String(number).padStart(5, "0")}.txt`;
    const hash = nameHash(tableOf([new TextEncoder().encode(text)], 0), 0);
    seen.add(hash);
    slots[hash & 4095]!++;
  }
  assert.equal(seen.size, 40_960);
  // Ten in each on average: by chance alone none has 40.
  assert.ok(Math.max(...slots) < 40, `${Math.max(...slots)}`);
});
