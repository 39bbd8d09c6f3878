import assert from "node:assert/strict";
import { assertCode, bash, onGround, plant, readTree, symlinkTo } from "../support/mod.ts";

onGround("move empties the source when the destination is new, top level too", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b", "link": symlinkTo("a") });
  const dry = await g.blit("move", "-n", "-v", "source/", "new");
  const real = await g.blit("move", "-v", "source/", "new");
  assertCode(real, 0);
  assert.deepEqual(await readTree(g.source), {});
  assert.deepEqual(await readTree(`${g.path}/new`), {
    "a": "a",
    "link": symlinkTo("a"),
    "sub/": null,
    "sub/b": "b",
  });
  const lines = (text: string): string[] =>
    text.split("\n").filter((line) => /^\S+ +\S/.test(line));
  const actions = (text: string): string[] =>
    lines(text).filter((line) => /^(create|remove-source) /.test(line)).sort();
  assert.deepEqual(actions(real.stdout), actions(dry.stdout));
});

onGround(
  "hard links of a name that --ignore-existing leaves hold the source's content",
  async (g) => {
    await plant(g.source, { "x": "new" });
    await bash(`ln "$1/x" "$1/y"; ln "$1/x" "$1/z"`, [g.source]);
    await plant(g.destination, { "x": "old" });
    assertCode(await g.blit("copy", "--ignore-existing", "source/", "destination"), 0);
    assert.deepEqual(await readTree(g.destination), { "x": "old", "y": "new", "z": "new" });
  },
);

onGround("--update keeps the newer of two hard-linked names", async (g) => {
  await plant(g.source, { "x": "source" });
  await bash(`ln "$1/x" "$1/y"; touch -d 2020-01-01 "$1/x"`, [g.source]);
  await plant(g.destination, { "y": "newer" });
  assertCode(await g.blit("copy", "--update", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "x": "source", "y": "newer" });
});

onGround("--ignore-existing leaves what is of another kind as well", async (g) => {
  await plant(g.source, { "was-file/inner": "i", "was-dir": "file" });
  await plant(g.destination, { "was-file": "precious", "was-dir/inner": "precious" });
  const before = await readTree(g.destination);
  for (const verb of [["copy"], ["mirror", "-y"]]) {
    assertCode(await g.blit(...verb, "--ignore-existing", "source/", "destination"), 0);
    assert.deepEqual(await readTree(g.destination), before);
  }
});

onGround("mirror leaves an extra directory that holds what filters protect", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, { "e/f/keep.o": "o", "e/gone.c": "c", "e/g/gone.c": "c" });
  const args = ["mirror", "-v", "-y", "--exclude", "*.o", "source/", "destination"];
  const dry = await g.blit(...args, "-n");
  const real = await g.blit(...args);
  assertCode(real, 0);
  const deleted = (text: string): string[] => text.match(/^delete .*$/gm)?.sort() ?? [];
  assert.deepEqual(deleted(real.stdout), deleted(dry.stdout));
  assert.deepEqual(await readTree(g.destination), {
    "a": "a",
    "e/": null,
    "e/f/": null,
    "e/f/keep.o": "o",
  });
});

onGround("a backup directory deep in the destination is never taken for an extra", async (g) => {
  await plant(g.source, { "sub/a": "new" });
  await plant(g.destination, { "sub/a": "older", "sub/x": "extra", "other/y": "extra" });
  for (let run = 0; run < 2; run++) {
    const output = await g.blit(
      "mirror",
      "-y",
      "--backup-dir",
      "sub/bak",
      "source/",
      "destination",
    );
    assertCode(output, 0);
    assert.deepEqual(await readTree(g.destination), {
      "sub/": null,
      "sub/a": "new",
      "sub/bak/": null,
      "sub/bak/other/": null,
      "sub/bak/other/y": "extra",
      "sub/bak/sub/": null,
      "sub/bak/sub/a": "older",
      "sub/bak/sub/x": "extra",
    });
  }
});

onGround("a backup directory is recognised through a link", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(`${g.path}/real`, { "x": "extra" });
  await Deno.symlink("real", g.destination);
  for (let run = 0; run < 2; run++) {
    const backup = `${g.path}/real/bak`;
    assertCode(await g.blit("mirror", "-y", "--backup-dir", backup, "source/", "destination"), 0);
    assert.deepEqual(await readTree(`${g.path}/real`), {
      "a": "a",
      "bak/": null,
      "bak/x": "extra",
    });
  }
});
