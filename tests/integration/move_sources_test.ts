import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  type CommandOutput,
  type Ground,
  onGround,
  plant,
  readTree,
  symlinkTo,
} from "../support/mod.ts";

/** What a run says that it has removed, or would remove, and what stays. */
function told({ stdout, stderr }: CommandOutput): Record<"removed" | "stays", string[]> {
  const lines = (text: string, pattern: RegExp): string[] =>
    text.split("\n").filter((line) => pattern.test(line)).sort();
  // Failures are told at once, and the first of them once more in the summary.
  const stays = lines(stderr, /^blit: Cannot remove.*stays in the source/);
  return { removed: lines(stdout, /^remove-source/), stays };
}

/** Runs a move as a plan and in earnest: both end with the code and say the same. */
async function moveAsPlanned(
  g: Ground,
  code: number,
  ...args: string[]
): Promise<Record<"removed" | "stays", string[]>> {
  const planned = await g.blit("move", "-n", "-v", ...args);
  const done = await g.blit("move", "-v", ...args);
  assertCode(done, code);
  assertCode(planned, code);
  assert.deepEqual(told(planned), told(done));
  return told(done);
}

onGround("a file that an earlier source's directory keeps out is listed and stays", async (g) => {
  await plant(g.path, { "a/q/in": "a", "b/q": "b", "b/y": "b" });
  const { stays } = await moveAsPlanned(g, 2, "a/", "b/", "d");
  assert.match(stays.join("\n"), /^[^\n]*b\/q"[^\n]*$/);
  assert.deepEqual(await readTree(`${g.path}/b`), { "q": "b" });
  assert.deepEqual(await readTree(`${g.path}/a`), {});
  assert.deepEqual(await readTree(`${g.path}/d`), { "q/": null, "q/in": "a", "y": "b" });
});

onGround("whatever an earlier source keeps out of a move is listed and stays", async (g) => {
  await plant(g.path, {
    ...{ "a/file": "a", "a/link": "a", "a/tree": "a", "a/sub/deep/x": "a", "a/sub/deep/only": "a" },
    ...{ "b/file": "bb", "b/link": symlinkTo("file"), "b/tree/in": "b", "b/sub/deep/x": "bb" },
    "b/sub/other/y": "b",
  });
  const { removed, stays } = await moveAsPlanned(g, 2, "a/", "b/", "d");
  assert.equal(stays.length, 4);
  for (const path of ["file", "link", "tree", "sub/deep/x"]) {
    assert.ok(stays.some((line) => line.includes(`b/${path}"`)), path);
  }
  assert.equal(removed.filter((line) => line.endsWith(" sub/deep/x")).length, 1);
  assert.equal(removed.filter((line) => line.endsWith(" sub/deep/")).length, 1);
  assert.deepEqual(await readTree(`${g.path}/a`), {});
  assert.deepEqual(await readTree(`${g.path}/b`), {
    "file": "bb",
    "link": symlinkTo("file"),
    "sub/": null,
    "sub/deep/": null,
    "sub/deep/x": "bb",
    "tree/": null,
    "tree/in": "b",
  });
});

onGround("directories of several sources that become empty are planned as removed", async (g) => {
  await plant(g.path, { "a/sub/x": "a", "b/sub/y": "b", "c/sub/deep/z": "c" });
  const { removed } = await moveAsPlanned(g, 0, "a/", "b/", "c/", "d");
  assert.equal(removed.filter((line) => line.endsWith(" sub/")).length, 3);
  assert.deepEqual(await readTree(`${g.path}/d/sub`), {
    "deep/": null,
    "deep/z": "c",
    "x": "a",
    "y": "b",
  });
});

onGround("a file of an earlier one's size and time is not taken for it in a move", async (g) => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, at) => [`sub${at % 7}/${at}`, at]),
  );
  for (const name of ["a", "b", "c"]) {
    const tree = Object.keys(files).map((path) => [`${name}/${path}`, name]);
    await plant(g.path, Object.fromEntries(tree));
  }
  await bash(`find "$1" -type f -exec touch -d @1700000000 {} +`, [g.path]);
  for (const options of [[], ["--workers", "4"]]) {
    const { stays } = await moveAsPlanned(g, 2, ...options, "a/", "b/", "c/", "d");
    assert.equal(stays.length, 600);
    for (const name of ["b", "c"]) {
      const contents = Object.values(await readTree(`${g.path}/${name}`));
      assert.deepEqual(contents.filter((content) => content === name).length, 300);
    }
    await bash(`rm -rf "$1/a"; mv "$1/d" "$1/a"`, [g.path]);
  }
});

onGround("--ignore-existing leaves what an earlier source has without a failure", async (g) => {
  await plant(g.path, { "a/x": "a", "b/x": "bb", "b/y": "b" });
  await moveAsPlanned(g, 0, "--ignore-existing", "a/", "b/", "d");
  assert.deepEqual(await readTree(`${g.path}/b`), { "x": "bb" });
  assert.deepEqual(await readTree(`${g.path}/d`), { "x": "a", "y": "b" });
});

onGround("one directory that is named twice is moved once, and nothing stays", async (g) => {
  await plant(g.path, { "a/sub/x": "a", "a/y": "a" });
  for (const sources of [["a/", "a/"], ["a/", "a/sub"], ["a/sub", "a/"]]) {
    assertCode(await g.blit("move", ...sources, "d"), 0);
    assert.deepEqual(await readTree(`${g.path}/a`), {});
    assert.deepEqual(await readTree(`${g.path}/d`), { "sub/": null, "sub/x": "a", "y": "a" });
    await bash(`rm -r "$1/a"; mv "$1/d" "$1/a"`, [g.path]);
  }
});

onGround(
  "a named source is not renamed to where another source brings the same name",
  async (g) => {
    for (const [first, second] of [["a/", "b/f"], ["b/f", "a/"]] as const) {
      await bash(`rm -rf "$1/a" "$1/b" "$1/d"`, [g.path]);
      await plant(g.path, { "a/f": "from a", "b/f": "from b, longer" });
      await plant(g.path, { "d/kept": "kept" });
      const { stays } = await moveAsPlanned(g, 2, first, second, "d");
      assert.equal(stays.length, 1);
      const winner = first === "a/" ? "from a" : "from b, longer";
      assert.deepEqual(await readTree(`${g.path}/d`), { "f": winner, "kept": "kept" });
      const left = { ...await readTree(`${g.path}/a`), ...await readTree(`${g.path}/b`) };
      assert.deepEqual(left, { "f": winner === "from a" ? "from b, longer" : "from a" });
    }
  },
);
