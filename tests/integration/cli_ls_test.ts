import assert from "node:assert/strict";
import { bash, oddTree, plant } from "../support/mod.ts";
import { objectsOf, onScene, oracle, pathIn, sorted } from "./looking_scene.ts";

onScene("ls prints byte for byte what GNU ls prints, on a tree of oddities", async (scene) => {
  const { ground, tree, views, utils } = scene;
  await oddTree(tree, ground.backend.features);
  const top = await oracle(tree, "ls -1A");
  const names = await oracle(tree, "ls -1A names");
  const all = await oracle(tree, "ls -1RA .");
  for (const view of views) {
    assert.equal((await utils("ls", view.at())).stdout, top, view.name);
    assert.equal((await utils("ls", view.at("names"))).stdout, names, view.name);
    const recursive = await utils("ls", "-R", view.at());
    assert.equal(recursive.code, 0, recursive.stderr);
    const own = recursive.stdout.replaceAll(view.at(), "./").replace(/^\.\/:\n/, ".:\n");
    assert.equal(own, all, view.name);
    const null0 = await utils("ls", "-R0", view.at());
    const found = await oracle(tree, `find . -mindepth 1 -printf '%P\\0'`);
    assert.deepEqual(sorted(null0.stdout, "\0"), sorted(found, "\0"));
  }
});

onScene("ls sorts as GNU ls does", async ({ tree, views, utils }) => {
  await plant(tree, { "b": "bb", "a": "22", "C": "", "empty": "", "large": "x".repeat(5000) });
  await bash(`cd "$1"; touch -d @1700000000.5 a; touch -d @1700000000.6 C; touch -d @7 b`, [tree]);
  const cases: [string[], string][] = [
    [[], ""],
    [["-r"], "-r"],
    [["--sort", "size"], "-S"],
    [["--sort=size", "--reverse"], "-Sr"],
    [["--sort", "time"], "-t"],
    [["--sort", "time", "-r"], "-tr"],
  ];
  for (const view of views) {
    await Promise.all(cases.map(async ([options, gnu]) => {
      const own = await utils("ls", ...options, view.at());
      assert.equal(own.stdout, await oracle(tree, `ls -1 ${gnu}`), `${view.name}: ${options}`);
    }));
    const unsorted = await utils("ls", "--sort", "none", view.at());
    assert.deepEqual(sorted(unsorted.stdout, "\n"), sorted(await oracle(tree, "ls -1"), "\n"));
  }
});

onScene("ls -l has tabs between what GNU ls -l tells", async ({ tree, views, utils }) => {
  await plant(tree, { "file": "content", "sub/": null });
  await bash(`cd "$1"; ln -s file link; ln file hard; chmod 4750 file; touch -d @1000000000 file`, [
    tree,
  ]);
  const gnu = await oracle(tree, "ls -lA --time-style=long-iso | tail -n +2");
  const expected = gnu.split("\n").map((line) =>
    line.replace(/^(\S+) +(\S+) +(\S+) +(\S+) +(\S+) +(\S+ \S+) /, "$1\t$2\t$3\t$4\t$5\t$6\t")
  ).join("\n");
  for (const view of views) {
    const own = await utils("ls", "-l", view.at());
    const named = view.name === "local"
      ? own.stdout
      : own.stdout.replaceAll("\t0\t0\t", "\troot\troot\t");
    assert.equal(named, expected, view.name);
    const human = await utils("ls", "-l", "--human", view.at("sub"), view.at("file"));
    assert.match(human.stdout, /sub:\n\n?-rwsr-x---\t2\t\S+\t\S+\t7\t2001-09-09 \d\d:\d\d\t/);
  }
}, { needs: ["root"] });

onScene("without an endpoint it is the working directory", async ({ tree, ground, utils }) => {
  await plant(tree, { "a": "a" });
  assert.equal((await utils("ls")).stdout, "source\n");
  assert.equal((await ground.blit("ls")).stdout, "source\n");
  assert.equal((await utils("find", "-t", "f")).stdout, "source/a\n");
  assert.match(
    (await utils("du", "--apparent", "-a")).stdout,
    /^1\t\.\/source\/a\n\d+\t\.\/source\n/,
  );
});

onScene("ls lists files, several endpoints and directories themselves", async (scene) => {
  const { tree, views, utils } = scene;
  await plant(tree, { "a": "a", "sub/b": "b", "sub/c": "c", "other/d": "" });
  for (const view of views) {
    const at = (path: string): string => view.at(path);
    const several = await utils("ls", at("a"), at("sub"), at("other"));
    assert.equal(several.code, 0, several.stderr);
    assert.equal(
      several.stdout,
      `${at("a")}\n\n${at("sub")}:\nb\nc\n\n${at("other")}:\nd\n`,
      view.name,
    );
    const itself = await utils("ls", "-d", at("sub"), at("a"));
    assert.equal(itself.stdout, `${at("sub")}\n${at("a")}\n`);
    const whole = await utils("ls", "-R", "--canonical", view.at());
    const expected = ["a", "other", "other/d", "sub", "sub/b", "sub/c"];
    assert.deepEqual(sorted(whole.stdout, "\n"), expected.map((path) => view.canonical(path)));
  }
});

onScene("ls --json is as the published schema says, names exact", async (scene) => {
  const { ground, tree, views, utils } = scene;
  await oddTree(tree, ground.backend.features);
  const names = sorted(await oracle(tree, `find . -mindepth 1 -printf '%P\\0'`), "\0");
  for (const view of views) {
    const output = await utils("ls", "-R", "--json", "--canonical", view.at());
    const objects = objectsOf(output).slice(0, -1);
    assert.deepEqual(objects.map((entry) => pathIn(entry)).sort(), names, view.name);
    assert.deepEqual(
      objects.map((entry) => pathIn(entry, "canonical")).sort(),
      names.map((name) => view.canonical(name)).sort(),
    );
    const link = objects.find(({ path }) => path === "links/to-file");
    assert.deepEqual([link?.kind, link?.target], ["symlink", "../sizes/4096"]);
    const [one] = objectsOf(await utils("ls", "--json", view.at("sizes/4096"), view.at("links")));
    assert.deepEqual([one?.path, one?.endpoint, one?.size], ["", view.at("sizes/4096"), 4096]);
  }
});

onScene("ls goes on with the next endpoint where one is not there", async (scene) => {
  const { tree, views, utils, daemon } = scene;
  await plant(tree, { "a": "a" });
  for (const view of views) {
    const both = await utils("ls", view.at("none"), view.at("a"));
    assert.deepEqual([both.code, both.stdout], [2, `${view.at("a")}\n`], both.stderr);
    assert.match(both.stderr, /^blit-utils: .*none.*\n$/);
    assert.equal((await utils("ls", view.at("none"))).code, 1);
    assert.equal((await utils("ls", "--sort", "colour", view.at())).code, 64);
  }
  assert.equal((await utils("ls", daemon.module("tree", "../x"))).code, 64);
  assert.equal((await utils("ls", "127.0.0.1:1/m/")).code, 1);
  assert.equal((await utils("ls", `${daemon.host}:${daemon.port}/m`)).code, 64);
});
