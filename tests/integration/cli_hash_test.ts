import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  bash,
  onGround,
  plant,
  readTree,
  requires,
  run,
  symlinkTo,
} from "../support/mod.ts";
import { blitWords, inShell } from "./cli_shell.ts";

// Deno asks for all rights before it lets the portable floor see /dev/shm.
const DISK = { on: "disk" } as const;

const TREE = {
  "b": "b",
  "a/deep/file": "deep",
  "a-b": "between",
  "empty": "",
  "new\nline": "odd",
  "back\\slash": "odd",
  "link": symlinkTo("b"),
};

onGround("b3sum accepts what hash prints, in byte order, odd names too", async (g) => {
  requires("b3sum");
  await plant(g.source, TREE);
  const output = await g.blit("hash", "source", "source/link");
  assertCode(output, 0);
  const names = output.stdout.trimEnd().split("\n").map((line) => line.replace(/^.*? {2}/, ""));
  assert.deepEqual(names, [
    "source/a/deep/file",
    "source/a-b",
    "source/b",
    "source/back\\\\slash",
    "source/empty",
    "source/new\\nline",
    "source/link",
  ]);
  await Deno.writeTextFile(`${g.path}/sums`, output.stdout);
  const checked = await run("b3sum", ["--check", "sums"], { cwd: g.path });
  assert.equal(checked.match(/: OK$/gm)?.length, 7);
}, DISK);

onGround("hash prints for each file what b3sum prints", async (g) => {
  requires("b3sum");
  await plant(g.source, { "a": "a", "new\nline": "x" });
  await bash(`head -c 3000000 /dev/urandom > "$1/large"`, [g.source]);
  const paths = ["source/a", "source/large", "source/new\nline"];
  const output = await g.blit("hash", ...paths);
  assert.equal(output.stdout, await run("b3sum", paths, { cwd: g.path }));
}, DISK);

onGround("hash reads a dash as standard input, once", async (g) => {
  const words = blitWords("hash", "-", "-");
  const { stdout } = await inShell(g, `printf abc | ${words}`);
  assert.deepEqual(stdout.split("\n"), [
    "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85  -",
    "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262  -",
    "",
  ]);
}, DISK);

onGround("hash names what it cannot read, goes on, and ends with 2", async (g) => {
  await plant(g.source, { "a": "a" });
  const output = await g.blit("hash", "missing", "source/a");
  assertSentence(output, [2], /^blit: Cannot read "missing": no such file or directory\n$/);
  assert.match(output.stdout, /^[0-9a-f]{64} {2}source\/a\n$/);
}, DISK);

onGround(
  "lists come from every name of standard input, from pipes and from /dev/shm",
  async (g) => {
    await plant(g.source, { "a": "a", "b": "b" });
    const shared = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "blit-test-" });
    try {
      await bash(`echo a > "$1/real" && ln -s real "$1/list"`, [shared]);
      assertCode(await g.blit("check", "source", "--write-manifest", "m.json"), 0);
      const lists = ["/dev/stdin", "/dev/fd/0", "<(echo a)", `${shared}/real`, `${shared}/list`];
      for (const [number, list] of lists.entries()) {
        const words = blitWords("copy", "source/", `d${number}`);
        const output = await inShell(g, `echo a | ${words} --files-from ${list}`);
        assert.deepEqual([output.stderr, output.code], ["", 0], list);
        assert.deepEqual(await readTree(`${g.path}/d${number}`), { "a": "a" }, list);
      }
      const twice = blitWords(
        "copy",
        "--files-from",
        "-",
        "--exclude-from",
        "/dev/stdin",
        "source/",
      );
      const refused = await inShell(g, `echo a | ${twice} d`);
      assertSentence(
        refused,
        [64],
        /--files-from and --exclude-from cannot both read/,
      );
      const manifest = blitWords("check", "source", "--write-manifest", `${shared}/m`);
      assertSentence(
        await inShell(g, manifest),
        [1],
        /Deno keeps it from programs without all rights/,
      );
      await bash(`cp "$1/m.json" "$2/m"`, [g.path, shared]);
      const held = await inShell(g, blitWords("check", "source", "--manifest", `${shared}/m`));
      assert.deepEqual([held.stderr, held.code], ["", 0]);
      const absent = await inShell(g, blitWords("check", "source", "--manifest", `${shared}/none`));
      assertSentence(absent, [1], /Cannot read the manifest ".*none": no such file or directory/);
      const { stdout } = await inShell(g, `printf abc | ${blitWords("hash", "/dev/stdin")}`);
      assert.match(stdout, /^6437b3ac[0-9a-f]+ {2}\/dev\/stdin\n$/);
    } finally {
      await Deno.remove(shared, { recursive: true });
    }
  },
  DISK,
);

onGround("a directory in place of standard input is a failure with a sentence", async (g) => {
  await plant(g.source, { "a": "a" });
  const hashed = await inShell(g, `${blitWords("hash", "-", "source/a")} < source`);
  assertSentence(hashed, [2], /^blit: Cannot read "-": is a directory\n$/);
  assert.match(hashed.stdout, /^[0-9a-f]{64} {2}source\/a\n$/);
  for (const option of ["exclude-from", "files-from"]) {
    const listed = await inShell(g, `${blitWords("copy", `--${option}`, "-", "source/", "d")} < .`);
    assertSentence(listed, [64], new RegExp(`Cannot read --${option} "-": is a directory`));
  }
}, DISK);

onGround("hash refuses places on servers before it reads anything", async (g) => {
  await plant(g.source, { "a": "a", "b:c": "c" });
  for (const place of ["127.0.0.1:19311//a/", "server:/module/a", "server:a", "b:c"]) {
    const output = await g.blitWith({ cwd: g.source }, "hash", "a", place);
    assertSentence(output, [64], /reads as a place on a server, and hash takes paths of this/);
    assert.ok(output.stderr.includes(`write "./${place}".`), output.stderr);
    assert.equal(output.stdout, "");
  }
  const local = await g.blitWith({ cwd: g.source }, "hash", "./b:c");
  assert.match(local.stdout, /^[0-9a-f]{64} {2}\.\/b:c\n$/);
}, DISK);

onGround(
  "hash takes paths that are not UTF-8, and prints them as b3sum does",
  async (g) => {
    await Deno.mkdir(g.source);
    await bash(`printf x > "$1"/$'bad\\xff'`, [g.source]);
    const words = blitWords("hash");
    const below = await inShell(g, `${words} source`);
    const named = await inShell(g, `${words} source/$'bad\\xff'`);
    const exact = g.backend.features.includes("bytes");
    for (const output of [below, named]) {
      assertCode(output, exact ? 0 : 2);
      if (exact) assert.match(output.stdout, /^[0-9a-f]{64} {2}source\/bad\u{fffd}\n$/u);
      assert.match(output.stderr, exact ? /1 name not in UTF-8/ : /cannot be written exactly/);
    }
  },
  DISK,
);
