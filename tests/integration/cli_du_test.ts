import assert from "node:assert/strict";
import { oddTree, plant } from "../support/mod.ts";
import { objectsOf, onScene, oracle, pathIn, sorted, type View } from "./looking_scene.ts";

/** What du of a view prints, as `du .` in the tree would. */
function fromTree(view: View, stdout: string, end: string): string[] {
  return sorted(stdout, end).map((line) =>
    line.replace(`\t${view.at()}`, "\t./").replace(/\t\.\/$/, "\t.")
  ).sort();
}

onScene("du adds up as GNU du does, on a tree of oddities", async (scene) => {
  const { ground, tree, views, utils } = scene;
  await oddTree(tree, ground.backend.features);
  const cases: [string[], string][] = [
    [[], "-B1"],
    [["--apparent"], "-b"],
    [["-a"], "-a -B1"],
    [["-a", "--apparent"], "-a -b"],
    [["-d", "1"], "-d 1 -B1"],
    [["-s"], "-s -B1"],
    [["-d1", "-a"], "-d 1 -a -B1"],
  ];
  for (const view of views) {
    await Promise.all(cases.map(async ([options, gnu]) => {
      const own = await utils("du", ...options, "-0", "--bytes", view.at());
      assert.equal(own.code, 0, own.stderr);
      const expected = sorted(await oracle(tree, `du -0 ${gnu} .`), "\0");
      // Which of its names a file with several is counted by depends on the order of the walk.
      const isSure = (line: string): boolean => !/\t(\.\/(hard|sparse)\b.*)$/s.test(line);
      const lines = fromTree(view, own.stdout, "\0");
      assert.deepEqual(lines.filter(isSure), expected.filter(isSure), `${view.name} ${options}`);
      const total = (list: readonly string[]) => list.find((line) => line.endsWith("\t./hard"));
      assert.equal(total(lines), total(expected));
    }));
  }
}, { on: "disk" });

onScene("du rounds sizes and adds up endpoints", async ({ tree, views, utils }) => {
  await plant(tree, { "a/x": "x".repeat(5000), "b/y": "y".repeat(100_000) });
  for (const view of views) {
    const at = [view.at("a"), view.at("b")];
    const human = await utils("du", "--human", "-c", ...at);
    const gnu = await oracle(tree, "du -hc a b");
    assert.equal(human.stdout, gnu.replace("\ta", `\t${at[0]}`).replace("\tb", `\t${at[1]}`));
    const objects = objectsOf(await utils("du", "--json", "-c", "--canonical", ...at));
    const [first, second, total, summary] = objects;
    assert.deepEqual([first?.endpoint, first?.path, first?.entries], [at[0], "", 2]);
    assert.equal(first?.canonical, view.canonical("a"));
    assert.equal(total?.size, Number(first?.size) + Number(second?.size));
    assert.deepEqual([total?.type, summary?.type, summary?.entries], ["total", "summary", 2]);
  }
});

onScene("du --json has exact names, and every row of the published form", async (scene) => {
  const { ground, tree, views, utils } = scene;
  await oddTree(tree, ground.backend.features);
  const names = sorted(await oracle(tree, `find . -type d -printf '%P\\0'`), "\0");
  for (const view of views) {
    const objects = objectsOf(await utils("du", "--json", view.at())).slice(0, -1);
    assert.deepEqual(objects.map((row) => pathIn(row)).sort(), names, view.name);
    assert.equal(objects.at(-1)?.path, "");
  }
});

onScene("du says what is wrong, with the right exit code", async ({ tree, views, utils }) => {
  await plant(tree, { "a": "a" });
  for (const view of views) {
    const missing = await utils("du", view.at("none"));
    assert.deepEqual([missing.code, missing.stdout], [1, ""], missing.stderr);
    assert.match(missing.stderr, /^blit-utils: .*none.*\n$/);
    assert.equal((await utils("du", view.at("none"), view.at("a"))).code, 2);
    assert.equal((await utils("du", "-d", "much", view.at())).code, 64);
    assert.equal((await utils("du", "-s", "-a", view.at())).code, 64);
  }
});
