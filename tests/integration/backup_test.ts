import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  fingerprint,
  type Ground,
  mountTmpfs,
  onGround,
  plant,
  readTree,
  symlinkTo,
  unmet,
} from "../support/mod.ts";

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

onGround("the first run to a place makes no backup directory that later ones fill", async (g) => {
  await plant(g.source, { "f": "old" });
  await give(g.source, 0o700, 1234);
  const mirror = ["mirror", "-y", "--backup-dir", "../backup", "source/", "destination"];
  assertCode(await g.blit(...mirror), 0);
  await plant(g.source, { "f": "newer" });
  assertCode(await g.blit(...mirror), 0);
  assert.equal(await directories(`${g.path}/backup`), await directories(g.destination));
  assert.deepEqual(await readTree(`${g.path}/backup`), { "f": "old" });
});

/** What a run says of entries, and how many of what it counts. */
async function told(g: Ground, ...words: string[]): Promise<[string[], Record<string, unknown>]> {
  const output = await g.blit(...words, "-v", "--json");
  assertCode(output, 0);
  const objects = output.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const entries = objects.filter(({ type }) => type === "entry");
  const counts = Object.entries(objects.at(-1)).filter(([name]) => COUNTED.test(name));
  return [entries.map((entry) => JSON.stringify(entry)).sort(), Object.fromEntries(counts)];
}
const COUNTED = /^(files|directories|entries)_|^(metadata_updated|extras_left|failure_count)$/;

onGround("a backup directory in the destination is made for what goes into it alone", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, {});
  await bash('cp -a "$1/a" "$2"; touch -d @1000000 "$1" "$2"', [g.source, g.destination]);
  const before = await fingerprint(g.destination);
  for (const verb of ["copy", "mirror"]) {
    for (const backup of ["bak", "far/bak", "../destination/bak"]) {
      const run = [verb, "--backup-dir", backup, "source/", "destination"];
      const plan = await told(g, ...run, "-n");
      const [entries, counts] = await told(g, ...run);
      assert.deepEqual([entries, counts], plan);
      assert.deepEqual([entries, counts.metadata_updated, counts.entries_same], [[], 0, 1]);
      await assertUntouched(g.destination, before);
    }
  }
});

for (const verb of ["copy", "mirror", "move"]) {
  onGround(`${verb}: with backups in the destination a dry run says what is done`, async (g) => {
    for (const backup of ["bak", "sub/bak", "old/bak", "old/far/bak", "../destination/bak"]) {
      await bash('rm -rf "$1"/* "$2"/*', [g.source, g.destination]);
      await plant(g.source, { "same": "s", "changed": "new", "sub/f": "new", "sub/same": "s" });
      await bash('cp -a "$1/." "$2"', [g.source, g.destination]);
      await plant(g.destination, {
        ...(verb === "mirror" ? {} : { "changed": "older" }),
        "sub/f": "older",
        "old/x": "x",
        "old/y/": null,
      });
      await bash('find "$@" -type d -exec touch -d @1000000 {} +', [g.source, g.destination]);
      const run = [verb, "-y", "--force-delete", "--backup-dir", backup, "source/", "destination"]
        .filter((word) => verb === "mirror" || word !== "--force-delete");
      const before = await fingerprint(g.path);
      const plan = await told(g, ...run, "-n");
      await assertUntouched(g.path, before);
      assert.deepEqual(await told(g, ...run), plan, backup);
      assert.equal(plan[1].metadata_updated, 0, backup);
      const times = await bash('stat -c %Y "$1" "$1/sub"', [g.destination]);
      assert.equal(times, "1000000\n1000000\n", backup);
      const kept = await readTree(`${g.destination}/${backup}`);
      assert.equal(kept["sub/f"], "older", backup);
    }
  });
}

onGround("a backup directory in the destination is as private as that was", async (g) => {
  await plant(g.source, { "sub/f": "new" });
  await plant(g.destination, { "sub/f": "older" });
  await give(g.source, 0o755, 1234);
  await give(g.destination, 0o700, 2345);
  assertCode(await g.blit("copy", "--backup-dir", "bak", "source/", "destination"), 0);
  assert.equal((await Deno.stat(`${g.destination}/bak`)).mode! & 0o777, 0o700);
  assert.deepEqual(await readTree(`${g.destination}/bak`), { "sub/": null, "sub/f": "older" });
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

for (const verb of ["copy", "mirror"]) {
  onGround(
    `${verb}: a backup directory is not the destination, whatever it is called`,
    async (g) => {
      await plant(g.source, { "a": "new" });
      await plant(g.destination, { "a": "older", "x": "extra", "sub/": null });
      const before = await fingerprint(g.path);
      for (const backup of [".", "./", "../destination", "sub/..", "../destination/./"]) {
        for (const dry of [[], ["-n"]]) {
          const run = [verb, "-y", ...dry, "--backup-dir", backup, "source/", "destination"];
          assertSentence(await g.blit(...run), [64], /backup directory/, /destination itself/);
        }
      }
      for (const backup of [".", "../new", "x/..", "../gone/../new"]) {
        const run = [verb, "-y", "--backup-dir", backup, "source/", "new"];
        assertSentence(await g.blit(...run), [64], /backup directory/, /destination itself/);
      }
      await assertUntouched(g.path, before);
    },
  );
}

onGround("a backup directory is not the destination through links and mounts", async (g) => {
  await plant(g.source, { "a": "new" });
  await plant(g.destination, { "a": "older" });
  await plant(g.path, { "link": symlinkTo("destination") });
  const before = await fingerprint(g.path);
  for (const backup of ["../link", `${g.path}/link`, g.destination]) {
    const run = ["copy", "--backup-dir", backup, "source/", "destination"];
    assertSentence(await g.blit(...run), [64], /backup directory/, /destination itself/);
  }
  await assertUntouched(g.path, before);
}, { onlyLocal: true });

onGround("a backup directory in a source is refused", async (g) => {
  await plant(g.source, { "a": "new", "old/": null, "sub/b": "b" });
  await plant(g.destination, { "a": "older", "source/": null });
  await plant(g.path, { "link": symlinkTo("source/sub") });
  const before = await fingerprint(g.path);
  for (const backup of ["../source/old", "../source", "../source/x/y", "../link/x"]) {
    for (const from of ["source/", "source"]) {
      for (const dry of [[], ["-n"]]) {
        const run = ["mirror", "-y", ...dry, "--backup-dir", backup, from, "destination"];
        assertSentence(await g.blit(...run), [64], /backup directory/, /source/);
      }
    }
  }
  assertSentence(
    await g.blit("copy", "--backup-dir", "../source/x", "source/", "new"),
    [64],
    /backup directory/,
    /source/,
  );
  await assertUntouched(g.path, before);
}, { onlyLocal: true });

onGround("a backup directory beside a source that is a file or a link is none in it", async (g) => {
  await plant(g.path, { "file": "new", "link": symlinkTo("tree"), "tree/": null });
  await plant(g.destination, { "file": "older", "link": "a file" });
  const run = ["copy", "--backup-dir", "../tree/old", "file", "link", "destination"];
  assertCode(await g.blit(...run), 0);
  assert.deepEqual(await readTree(`${g.path}/tree`), {
    "old/": null,
    "old/file": "older",
    "old/link": "a file",
  });
});

onGround("a backup directory in a source may be left out by a filter", async (g) => {
  await plant(g.source, { "a": "new" });
  await plant(g.destination, { "a": "older" });
  const filtered = ["--exclude", "/old", "--backup-dir", "../source/old"];
  assertCode(await g.blit("copy", ...filtered, "source/", "destination"), 0);
  assert.deepEqual(await readTree(`${g.source}/old`), { "a": "older" });
}, { onlyLocal: true });

onGround("a backup directory on another file system is refused before anything", async (g) => {
  await plant(g.source, { "a": "new" });
  await plant(g.destination, { "a": "older" });
  await plant(g.path, { "other/": null });
  await using _mounted = await mountTmpfs(`${g.path}/other`, "mode=755");
  const before = await fingerprint(g.path);
  for (const destination of ["destination", "far/new"]) {
    const up = destination === "destination" ? ".." : "../..";
    for (const backup of [`${up}/other`, `${up}/other/x/y`]) {
      for (const dry of [["-n"], []]) {
        const run = ["copy", ...dry, "--backup-dir", backup, "source/", destination];
        assertSentence(await g.blit(...run), [64], /another file system/);
        await assertUntouched(g.path, before);
      }
    }
  }
}, { needs: ["tmpfs"] });

onGround("a dry run refuses a backup directory that cannot be made, as the run does", async (g) => {
  await plant(g.source, { "a": "new" });
  await plant(g.destination, { "a": "older" });
  await plant(g.path, { "file": "a file", "dangling": symlinkTo("nowhere") });
  const before = await fingerprint(g.path);
  for (const backup of ["../file", "../file/x", "../dangling", "../dangling/x"]) {
    for (const dry of [["-n"], []]) {
      for (const destination of ["destination", "new"]) {
        const run = ["copy", ...dry, "--backup-dir", backup, "source/", destination];
        assertSentence(await g.blit(...run), [1], /backup directory/);
        await assertUntouched(g.path, before);
      }
    }
  }
});

onGround("what options forbid is refused before the destination is made", async (g) => {
  await plant(g.source, { "a": "new" });
  await plant(g.path, { "list": "a\n" });
  const before = await fingerprint(g.path);
  const run = ["mirror", "-y", "--files-from", "list", "source/", "far/new"];
  assertCode(await g.blit(...run), 64);
  await assertUntouched(g.path, before);
});
