import fc from "fast-check";
import assert from "node:assert/strict";
import { Kind, nameOf, NameTable, PackedNames } from "../../../core/entry/mod.ts";
import { unpackNames } from "../../../core/entry/packed.ts";
import { LeafLog } from "../../../core/local/leaf_log.ts";
import type { MoverContext } from "../../../core/movers/context.ts";
import { Counter } from "../../../core/movers/counters.ts";
import { newLog, type RunLog } from "../../../core/movers/run_log.ts";

const text = new TextDecoder();
const name = fc.string({ unit: fc.constantFrom("a", "b", "é"), minLength: 1, maxLength: 120 });
const directory = fc.record({
  name,
  /** Undefined: it is no leaf. */
  files: fc.option(fc.array(name, { maxLength: 400 }), { nil: undefined }),
});

/** What was logged, directory by directory, in order. */
function read(log: RunLog): (readonly [string, readonly string[]])[] {
  const table = new NameTable();
  const found: [string, string[]][] = [];
  for (const { names, count } of log.leaves) {
    assert.equal(unpackNames(names, 0, table), names.length, "a record fits a table");
    assert.equal(table.count, count);
    for (let index = 0; index < count; index++) {
      const own = text.decode(table.copy(index));
      if (table.kinds[index] === Kind.Directory) found.push([own, []]);
      else found.at(-1)?.[1].push(own);
    }
  }
  return found;
}

Deno.test("directories with their files come out of the log as they went in", () => {
  fc.assert(
    fc.property(fc.array(directory, { maxLength: 30 }), (directories) => {
      const log = newLog();
      let counted = 0;
      const context = {
        log,
        count: (counter: number, amount: number) => {
          assert.equal(counter, Counter.Extras);
          counted += amount;
        },
      } as unknown as MoverContext;
      const leaves = new LeafLog(context, 0, nameOf("above"));
      for (const { name, files } of directories) {
        const packed = new PackedNames();
        for (const file of files ?? []) packed.add(nameOf(file), Kind.File);
        if (files === undefined) leaves.addOther(nameOf(name));
        else assert.ok(leaves.addLeaf(nameOf(name), files.length === 0 ? undefined : packed));
      }
      leaves.finish();
      const expected = directories.flatMap(({ name, files }) => files ? [[name, files]] : []);
      assert.deepEqual(read(log), expected);
      assert.equal(counted, expected.reduce((sum, [, files]) => sum + files!.length, 0));
      const others = log.extraDirectories.reduce((sum, { count }) => sum + count, 0);
      assert.equal(others, directories.filter(({ files }) => files === undefined).length);
    }),
    { numRuns: 60 },
  );
});

Deno.test("a directory of too many files, or too long names, is left to a record of its own", () => {
  const leaves = new LeafLog(
    { log: newLog(), count: () => {} } as unknown as MoverContext,
    0,
    nameOf(""),
  );
  const many = new PackedNames(), long = new PackedNames();
  for (let file = 0; file < 1024; file++) many.add(nameOf(`f${file}`), Kind.File);
  for (let file = 0; file < 260; file++) long.add(nameOf(`${file}`.padStart(250, "n")), Kind.File);
  assert.equal(leaves.addLeaf(nameOf("many"), many), false);
  assert.equal(leaves.addLeaf(nameOf("long"), long), false);
});
