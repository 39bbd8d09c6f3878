import assert from "node:assert/strict";
import {
  assertCode,
  assertUntouched,
  bash,
  bigTree,
  fingerprint,
  flatTree,
  onGround,
  readTree,
  run,
} from "../support/mod.ts";

/** Directories of real files that machines with Node have: npm's own modules, time zones, Perl's. */
async function realTrees(): Promise<string[]> {
  const modules = new TextDecoder().decode(
    (await new Deno.Command("npm", { args: ["root", "-g"], stderr: "null" }).output().catch(() =>
      undefined
    ))?.stdout,
  ).trim();
  const candidates = [`${modules}/npm`, "/usr/share/zoneinfo", "/usr/share/perl", "/usr/include"];
  return candidates.filter((path) => {
    try {
      return path.startsWith("/") && Deno.statSync(path).isDirectory;
    } catch {
      return false;
    }
  });
}

onGround("real trees are the same after a mirror, node_modules among them", async (g) => {
  const trees = await realTrees();
  assert.notEqual(trees.length, 0, "this machine has none of the directories looked for");
  for (const tree of trees.slice(0, 3)) {
    await bash(`mkdir -p "$2"; cp -a "$1" "$2"`, [tree, g.source]);
  }
  const mirror = () => g.blit("mirror", ...g.backend.archive, "-y", "source/", "destination/");
  assertCode(await mirror(), 0);
  await g.compare();
  const before = await fingerprint(g.destination);
  assertCode(await mirror(), 0);
  await assertUntouched(g.destination, before);
});

onGround("a tree that changed in every way is the same after the next mirror", async (g) => {
  await bigTree(g.source, 40, 50, 1000);
  const mirror = () => g.blit("mirror", "-y", "source/", "destination/");
  assertCode(await mirror(), 0);
  await bash(
    `cd "$1"
    for d in directory-1*; do rm "$d"/file-1*; echo changed >"$d/file-2"; done
    rm -r directory-2*; mkdir added; for n in {1..300}; do echo "$n" >"added/$n"; done
    mv directory-30 moved; chmod 0700 directory-31; touch -d @7 directory-32/*
    ln directory-33/file-1 directory-34/linked; rm -r directory-35; echo file >directory-35`,
    [g.source],
  );
  assertCode(await mirror(), 0);
  await g.compare();
});

for (const workers of ["1", "2", "5"]) {
  onGround(`a flat directory is shared out and arrives whole (--workers ${workers})`, async (g) => {
    // More than two batches.
    await flatTree(`${g.source}/flat`, 9_000, 100);
    // Long names fill a batch before its 4,096 entries do.
    await bash(
      `cd "$1/flat"; name=$(printf 'n%.0s' {1..240}); for n in {1..600}; do : >"$name-$n"; done`,
      [g.source],
    );
    const blit = (...args: string[]) =>
      g.blit("mirror", "-y", "--workers", workers, ...args, "source/", "destination/");
    assertCode(await blit(), 0);
    await g.compare();
    const before = await fingerprint(g.destination);
    assertCode(await blit(), 0);
    await assertUntouched(g.destination, before);
    await run("bash", ["-c", `cd "$1/flat"; rm file-*[13579]; echo new >file-2`, "bash", g.source]);
    assertCode(await blit("--force-delete"), 0);
    await g.compare();
  }, workers === "1" ? { only: "linux" } : {}); // what is shared with nobody, others test too
}

onGround("deleting a wide and a deep tree of extras leaves nothing of them", async (g) => {
  await bigTree(g.destination, 60, 60, 10);
  await bash(
    `cd "$1"; path=.; for n in {1..150}; do path=$path/d; done; mkdir -p "$path"; echo x >"$path/file"`,
    [g.destination],
  );
  await flatTree(g.source, 3, 10);
  assertCode(await g.blit("mirror", "-y", "--force-delete", "source/", "destination/"), 0);
  assert.deepEqual(Object.keys(await readTree(g.destination)), ["file-0", "file-1", "file-2"]);
});
