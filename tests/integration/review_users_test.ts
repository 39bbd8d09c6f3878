import assert from "node:assert/strict";
import { assertCode, bash, mountFresh, onGround, plant, readTree } from "../support/mod.ts";

onGround("a source is reached through a directory that may only be passed", async (g) => {
  await plant(`${g.path}/home/source`, { "a": "a" });
  await bash(`chmod 711 "$1/home"; mkdir -m 777 "$1/out"; mkdir -m 733 "$1/drop"`, [g.path]);
  for (const into of ["out", "drop"]) {
    assertCode(await g.blitWith({ asNobody: true }, "copy", "home/source", into), 0);
    assert.deepEqual(await readTree(`${g.path}/${into}`), { "source/": null, "source/a": "a" });
  }
}, { needs: ["nobody"], only: "linux" });

onGround("a user's read-only directories are filled, emptied and read-only again", async (g) => {
  await plant(g.source, { "d/f": "one", "d/e/g": "g" });
  await bash(`chmod 555 "$1/d/e" "$1/d"; mkdir -m 777 "$2"`, [g.source, g.destination]);
  const mirror = () =>
    g.blitWith({ asNobody: true }, "mirror", "-y", "source/", "destination/copy");
  assertCode(await mirror(), 0);
  await bash(
    `cd "$1/d" && echo changed >f && rm e/g && echo new >e/h && ln f i && mkdir -m 555 j`,
    [g.source],
  );
  assertCode(await mirror(), 0);
  assert.deepEqual(await readTree(`${g.destination}/copy`), await readTree(g.source));
  const modes = await bash(`stat -c %a "$1/d" "$1/d/e" "$1/d/j"`, [`${g.destination}/copy`]);
  assert.equal(modes, "555\n555\n555\n");
  await bash(`rm -r "$1/d/e"`, [g.source]);
  assertCode(await mirror(), 0);
  assert.deepEqual(await readTree(`${g.destination}/copy`), await readTree(g.source));
}, { needs: ["nobody"] });

onGround("directories closed to their owner are closed deepest first", async (g) => {
  await plant(g.source, { "a/b/c/f": "f" });
  await bash(`chmod 055 "$1/a/b/c" "$1/a/b" "$1/a"; mkdir -m 777 "$2"`, [g.source, g.destination]);
  assertCode(await g.blitWith({ asNobody: true }, "copy", "source/", "destination/copy"), 0);
  const modes = await bash(`cd "$1" && stat -c %a a a/b a/b/c`, [`${g.destination}/copy`]);
  assert.equal(modes, "55\n55\n55\n");
}, { needs: ["nobody"] });

onGround("an attribute without room in its inode fails alone, the disk is not full", async (g) => {
  await plant(g.source, { "a": "a", "b": "b", "sub/c": "c" });
  await using disk = await mountFresh("ext4", `${g.path}/disk`);
  await bash(
    `for f in a sub/c; do setfattr -n user.big -v "$(head -c 20000 /dev/zero | tr '\\0' x)" "$1/$f"; done`,
    [g.source],
  );
  const output = await g.blit("copy", "-X", "source/", `${disk.path}/copy`);
  assertCode(output, 2);
  assert.deepEqual(await readTree(`${disk.path}/copy`), await readTree(g.source));
}, { needs: ["mount", "fs:ext4"], only: "linux" });
