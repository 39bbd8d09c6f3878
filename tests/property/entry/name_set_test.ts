import assert from "node:assert/strict";
import fc from "fast-check";
import { nameOf, NameSet, NameTable, pathKey } from "../../../core/entry/mod.ts";

/** Few different names of few letters, so that many are there twice, and long ones. */
const name = fc.oneof(
  fc.uint8Array({ min: 97, max: 99, minLength: 1, maxLength: 4 }),
  fc.uint8Array({ min: 1, minLength: 1, maxLength: 255 }),
);

Deno.test("a set of names has the names of all tables that were added, and no others", () => {
  const table = new NameTable();
  fc.assert(fc.property(
    fc.array(fc.array(name, { maxLength: 200 }), { maxLength: 4 }),
    fc.array(name, { maxLength: 50 }),
    (tables, others) => {
      const set = new NameSet();
      const expected = new Set<string>();
      for (const names of tables) {
        table.clear();
        for (const one of names) {
          table.add(one, 8);
          expected.add(pathKey(one));
        }
        set.add(table);
      }
      assert.deepEqual([...set.keys()], [...expected]);
      table.clear();
      for (const one of [...tables.flat(), ...others]) table.add(one, 8);
      for (let index = 0; index < table.count; index++) {
        assert.equal(set.has(table, index), expected.has(pathKey(table.at(index))));
      }
    },
  ));
});

Deno.test("a set of names grows to any number of them", () => {
  const set = new NameSet();
  const table = new NameTable();
  const fill = (from: number): void => {
    table.clear();
    for (let number = from; number < from + 1000; number++) {
      table.add(nameOf(`${number}-${"x".repeat(number % 60)}`), 8);
    }
  };
  for (let from = 0; from < 100_000; from += 1000) {
    fill(from);
    set.add(table);
  }
  for (let from = 0; from < 101_000; from += 1000) {
    fill(from);
    for (let at = 0; at < table.count; at++) assert.equal(set.has(table, at), from < 100_000);
  }
  assert.equal([...set.keys()].length, 100_000);
});
