import assert from "node:assert/strict";
import { assertCode, bash, type Ground, onGround, plant, readTree, unmet } from "../support/mod.ts";

/** Mode, owner and path of each directory beneath one, it too. */
function directories(path: string): Promise<string> {
  return bash(`cd "$1" && find . -type d -printf '%m %U:%G %p\\n' | LC_ALL=C sort -k 3`, [path]);
}

/** Gives what is at a path to somebody, where that may be done. */
async function give(path: string, mode: number, owner: number): Promise<void> {
  if (unmet(["root"]) === undefined) await Deno.chown(path, owner, owner + 1);
  await Deno.chmod(path, mode);
}

async function plantPrivate(g: Ground): Promise<void> {
  await plant(g.source, { "same/changed": "new", "same/deep/changed": "newer" });
  await plant(g.destination, {
    "priv/f": "secret",
    "priv/sub/f": "secret",
    "same/changed": "old content",
    "same/deep/changed": "old content",
  });
  for (const tree of [g.source, g.destination]) await give(`${tree}/same`, 0o710, 1234);
  await give(`${g.destination}/priv`, 0o700, 2345);
  await give(`${g.destination}/priv/sub`, 0o2750, 3456);
}

onGround("directories in a backup are as private as those they stand for", async (g) => {
  await plantPrivate(g);
  await bash(`cp -a "$1/destination" "$1/theirs"`, [g.path]);
  await bash(
    `umask 022; rsync -a --delete --backup --backup-dir="$1/oracle" "$1/source/" "$1/theirs"`,
    [g.path],
  );
  const mirror = ["mirror", "-y", "--force-delete", "--backup-dir", "../backup"];
  assertCode(await g.blit(...mirror, "source/", "destination"), 0);
  assert.equal(await directories(`${g.path}/backup`), await directories(`${g.path}/oracle`));
  assert.deepEqual(await readTree(`${g.path}/backup`), await readTree(`${g.path}/oracle`));
});

onGround("a backup directory that is made is as private as the destination", async (g) => {
  await plant(g.source, { "f": "new" });
  await plant(g.destination, { "f": "older" });
  for (const tree of [g.source, g.destination]) await give(tree, 0o700, 1234);
  const to = await directories(g.destination);
  assertCode(await g.blit("copy", "--backup-dir", "../far/bk", "source/", "destination"), 0);
  assert.equal(await directories(`${g.path}/far/bk`), to);
  assert.equal((await Deno.stat(`${g.path}/far`)).mode! & 0o777, 0o777 & ~Deno.umask());
  await give(`${g.path}/far/bk`, 0o755, 0);
  await plant(g.source, { "f": "newer still" });
  assertCode(await g.blit("copy", "--backup-dir", "../far/bk", "source/", "destination"), 0);
  assert.equal((await Deno.stat(`${g.path}/far/bk`)).mode! & 0o777, 0o755, "as the user left it");
});

onGround("a group's list in a directory's ACL does not open its backup", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, { "a": "a", "d/f": "secret" });
  await bash(`setfacl -m u:1234:rwx,g::---,o::--- "$1/d"`, [g.destination]);
  assertCode(
    await g.blit("mirror", "-y", "--backup-dir", "../backup", "source/", "destination"),
    0,
  );
  const list = await bash(`getfacl -c "$1/backup/d"`, [g.path]);
  assert.match(list, /^group::---$/m);
  assert.match(list, /^user:1234:rwx$/m);
}, { only: "linux", needs: ["root"] });

onGround("directories that are deleted are in the backup, empty ones too", async (g) => {
  await plant(g.source, { "blocked": "a file now" });
  await plant(g.destination, {
    "blocked/empty/": null,
    "secret/empty/": null,
    "lone/": null,
  });
  await give(`${g.destination}/secret`, 0o711, 1234);
  await give(`${g.destination}/secret/empty`, 0o700, 2345);
  const before = await directories(`${g.destination}/secret`);
  const output = await g.blit(
    ...["mirror", "-y", "-v", "--force-delete", "--backup-dir", "../backup"],
    ...["source/", "destination"],
  );
  assertCode(output, 0);
  assert.match(output.stdout, /^backup +secret\/empty\/$/m);
  assert.deepEqual(await readTree(`${g.path}/backup`), {
    "blocked/": null,
    "blocked/empty/": null,
    "lone/": null,
    "secret/": null,
    "secret/empty/": null,
  });
  assert.equal(await directories(`${g.path}/backup/secret`), before);
  await g.compare();
});
