import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  fingerprint,
  flatTree,
  onGround,
  plant,
  readTree,
  symlinkTo,
} from "../support/mod.ts";

onGround("mirror with --yes deletes extras of every kind", async (g) => {
  await plant(g.source, { "kept": "kept", "sub/kept": "kept" });
  await plant(g.destination, {
    "extra": "extra",
    "sub/extra": "extra",
    "gone/deep/er/file": "extra",
    "empty/": null,
    "link": symlinkTo("kept"),
    "dangling": symlinkTo("nowhere"),
  });
  assertCode(await g.blit("mirror", "--yes", "source/", "destination"), 0);
  await g.compare();
});

onGround("mirror without a terminal and without --yes leaves extras and says so", async (g) => {
  await plant(g.source, { "new": "new" });
  await plant(g.destination, { "extra": "extra", "more/extra": "extra" });
  const output = await g.blit("mirror", "source/", "destination");
  assertSentence(output, [2], /--yes/);
  assert.deepEqual(await readTree(g.destination), {
    "extra": "extra",
    "more/": null,
    "more/extra": "extra",
    "new": "new",
  });
});

onGround("mirror without extras needs no --yes", async (g) => {
  await plant(g.source, { "a": "new", "b": "b" });
  await plant(g.destination, { "a": "old!" });
  assertCode(await g.blit("mirror", "source/", "destination"), 0);
  await g.compare();
});

onGround("mirror deletes what is in the way when kinds differ", async (g) => {
  await plant(g.source, { "a/file": "in a", "b": "file b", "c": symlinkTo("b"), "d/": null });
  await plant(g.destination, {
    "a": "file a",
    "b/file": "in b",
    "c/file": "in c",
    "d": symlinkTo("a"),
  });
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await g.compare();
});

onGround("mirror deletes links, never what they lead to", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(`${g.path}/outside`, { "precious/file": "precious" });
  await plant(g.destination, {
    "extra": symlinkTo("../outside"),
    "sub/extra": symlinkTo(`${g.path}/outside/precious`),
  });
  const before = await fingerprint(`${g.path}/outside`);
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await g.compare();
  await assertUntouched(`${g.path}/outside`, before);
});

onGround("nothing is written through a link that stands where a directory goes", async (g) => {
  await plant(g.source, { "sub/file": "new", "sub/below/file": "new" });
  await plant(`${g.path}/outside`, { "file": "precious", "below/file": "precious" });
  await plant(g.destination, { "sub": symlinkTo("../outside") });
  const before = await fingerprint(`${g.path}/outside`);
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await assertUntouched(`${g.path}/outside`, before);
  await g.compare();
});

onGround("extras in directories without write permission are deleted", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, { "closed/inner/file": "extra" });
  await Deno.chmod(`${g.destination}/closed/inner`, 0o555);
  await Deno.chmod(`${g.destination}/closed`, 0o555);
  const output = await g.blit("mirror", "-y", "source/", "destination");
  if (output.code === 0) await g.compare();
  else assertSentence(output, [2], /[Pp]ermission denied/);
});

onGround("an extra that is excluded is left alone, and the directories above it", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, { "keep.log": "log", "sub/keep.log": "log", "sub/extra": "extra" });
  const output = await g.blit("mirror", "-y", "--exclude", "*.log", "source/", "destination");
  assertCode(output, 0, 2);
  assert.deepEqual(await readTree(g.destination), {
    "a": "a",
    "keep.log": "log",
    "sub/": null,
    "sub/keep.log": "log",
  });
});

onGround("an empty source deletes nothing without --force-delete, even with --yes", async (g) => {
  await plant(g.source, {});
  await plant(g.destination, { "a": "a", "sub/b": "b" });
  const before = await fingerprint(`${g.destination}/sub`);
  assertSentence(await g.blit("mirror", "-y", "source/", "destination"), [1, 2], /--force-delete/);
  assert.deepEqual(Object.keys(await readTree(g.destination)), ["a", "sub/", "sub/b"]);
  await assertUntouched(`${g.destination}/sub`, before);
  assertCode(await g.blit("mirror", "-y", "--force-delete", "source/", "destination"), 0);
  await g.compare();
});

onGround("--force-delete is no yes", async (g) => {
  await plant(g.source, {});
  await plant(g.destination, { "a": "a" });
  assertSentence(await g.blit("mirror", "--force-delete", "source/", "destination"), [2], /--yes/);
  assert.deepEqual(await readTree(g.destination), { "a": "a" });
});

onGround(
  "more than 100 extras that are more than half of the destination need --force-delete",
  async (g) => {
    await flatTree(g.source, 60, 8);
    await flatTree(g.destination, 230, 8);
    const output = await g.blit("mirror", "-y", "source/", "destination");
    assertSentence(output, [1, 2], /--force-delete/);
    assert.equal(Object.keys(await readTree(g.destination)).length, 230);
    assertCode(await g.blit("mirror", "-y", "--force-delete", "source/", "destination"), 0);
    await g.compare();
  },
);

onGround("half of a destination, or most of a small one, goes with --yes alone", async (g) => {
  await flatTree(g.source, 60, 8);
  await flatTree(g.destination, 120, 8);
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await g.compare();
  await flatTree(`${g.path}/few`, 2, 8);
  await flatTree(`${g.path}/some`, 90, 8);
  assertCode(await g.blit("mirror", "-y", "few/", "some"), 0);
  assert.equal(Object.keys(await readTree(`${g.path}/some`)).length, 2);
});

onGround("--backup-dir keeps what is deleted and what is overwritten", async (g) => {
  await plant(g.source, { "changed": "new", "same": "same", "sub/changed": "new" });
  await plant(g.destination, {
    "changed": "old content",
    "same": "same",
    "sub/changed": "old content",
    "extra": "extra",
    "gone/sub/file": "extra",
    "gone/link": symlinkTo("sub"),
  });
  await Deno.utime(`${g.destination}/same`, 1000, 1000);
  await Deno.utime(`${g.source}/same`, 1000, 1000);
  assertCode(
    await g.blit("mirror", "-y", "--backup-dir", "../backup", "source/", "destination"),
    0,
  );
  await g.compare();
  const backup = await readTree(`${g.path}/backup`);
  assert.deepEqual(backup, {
    "changed": "old content",
    "extra": "extra",
    "gone/": null,
    "gone/link": symlinkTo("sub"),
    "gone/sub/": null,
    "gone/sub/file": "extra",
    "sub/": null,
    "sub/changed": "old content",
  });
});

onGround("a backup directory inside the destination is no extra, then or later", async (g) => {
  await plant(g.source, { "a": "one" });
  await plant(g.destination, { "a": "zero", "extra": "extra" });
  const mirror = () => g.blit("mirror", "-y", "--backup-dir", ".old", "source/", "destination");
  assertCode(await mirror(), 0);
  assert.deepEqual(await readTree(`${g.destination}/.old`), { "a": "zero", "extra": "extra" });
  await Deno.writeTextFile(`${g.source}/a`, "second");
  assertCode(await mirror(), 0);
  const kept = await readTree(`${g.destination}/.old`);
  assert.ok(Object.values(kept).includes("zero"), "the first backup is still there");
  assert.ok(Object.values(kept).includes("one"), "the second backup is there as well");
  assert.equal(kept.extra, "extra");
});

onGround("copy keeps what it overwrites in --backup-dir", async (g) => {
  await plant(g.source, { "a": "new" });
  await plant(g.destination, { "a": "older" });
  assertCode(await g.blit("copy", "--backup-dir", "../backup", "source/", "destination"), 0);
  assert.deepEqual(await readTree(`${g.path}/backup`), { "a": "older" });
  assert.deepEqual(await readTree(g.destination), { "a": "new" });
});

onGround("extras stay when an entry of the source could not be read", async (g) => {
  await plant(g.source, { "good": "good", "closed": "secret", "sub/good": "good" });
  await plant(g.destination, { "extra": "extra", "closed": "old", "sub/extra": "extra" });
  await Deno.chmod(`${g.source}/closed`, 0);
  for (const path of [g.path, g.destination, `${g.destination}/sub`]) {
    await Deno.chown(path, 65534, 65534);
  }
  const output = await g.blitWith({ asNobody: true }, "mirror", "-y", "source/", "destination");
  assertSentence(output, [2], /closed/, /[Pp]ermission denied/);
  assert.deepEqual(await readTree(g.destination), {
    "closed": "old",
    "extra": "extra",
    "good": "good",
    "sub/": null,
    "sub/extra": "extra",
    "sub/good": "good",
  });
}, { needs: ["nobody"], onlyLocal: true });

onGround("extras stay when a directory of the source could not be listed", async (g) => {
  await plant(g.source, { "closed/file": "secret", "good": "good" });
  await plant(g.destination, { "closed/file": "old", "extra": "extra" });
  await Deno.chmod(`${g.source}/closed`, 0);
  for (const path of [g.path, g.destination, `${g.destination}/closed`]) {
    await Deno.chown(path, 65534, 65534);
  }
  const output = await g.blitWith({ asNobody: true }, "mirror", "-y", "source/", "destination");
  assertSentence(output, [2], /closed/, /[Pp]ermission denied/);
  await Deno.chmod(`${g.destination}/closed`, 0o755);
  assert.deepEqual(await readTree(g.destination), {
    "closed/": null,
    "closed/file": "old",
    "extra": "extra",
    "good": "good",
  });
}, { needs: ["nobody"], onlyLocal: true });

onGround("--durable gives the same tree", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b", "sub/empty/": null });
  await plant(g.destination, { "a": "old", "extra": "extra" });
  assertCode(await g.blit("mirror", "-y", "--durable", "source/", "destination"), 0);
  await g.compare();
}, { on: "disk" });
