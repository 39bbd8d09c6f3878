import assert from "node:assert/strict";
import { bash, oddTree, plant } from "../support/mod.ts";
import { objectsOf, onScene, oracle, pathIn, sorted } from "./looking_scene.ts";

onScene("find prints the names that GNU find prints, on a tree of oddities", async (scene) => {
  const { tree, views, ground, utils } = scene;
  await oddTree(tree, [...ground.backend.features, "deep"]);
  const names = sorted(await oracle(tree, `find . -mindepth 1 -printf '%P\\0'`), "\0");
  assert.ok(names.length > 150);
  for (const view of views) {
    const found = await utils("find", view.at(), "-0");
    assert.equal(found.code, 0, found.stderr);
    assert.deepEqual(sorted(found.stdout, "\0"), [...names, "."].sort(), view.name);
    const lines = await utils("find", view.at());
    assert.deepEqual(
      sorted(lines.stdout, "\n"),
      [...names.flatMap((name) => name.split("\n")), "."].sort(),
    );
    const whole = await utils("find", view.at(), "-0", "--canonical");
    assert.deepEqual(
      sorted(whole.stdout, "\0"),
      ["", ...names].map((name) => view.canonical(name)).sort(),
    );
  }
});

onScene("find tells of every entry what GNU find tells, in lines and in JSON", async (scene) => {
  const { tree, views, ground, utils } = scene;
  await oddTree(tree, ground.backend.features);
  const form = "%M\\t%n\\t%u\\t%g\\t%s\\t%TY-%Tm-%Td %TH:%TM\\t%P";
  const linked = await oracle(tree, `find . -mindepth 1 -type l -printf '${form} -> %l\\0'`);
  const others = await oracle(tree, `find . -mindepth 1 ! -type l -printf '${form}\\0'`);
  const expected = sorted(linked + others, "\0");
  const facts = sorted(
    await oracle(tree, `find . -mindepth 1 -printf '%P\\t%s\\t%b\\t%m\\t%U\\t%G\\t%n\\t%T@\\0'`),
    "\0",
  );
  for (const view of views) {
    const long = await utils("find", view.at(), "-l0");
    const own = sorted(long.stdout, "\0").filter((line) => !line.endsWith("\t."));
    // Owners of a server are numbers.
    const withNames = (line: string): string =>
      line.replace(/^(\S+\t\d+\t)0\t/, "$1root\t").replace(/^(\S+\t\d+\t\w+\t)0\t/, "$1root\t");
    assert.deepEqual(own.map(withNames).sort(), expected, view.name);
    const objects = objectsOf(await utils("find", view.at(), "--json"));
    assert.deepEqual(objects.at(-1), {
      type: "summary",
      entries: expected.length + 1,
      failures: 0,
      exit_code: 0,
    });
    const told = objects.slice(0, -1).filter(({ path }) => path !== "").map((entry) => {
      const { size, allocated, mode, uid, gid, links } = entry;
      const nanoseconds = String(entry.mtime_nanoseconds).padStart(9, "0");
      return [pathIn(entry), size, Number(allocated) / 512, Number(mode).toString(8)]
        .concat([uid, gid, links, `${entry.mtime_seconds}.${nanoseconds}0`]).join("\t");
    });
    assert.deepEqual(told.sort(), facts, view.name);
  }
}, { on: "disk" });

onScene("find chooses as GNU find does", async ({ tree, views, utils }) => {
  await plant(tree, {
    "a.txt": "a",
    "B.TXT": "bb",
    "src/a.c": "c".repeat(5000),
    "src/a.h": "",
    "src/deep/er/a.c": "x".repeat(2048),
  });
  await bash(`cd "$1"; mkdir empty; ln -s a.txt link; touch -d '3 days ago' src/a.c src/deep`, [
    tree,
  ]);
  const cases: [string[], string][] = [
    [["--name", "*.c"], "-name '*.c'"],
    [["--name", "*.txt", "--name", "*.h"], "-name '*.txt' -o -name '*.h'"],
    [["--name", "*.txt", "-i"], "-iname '*.txt'"],
    [["--path", "src/*.c"], "-path './src/*.c'"],
    [["--regex", "^src/.*[.]c$"], "-regex './src/.*[.]c'"],
    [["--regex", "A[.]C", "--ignore-case"], "-name a.c"],
    [["--type", "f"], "-type f"],
    [["-t", "d,l"], "-type d -o -type l"],
    [["--min-size", "2K"], "-type f -size +2047c"],
    [["--max-size", "1"], "-type f -size -2c"],
    [["--min-age", "2d", "-t", "f"], "-type f -mtime +1"],
    [["--max-age", "2d", "--max-depth", "1"], "-maxdepth 1 -mtime -2"],
    [["-d", "0"], "-maxdepth 0"],
    [["--name", "none"], "-name none"],
  ];
  for (const view of views) {
    await Promise.all(cases.map(async ([options, gnu]) => {
      const expected = await oracle(tree, `find . ${gnu.replaceAll("\\", "")} | sed 's,^[.]/,,'`);
      const found = await utils("find", view.at(), ...options);
      assert.equal(found.code, 0, found.stderr);
      const what = `${view.name}: ${options.join(" ")}`;
      assert.deepEqual(sorted(found.stdout, "\n"), sorted(expected, "\n"), what);
    }));
    const limited = await utils("find", view.at(), "--limit", "3");
    assert.equal(sorted(limited.stdout, "\n").length, 3);
    assert.equal((await utils("find", view.at("a.txt"))).stdout, `${view.at("a.txt")}\n`);
  }
});
