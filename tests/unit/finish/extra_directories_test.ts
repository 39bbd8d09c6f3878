import assert from "node:assert/strict";
import { nameOf, PackedNames } from "../../../core/entry/mod.ts";
import { displayPath } from "../../../core/entry/display.ts";
import { splitNames } from "../../../core/entry/packed.ts";
import { namesOf } from "../../../core/finish/blocked.ts";
import { Holders } from "../../../core/finish/emptiable.ts";
import { countOf, emptiableExtras, removalLevels } from "../../../core/finish/extra_directories.ts";
import type { LoggedEntries } from "../../../core/movers/run_log.ts";
import { plainJob } from "../../support/plain_job.ts";

const JOB = plainJob({ destination: "/there" }, "size-mtime");

function logged(source: number, path: string, ...names: readonly string[]): LoggedEntries {
  const packed = new PackedNames();
  for (const name of names) packed.add(nameOf(name), 4);
  return { source, path: nameOf(path), names: packed.finish(), count: names.length };
}

function paths(entries: readonly Pick<LoggedEntries, "path" | "names">[]): string[][] {
  return entries.map((
    { path, names },
  ) => [displayPath(path), ...[...namesOf(names)].map(displayPath)]);
}

Deno.test("names are parted into pieces, none of them empty", () => {
  const { names } = logged(0, "", "a", "bb", "ccc", "d", "e");
  const pieces = [...splitNames(names, 2)].map((piece) => [...namesOf(piece)].map(displayPath));
  assert.deepEqual(pieces, [["a", "bb"], ["ccc", "d"], ["e"]]);
  assert.equal([...splitNames(names, 5)].length, 1);
  assert.deepEqual([...splitNames(new Uint8Array(0), 5)], []);
});

Deno.test("extra directories are removed the deepest first, each once", () => {
  const extras = [
    logged(0, "", "a", "b"),
    logged(0, "b/c/d", "e"),
    logged(0, "", "b", "x"),
    logged(1, "", "b"),
    logged(0, "a", "b"),
  ];
  const levels = [...removalLevels(JOB, extras)].map(paths);
  assert.deepEqual(levels, [
    [["b/c/d", "e"]],
    [["a", "b"]],
    [["", "a", "b", "x"], ["", "b"]],
  ]);
  assert.deepEqual([...removalLevels(JOB, [])], []);
});

Deno.test("where calls may not come back each directory has a task of its own", () => {
  const names = Array.from({ length: 40 }, (_, index) => `d${index}`);
  const sizes = (job: typeof JOB): number[] =>
    [...removalLevels(job, [logged(0, "a", ...names)])]
      .flatMap((level) => level.map((task) => [...namesOf(task.names)].length));
  assert.deepEqual(sizes(JOB), [32, 8]);
  assert.deepEqual(sizes({ ...JOB, mayHang: true }), names.map(() => 1));
});

Deno.test("directories that hold what stays are none of those that will be empty", () => {
  const extras = [logged(0, "", "a", "b"), logged(0, "a", "c"), logged(0, "b", "d", "e")];
  const holders = new Holders([{ source: 0, path: nameOf("b/e") }]);
  const left = emptiableExtras(extras, holders);
  assert.deepEqual(paths(left), [["", "a"], ["a", "c"], ["b", "d"]]);
  assert.equal(countOf(extras) - countOf(left), 2);
});
