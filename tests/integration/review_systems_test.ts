import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  assertCode,
  bash,
  mountFresh,
  onGround,
  plant,
  programFile,
  readTree,
  run,
  symlinkTo,
} from "../support/mod.ts";

const script = fileURLToPath(new URL("../support/without_openat2.ts", import.meta.url));

onGround("without openat2 directories are opened one by one, links not followed", async (g) => {
  await plant(g.source, { "a/b/c": "c", "a/f": "f", "link": symlinkTo("a") });
  const args = ["run", "--quiet", "--no-check", "--allow-all", script, g.source, g.destination];
  const said = (await run(Deno.execPath(), args)).trim().split("\n");
  assert.deepEqual(JSON.parse(said[0] ?? ""), [0, 0, 0, -18, -18, -20, -20, -20, -2]);
  assert.equal(said[1], "0 linux");
  await g.compare();
}, { only: "linux" });

onGround("a working directory whose name is not UTF-8 is as good as any", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  await bash(
    `mkdir "$1"/$'\\xff' && mv "$1/source" "$1"/$'\\xff/source' && cd "$1"/$'\\xff' &&
     "$2" run --quiet --allow-all "$3" copy source/ ../destination >/dev/null &&
     mv source ../source`,
    [g.path, Deno.execPath(), programFile("blit")],
  );
  await g.compare();
}, { only: "linux" });

onGround("directories are the same on file systems that keep whole seconds", async (g) => {
  await plant(g.source, { "a/b/f": "f" });
  await using disk = await mountFresh("ext4", `${g.path}/disk`, ["-I", "128"]);
  assertCode(await g.blit("mirror", "-y", "source/", `${disk.path}/copy`), 0);
  const again = await g.blit("mirror", "-y", "-v", "source/", `${disk.path}/copy`);
  assertCode(again, 0);
  assert.doesNotMatch(again.stdout, /metadata/);
}, { needs: ["mount", "fs:ext4"], only: "linux" });

onGround("a dry run of a move tells of a rename to a place still to be made", async (g) => {
  await plant(g.source, { "f": "f", "d/g": "g" });
  const dry = await g.blit("move", "-n", "-v", "source/f", "source/d", "deep/new/");
  const real = await g.blit("move", "-v", "source/f", "source/d", "deep/new/");
  assertCode(dry, 0);
  assertCode(real, 0);
  const renames = (text: string): string[] => text.match(/^rename .*$/gm) ?? [];
  assert.equal(renames(real.stdout).length, 2);
  assert.deepEqual(renames(dry.stdout), renames(real.stdout));
  assert.deepEqual(await readTree(`${g.path}/deep/new`), { "d/": null, "d/g": "g", "f": "f" });
});
