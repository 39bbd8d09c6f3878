import assert from "node:assert/strict";
import {
  assertCode,
  type Ground,
  onGround,
  plant,
  readTree,
  requires,
  run,
  setMtime,
  symlinkTo,
  type Tree,
} from "../support/mod.ts";

const TREE: Tree = {
  "a.o": "object",
  "a.c": "source",
  "b.tmp": "temporary",
  "tmp/inside": "inside",
  "tmp/keep.c": "kept",
  "sub/tmp/inside": "inside",
  "sub/a.o": "object",
  "sub/a.c": "source",
  "sub/deep/a.o": "object",
  "sub/deep/er/b.c": "source",
  "sub/x": "x",
  "x": "x",
  "[odd]": "brackets",
  "star*": "star",
  "empty/": null,
  "large": "l".repeat(5000),
  "exact": "e".repeat(4096),
  "small": "s",
};

const RULES: readonly (readonly string[])[] = [
  ["--exclude", "*.o"],
  ["--exclude", "/a.o"],
  ["--exclude", "tmp"],
  ["--exclude", "tmp/"],
  ["--exclude", "/tmp/"],
  ["--exclude", "/tmp/*"],
  ["--exclude", "sub/x"],
  ["--exclude", "/sub/x"],
  ["--exclude", "x"],
  ["--exclude", "sub/*/a.o"],
  ["--exclude", "sub/**/a.o"],
  ["--exclude", "sub/**"],
  ["--exclude", "sub/***"],
  ["--exclude", "**/er/"],
  ["--exclude", "?.c"],
  ["--exclude", "[ab].c"],
  ["--exclude", "[!a].c"],
  ["--exclude", "[[:alpha:]].c"],
  ["--exclude", "\\[odd\\]"],
  ["--exclude", "star\\*"],
  ["--exclude", "[odd]"],
  ["--include", "*/", "--include", "*.c", "--exclude", "*"],
  ["--include", "*.c", "--exclude", "*"],
  ["--include", "keep.c", "--exclude", "/tmp/*"],
  ["--exclude", "*.c", "--include", "keep.c"],
  ["--include", "sub/a.c", "--exclude", "a.*"],
  ["--include", "/sub/", "--include", "/sub/deep/", "--exclude", "*.o", "--exclude", "/*"],
  ["--exclude", "nothing", "--exclude", "s*"],
  ["--min-size", "4096"],
  ["--max-size", "4096"],
  ["--min-size", "4097"],
  ["--max-size", "4K"],
  ["--min-size", "2", "--max-size", "10"],
  ["--exclude-from", "../rules"],
];

const RULE_FILE = `# a comment
; another

*.o
+ keep.c
- /tmp/*
sub/deep/
`;

async function both(
  g: Ground,
  number: number,
  args: readonly string[],
): Promise<[theirs: unknown, ours: unknown]> {
  const [theirs, ours] = [`${g.path}/${number}-rsync`, `${g.path}/${number}-blit`];
  await run("rsync", ["-a", ...args, "./", theirs], { cwd: g.source });
  const output = await g.blitWith({ cwd: g.source }, "copy", ...args, "./", ours);
  return [[0, "", await readTree(theirs)], [
    output.code,
    output.stderr,
    await readTree(ours).catch(String),
  ]];
}

onGround("filters choose what rsync's filters choose", async (g) => {
  requires("rsync");
  await plant(g.source, TREE);
  await Deno.writeTextFile(`${g.path}/rules`, RULE_FILE);
  const expected: Record<string, unknown> = {};
  const actual: Record<string, unknown> = {};
  for (const [number, rules] of RULES.entries()) {
    const key = rules.join(" ");
    [expected[key], actual[key]] = await both(g, number, rules);
  }
  assert.deepEqual(actual, expected);
});

onGround("--files-from takes the files named and the directories above them", async (g) => {
  requires("rsync");
  await plant(g.source, TREE);
  await Deno.writeTextFile(`${g.path}/list`, "a.c\nsub/deep/er/b.c\n./x\n\n/large\n");
  const [theirs, ours] = await both(g, 1, ["--files-from", "../list"]);
  assert.deepEqual(ours, theirs);
});

onGround("--files-from --null takes names with newlines", async (g) => {
  await plant(g.source, { "new\nline": "odd", "new": "no", "line": "no", "plain": "plain" });
  await Deno.writeTextFile(`${g.path}/list`, "new\nline\0plain\0");
  assertCode(
    await g.blit("copy", "--files-from", "list", "--null", "source/", "destination"),
    0,
  );
  assert.deepEqual(await readTree(g.destination), { "new\nline": "odd", "plain": "plain" });
});

onGround("a file of --files-from that is not there is listed, and the rest copied", async (g) => {
  await plant(g.source, { "there": "there", "not-listed": "no" });
  await Deno.writeTextFile(`${g.path}/list`, "there\nmissing\n");
  const output = await g.blit("copy", "--files-from", "list", "source/", "destination");
  assertCode(output, 2);
  assert.match(output.stderr, /missing/);
  assert.deepEqual(await readTree(g.destination), { "there": "there" });
});

onGround("a path of --files-from that leads through a link or a file says so", async (g) => {
  await plant(g.source, {
    "dir/f": "f",
    "dir/in": symlinkTo("."),
    "link": symlinkTo("dir"),
    "file": "file",
  });
  await Deno.writeTextFile(`${g.path}/list`, "link/f\ndir/in/f\nfile/f\nnone/f\ndir/f\n");
  const output = await g.blit("copy", "--files-from", "list", "source/", "destination");
  assertCode(output, 2);
  const link = "the path leads through a symbolic link, which is not followed; list the link";
  for (
    const [path, words] of [
      ["link/f", link],
      ["dir/in/f", link],
      ["file/f", "not a directory."],
      ["none/f", "no such file or directory."],
    ] as const
  ) {
    assert.ok(output.stderr.includes(`source/${path}": ${words}`), output.stderr);
  }
  assert.deepEqual(await readTree(g.destination), { "dir/": null, "dir/f": "f" });
});

onGround("a mirror of --files-from deletes nothing that was not listed", async (g) => {
  await plant(g.source, { "a": "a", "b": "b" });
  await plant(g.destination, { "c": "c", "b": "older" });
  await Deno.writeTextFile(`${g.path}/list`, "a\n");
  const output = await g.blit("mirror", "-y", "--files-from", "list", "source/", "destination");
  assertCode(output, 0, 2, 64);
  const tree = await readTree(g.destination);
  assert.equal(tree.b, "older");
  assert.equal(tree.c, "c");
});

onGround("--min-age and --max-age choose by the time of the last change", async (g) => {
  await plant(g.source, { "now": "now", "hour": "hour", "week": "week" });
  const now = Date.now() / 1000;
  await setMtime(now - 3600, `${g.source}/hour`);
  await setMtime(now - 7 * 86400, `${g.source}/week`);
  assertCode(await g.blit("copy", "--min-age", "30m", "source/", "old"), 0);
  assert.deepEqual(await readTree(`${g.path}/old`), { "hour": "hour", "week": "week" });
  assertCode(await g.blit("copy", "--max-age", "2d", "source/", "young"), 0);
  assert.deepEqual(await readTree(`${g.path}/young`), { "hour": "hour", "now": "now" });
  assertCode(
    await g.blit("copy", "--min-age", "30m", "--max-age", "2d", "source/", "between"),
    0,
  );
  assert.deepEqual(await readTree(`${g.path}/between`), { "hour": "hour" });
});

onGround("a mirror leaves what a size filter hides at the destination", async (g) => {
  await plant(g.source, { "small": "s", "large": "l".repeat(100) });
  await plant(g.destination, { "large": "older", "extra": "extra" });
  assertCode(await g.blit("mirror", "-y", "--max-size", "10", "source/", "destination"), 0);
  assert.equal((await readTree(g.destination)).large, "older");
});

onGround("a missing file of rules is a clear sentence", async (g) => {
  await plant(g.source, { "a": "a" });
  const output = await g.blit("copy", "--exclude-from", "no-rules", "source/", "destination");
  assertCode(output, 1, 64);
  assert.match(output.stderr, /no-rules/);
});
