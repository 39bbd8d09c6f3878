import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  compareTrees,
  fingerprint,
  listTree,
  makePlace,
  oddTree,
  onGround,
  plant,
  readTree,
  run,
  symlinkTo,
} from "../support/mod.ts";

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

onGround("move on one file system is a rename: the inodes stay", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  const inode = (await Deno.stat(`${g.source}/sub/b`)).ino;
  assertCode(await g.blit("move", "source", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), {
    "source/": null,
    "source/a": "a",
    "source/sub/": null,
    "source/sub/b": "b",
  });
  assert.equal((await Deno.stat(`${g.destination}/source/sub/b`)).ino, inode);
  assert.equal(await exists(g.source), false);
}, { onlyLocal: true });

onGround("move renames a file into a directory, over nothing and over a file", async (g) => {
  await plant(g.path, { "one": "one", "two": "two", "out/two": "older" });
  assertCode(await g.blit("move", "one", "two", "out"), 0);
  assert.deepEqual(await readTree(`${g.path}/out`), { "one": "one", "two": "two" });
  assert.equal(await exists(`${g.path}/one`), false);
  assert.equal(await exists(`${g.path}/two`), false);
});

onGround("move between file systems carries every oddity and empties the source", async (g) => {
  await using other = await makePlace("disk");
  const { features, archive } = g.backend;
  await oddTree(g.source, features);
  await run("rsync", ["-aHAXS", "--modify-window=-1", `${g.source}/`, `${g.path}/expected/`]);
  assertCode(await g.blit("move", ...archive, "-y", "source", `${other.path}/`), 0);
  await compareTrees(`${g.path}/expected`, `${other.path}/source`, {
    ...g.backend.tolerance,
    blocks: "any",
  });
  assert.equal(await exists(g.source), false);
});

onGround("move into a directory that is there merges and deletes nothing", async (g) => {
  await plant(g.source, { "a": "new a", "sub/b": "b" });
  await plant(g.destination, { "source/a": "old", "source/sub/other": "other", "kept": "kept" });
  assertCode(await g.blit("move", "-y", "source", "destination"), 0);
  const tree = await readTree(g.destination);
  assert.equal(tree["source/a"], "new a");
  assert.equal(tree["source/sub/b"], "b");
  assert.equal(tree["kept"], "kept");
  assert.equal(await exists(g.source), false);
});

onGround("move of a directory's content leaves no file behind", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b", "empty/": null });
  await plant(g.destination, { "kept": "kept" });
  assertCode(await g.blit("move", "-y", "source/", "destination"), 0, 2);
  const tree = await readTree(g.destination);
  assert.equal(tree["a"], "a");
  assert.equal(tree["sub/b"], "b");
  assert.equal(tree["empty/"], null);
  if (await exists(g.source)) assert.deepEqual(await readTree(g.source), {});
});

onGround("what a filter leaves out of a move stays in the source", async (g) => {
  await using other = await makePlace("disk");
  await plant(g.source, { "a": "a", "a.log": "log", "sub/b.log": "log", "sub/b": "b" });
  assertCode(await g.blit("move", "--exclude", "*.log", "source", `${other.path}/`), 0);
  assert.deepEqual(await readTree(`${other.path}/source`), {
    "a": "a",
    "sub/": null,
    "sub/b": "b",
  });
  assert.deepEqual(await readTree(g.source), { "a.log": "log", "sub/": null, "sub/b.log": "log" });
});

onGround("what a filter leaves out stays on one file system too", async (g) => {
  await plant(g.source, { "a": "a", "a.log": "log" });
  assertCode(await g.blit("move", "--exclude", "*.log", "source", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "source/": null, "source/a": "a" });
  assert.deepEqual(await readTree(g.source), { "a.log": "log" });
});

onGround("--ignore-existing moves what was not there, and its plan says so", async (g) => {
  await using other = await makePlace("disk");
  await plant(g.source, { "a": "new", "b": "b", "c/d": "d", "sub/e": "e", "sub/f": "new" });
  const there = { "a": "old", "c": "no directory", "sub/": null, "sub/f": "old" };
  await plant(`${other.path}/source`, there);
  const run = async (...more: string[]) => {
    const args = ["--ignore-existing", "--json", ...more, "source", `${other.path}/`];
    const output = await g.blit("move", ...args);
    assertCode(output, 0);
    return JSON.parse(output.stdout.trimEnd().split("\n").at(-1) ?? "").entries_moved;
  };
  const planned = await run("--dry-run");
  assert.equal(await run(), planned);
  assert.deepEqual(await readTree(`${other.path}/source`), { ...there, "b": "b", "sub/e": "e" });
  assert.deepEqual(await readTree(g.source), {
    "a": "new",
    "c/": null,
    "c/d": "d",
    "sub/": null,
    "sub/f": "new",
  });
});

onGround("a symbolic link is moved as a link", async (g) => {
  await using other = await makePlace("disk");
  await plant(g.path, { "target/file": "content", "link": symlinkTo("target") });
  assertCode(await g.blit("move", "link", `${other.path}/`), 0);
  assert.deepEqual(await readTree(other.path), { "link": symlinkTo("target") });
  assert.deepEqual(await readTree(`${g.path}/target`), { "file": "content" });
});

onGround("a dry run of a move changes neither end", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  await plant(g.destination, { "source/a": "old" });
  const before = [await fingerprint(g.source), await fingerprint(g.destination)];
  assertCode(await g.blit("move", "-n", "-y", "source", "destination"), 0);
  assert.deepEqual([await fingerprint(g.source), await fingerprint(g.destination)], before);
});

onGround("what could not be moved stays where it was", async (g) => {
  await using other = await makePlace("disk");
  await plant(g.source, { "good": "good", "closed": "secret", "sub/good": "good" });
  await Deno.chmod(`${g.source}/closed`, 0);
  for (const path of [g.path, g.source, `${g.source}/sub`, other.path]) {
    await Deno.chown(path, 65534, 65534);
  }
  const output = await g.blitWith({ asNobody: true }, "move", "source", `${other.path}/`);
  assertSentence(output, [2], /closed/, /[Pp]ermission denied/);
  assert.deepEqual(await readTree(g.source), { "closed": "secret" });
  assert.deepEqual(await readTree(`${other.path}/source`), {
    "good": "good",
    "sub/": null,
    "sub/good": "good",
  });
}, { needs: ["nobody", "tmpfs"], onlyLocal: true });

onGround("what a move fails on twice is counted and told once", async (g) => {
  await plant(g.source, { "a": "a", "closed/b": "b" });
  await plant(g.destination, {});
  await bash('chmod 0 "$1/closed"; chown -R 65534:65534 "$1" "$2"', [g.source, g.destination]);
  for (const dry of [["-n"], []]) {
    const options = [...dry, "-v", "--json"];
    const output = await g.blitWith(
      { asNobody: true },
      "move",
      ...options,
      "source/",
      "destination",
    );
    assertCode(output, 2);
    const objects = output.stdout.trim().split("\n").map((line) => JSON.parse(line));
    const failed = objects.filter(({ type }) => type === "failure").map(({ path }) => path);
    assert.deepEqual(failed, [`${g.source}/closed`], output.stdout);
    assert.equal(objects.at(-1).failure_count, 1, output.stdout);
    const removed = objects.filter(({ action }) => action === "remove-source");
    assert.deepEqual(removed.map(({ path }) => path), ["a"], output.stdout);
  }
}, { needs: ["nobody"], onlyLocal: true });

onGround("a move into itself is refused and loses nothing", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  const before = await fingerprint(g.source);
  assertSentence(await g.blit("move", "source", "source/sub"), [1, 64], /source/);
  await assertUntouched(g.source, before);
}, { onlyLocal: true });

onGround("a move onto itself is refused and loses nothing", async (g) => {
  await plant(g.source, { "a": "a" });
  const before = await fingerprint(g.source);
  assertSentence(await g.blit("move", "source/", "source"), [1, 64], /source/);
  assertSentence(await g.blit("move", "source", "."), [1, 64], /source/);
  assertSentence(await g.blit("move", "source/a", "source"), [1, 64], /source/);
  await assertUntouched(g.source, before);
}, { onlyLocal: true });

onGround("files that are linked to each other stay so when they move", async (g) => {
  await using other = await makePlace("disk");
  await plant(g.source, { "a": "linked", "sub/": null });
  await Deno.link(`${g.source}/a`, `${g.source}/sub/b`);
  assertCode(await g.blit("move", "source", `${other.path}/`), 0);
  const files = (await listTree(`${other.path}/source`)).filter(({ type }) => type === "f");
  assert.equal(new Set(files.map(({ inode }) => inode)).size, 1);
  assert.equal(await exists(g.source), false);
});
