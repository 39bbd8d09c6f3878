import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  BEHIND_DAEMON,
  compareTrees,
  fingerprint,
  onGround,
  plant,
  readTree,
  requires,
  run,
  symlinkTo,
  type Tree,
} from "../support/mod.ts";

const START: Tree = {
  "dir/a": "a",
  "dir/sub/b": "b",
  "dir/empty/": null,
  "other/c": "c",
  "file": "file",
  "second": "second",
  "taken": "old",
  "link": symlinkTo("file"),
  "link-to-dir": symlinkTo("dir"),
  "existing/kept": "kept",
  "link-to-existing": symlinkTo("existing"),
};

/** Sources and destination; `existing` is there, `new` is not. */
const WAYS: readonly (readonly string[])[] = [
  ["dir", "new"],
  ["dir/", "new"],
  ["dir", "new/"],
  ["dir/", "new/"],
  ["dir", "existing"],
  ["dir/", "existing"],
  ["dir", "existing/"],
  ["dir/", "existing/"],
  ["dir//", "existing"],
  ["dir/.", "existing"],
  ["./dir", "existing"],
  ["dir/sub", "existing"],
  ["dir/sub/", "existing"],
  ["dir/sub/..", "existing"],
  ["dir", "link-to-existing"],
  ["dir/", "link-to-existing/"],
  ["link-to-dir", "existing"],
  ["link-to-dir/", "existing"],
  ["file", "new"],
  ["file", "new/"],
  ["file", "existing"],
  ["file", "existing/"],
  ["file", "taken"],
  ["link", "existing"],
  ["dir/a", "existing"],
  ["file", "second", "existing"],
  ["file", "second", "new"],
  ["file", "second", "new/"],
  ["dir", "file", "existing"],
  ["dir/", "other/", "existing"],
  ["dir", "other", "link", "existing"],
  ["dir/", "other", "new"],
];

onGround(
  "a source that would come to where it is is told from one that is the destination",
  async (g) => {
    await plant(g.source, { "a": "a" });
    const comes = /The source "[^"]+" would come to where it is already: in "[^"]+"\./;
    const same = /The source "[^"]+" and the destination "[^"]+" are the same\./;
    for (
      const [from, to, sentence] of [
        ["source", ".", comes],
        ["source/a", "source", comes],
        ["source/a", "source/", comes],
        ["source/", "source", same],
        ["source/.", "source", same],
        ["source/a", "source/a", same],
      ] as const
    ) {
      for (const verb of ["copy", "move"]) {
        assertSentence(await g.blit(verb, from, to), [64], sentence);
      }
    }
    assert.deepEqual(await readTree(g.source), { "a": "a" });
  },
  { onlyLocal: true },
);

onGround(
  "sources and destinations with and without slashes mean what they mean to rsync",
  async (g) => {
    requires("rsync");
    const expected: Record<string, unknown> = {};
    const actual: Record<string, unknown> = {};
    for (const [number, way] of WAYS.entries()) {
      if (BEHIND_DAEMON && way.some((path) => /^link-to-\w+\/|link-to-existing/.test(path))) {
        continue;
      }
      const key = way.join(" ");
      const [theirs, ours] = [`${g.path}/${number}-rsync`, `${g.path}/${number}-blit`];
      await plant(theirs, START);
      await plant(ours, START);
      await run("rsync", ["-a", ...way], { cwd: theirs });
      const { code, stderr } = await g.blitWith({ cwd: ours }, "copy", ...way);
      expected[key] = [0, "", await readTree(theirs)];
      actual[key] = [code, stderr, await readTree(ours).catch(String)];
    }
    assert.deepEqual(actual, expected);
  },
);

onGround("copy takes absolute paths and ones relative to the working directory", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(`${g.path}/below`, {});
  assertCode(await g.blit("copy", `${g.source}/`, `${g.path}/absolute`), 0);
  assertCode(await g.blitWith({ cwd: `${g.path}/below` }, "copy", "../source/", "."), 0);
  assert.deepEqual(await readTree(`${g.path}/absolute`), { "a": "a" });
  assert.deepEqual(await readTree(`${g.path}/below`), { "a": "a" });
});

onGround("copy adds and replaces, and deletes nothing", async (g) => {
  await plant(g.source, { "same": "same", "changed": "new", "added/file": "added" });
  await plant(g.destination, { "same": "same", "changed": "old!", "extra/file": "extra" });
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), {
    "added/": null,
    "added/file": "added",
    "changed": "new",
    "extra/": null,
    "extra/file": "extra",
    "same": "same",
  });
});

onGround("a second copy touches nothing at all", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b", "empty/": null, "link": symlinkTo("a") });
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  await g.compare();
  const before = await fingerprint(g.destination);
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  await assertUntouched(g.destination, before);
});

onGround("a replaced file is a new one: who has the old one open keeps reading it", async (g) => {
  await plant(g.source, { "file": "new content" });
  await plant(g.destination, { "file": "old" });
  await Deno.link(`${g.destination}/file`, `${g.path}/outside`);
  using reader = await Deno.open(`${g.destination}/file`);
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  const buffer = new Uint8Array(64);
  const length = await reader.read(buffer);
  assert.equal(new TextDecoder().decode(buffer.subarray(0, length ?? 0)), "old");
  assert.equal(await Deno.readTextFile(`${g.path}/outside`), "old");
  assert.equal(await Deno.readTextFile(`${g.destination}/file`), "new content");
});

onGround("the source is not changed by a copy", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  const before = await fingerprint(g.source);
  assertCode(await g.blit("copy", "source", "destination"), 0);
  await assertUntouched(g.source, before);
  await compareTrees(g.source, `${g.destination}/source`, {
    ...g.backend.tolerance,
    rsync: true,
  });
});

onGround("copying one file keeps its metadata", async (g) => {
  await plant(g.source, { "file": "content" });
  await Deno.chmod(`${g.source}/file`, 0o640);
  await Deno.utime(`${g.source}/file`, 1_000_000, 1_000_000);
  assertCode(await g.blit("copy", "source/file", "destination/"), 0);
  await g.compare({ roots: false });
});

for (const verb of ["copy", "mirror", "move"]) {
  onGround(`${verb} gives one file its new name, whatever other names it has`, async (g) => {
    await plant(g.path, { "file": "new", "target/file": "another", "target/renamed": "old" });
    await bash(`cd "$1"; ln file other; ln target/renamed target/shared`, [g.path]);
    assertCode(await g.blit(verb, "-y", "file", "target/renamed"), 0);
    assertCode(await g.blit(verb, "-y", "other", "target/free"), 0);
    assert.deepEqual(await readTree(`${g.path}/target`), {
      "file": "another",
      "free": "new",
      "renamed": "new",
      "shared": "old",
    });
  });
}

onGround("sources of several runs may hold the same names: the later one wins", async (g) => {
  await plant(g.path, { "one/f": "first!", "two/f": "second", "two/g": "g", "out/": null });
  assertCode(await g.blit("copy", "one/", "two/", "out"), 0);
  // rsync sorts the sources into one list and keeps the first; blit takes them in order.
  const tree = await readTree(`${g.path}/out`);
  assert.deepEqual(Object.keys(tree), ["f", "g"]);
  assert.match(String(tree.f), /^(first!|second)$/);
});

onGround("names that begin with a dash are copied after --", async (g) => {
  await plant(g.path, { "--yes/file": "content", "-n": "n", "out/": null });
  assertCode(await g.blit("copy", "--", "--yes", "-n", "out"), 0);
  assert.deepEqual(await readTree(`${g.path}/out`), {
    "--yes/": null,
    "--yes/file": "content",
    "-n": "n",
  });
});

onGround("an empty directory is copied", async (g) => {
  await plant(g.source, {});
  assertCode(await g.blit("copy", "source", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "source/": null });
});
