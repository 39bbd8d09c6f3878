import assert from "node:assert/strict";
import { assertCode, bash, command, onGround, plant, readTree } from "../support/mod.ts";

const A = { "f": "from a", "d/x": "a", "d/deep/y": "a", "kind": "a file", "other/z": "a" };
const B = { "f": "from b, longer", "d/x": "bb", "d/only-b": "b", "kind/in": "b", "other": "bbb" };
const C = { "f": "c", "only-c": "c", "d/deep/y": "ccc", "d/deep/z": "c" };

onGround("of sources that meet in one place the first one named wins, as with rsync", async (g) => {
  await plant(`${g.path}/a`, A);
  await plant(`${g.path}/b`, B);
  await plant(`${g.path}/c`, C);
  for (const sources of [["a/", "b/", "c/"], ["c/", "b/", "a/"], ["b/", "a/f", "c/d"]]) {
    for (const options of [[], ["--ignore-existing"], ["--workers", "3"]]) {
      await bash(`rm -rf "$1/out" "$1/theirs"`, [g.path]);
      assertCode(await g.blit("copy", ...options, ...sources, "out"), 0);
      // rsync merges other/ and kind/ by a rule of its own: a directory beats an earlier file.
      const excluded = ["--exclude", "/kind", "--exclude", "/other"];
      const rsync = await command("rsync", ["-a", ...excluded, ...sources, "theirs"], {
        cwd: g.path,
      });
      assert.equal(rsync.code, 0, rsync.stderr);
      const ours = await readTree(`${g.path}/out`);
      const mine = Object.entries(ours).filter(([path]) => !/^(kind|other)/.test(path));
      assert.deepEqual(Object.fromEntries(mine), await readTree(`${g.path}/theirs`));
      if (sources[0] === "a/") assert.deepEqual([ours["kind"], ours["other/z"]], ["a file", "a"]);
      if (sources[0] === "b/") assert.deepEqual([ours["kind/in"], ours["other"]], ["b", "bbb"]);
    }
  }
});

onGround("a move of sources that meet removes only what arrived and says what stays", async (g) => {
  await plant(`${g.path}/a`, { "f": "from a", "x": "a" });
  await plant(`${g.path}/b`, { "f": "from b, longer", "y": "b" });
  const output = await g.blit("move", "a/", "b/", "out");
  assertCode(output, 2);
  assert.match(output.stderr, /b\/f.*an earlier source has/);
  assert.deepEqual(await readTree(`${g.path}/out`), { "f": "from a", "x": "a", "y": "b" });
  assert.deepEqual(await readTree(`${g.path}/b`), { "f": "from b, longer" });
  assert.deepEqual(await readTree(`${g.path}/a`), {});
});
