import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  DIRECTIONS,
  fingerprint,
  flatTree,
  onRemote,
  plant,
  readTree,
  setMtime,
  symlinkTo,
} from "../support/mod.ts";

const EVERY_WAY = { directions: DIRECTIONS } as const;

onRemote("mirror with --yes deletes extras of every kind", async (g) => {
  await plant(g.source, { "kept": "kept", "sub/kept": "kept" });
  await plant(g.destination, {
    "extra": "extra",
    "sub/extra": "extra",
    "gone/deep/er/file": "extra",
    "empty/": null,
    "link": symlinkTo("kept"),
    "dangling": symlinkTo("nowhere"),
  });
  assertCode(await g.blit("mirror", "--yes", g.from(), g.to()), 0);
  await g.compare();
}, EVERY_WAY);

onRemote("mirror without a terminal and without --yes leaves extras and says so", async (g) => {
  await plant(g.source, { "new": "new" });
  await plant(g.destination, { "extra": "extra", "more/extra": "extra" });
  assertSentence(await g.blit("mirror", g.from(), g.to()), [2], /--yes/);
  assert.deepEqual(await readTree(g.destination), {
    "extra": "extra",
    "more/": null,
    "more/extra": "extra",
    "new": "new",
  });
}, EVERY_WAY);

onRemote("an empty source deletes nothing without --force-delete, even with --yes", async (g) => {
  await plant(g.source, {});
  await plant(g.destination, { "a": "a", "sub/b": "b" });
  const before = await fingerprint(`${g.destination}/sub`);
  assertSentence(await g.blit("mirror", "-y", g.from(), g.to()), [1, 2], /--force-delete/);
  assert.deepEqual(Object.keys(await readTree(g.destination)), ["a", "sub/", "sub/b"]);
  await assertUntouched(`${g.destination}/sub`, before);
  assertCode(await g.blit("mirror", "-y", "--force-delete", g.from(), g.to()), 0);
  await g.compare();
}, EVERY_WAY);

onRemote("--force-delete is no yes", async (g) => {
  await plant(g.source, {});
  await plant(g.destination, { "a": "a" });
  assertSentence(await g.blit("mirror", "--force-delete", g.from(), g.to()), [2], /--yes/);
  assert.deepEqual(await readTree(g.destination), { "a": "a" });
});

onRemote(
  "more than 100 extras that are more than half of the destination need --force-delete",
  async (g) => {
    await flatTree(g.source, 60, 8);
    await flatTree(g.destination, 230, 8);
    assertSentence(await g.blit("mirror", "-y", g.from(), g.to()), [1, 2], /--force-delete/);
    assert.equal(Object.keys(await readTree(g.destination)).length, 230);
    assertCode(await g.blit("mirror", "-y", "--force-delete", g.from(), g.to()), 0);
    await g.compare();
  },
);

onRemote("--backup-dir keeps what is deleted and what is overwritten", async (g) => {
  await plant(g.source, { "changed": "new", "same": "same", "sub/changed": "new" });
  await plant(g.destination, {
    "changed": "old content",
    "same": "same",
    "sub/changed": "old content",
    "extra": "extra",
    "gone/sub/file": "extra",
    "gone/link": symlinkTo("sub"),
  });
  await setMtime(1000, `${g.destination}/same`, `${g.source}/same`);
  assertCode(await g.blit("mirror", "-y", "--backup-dir", "../backup", g.from(), g.to()), 0);
  await g.compare();
  assert.deepEqual(await readTree(`${g.path}/backup`), {
    "changed": "old content",
    "extra": "extra",
    "gone/": null,
    "gone/link": symlinkTo("sub"),
    "gone/sub/": null,
    "gone/sub/file": "extra",
    "sub/": null,
    "sub/changed": "old content",
  });
}, EVERY_WAY);

onRemote("a backup directory inside the destination is no extra, then or later", async (g) => {
  await plant(g.source, { "a": "one" });
  await plant(g.destination, { "a": "zero", "extra": "extra" });
  const mirror = () => g.blit("mirror", "-y", "--backup-dir", ".old", g.from(), g.to());
  assertCode(await mirror(), 0);
  assert.deepEqual(await readTree(`${g.destination}/.old`), { "a": "zero", "extra": "extra" });
  await Deno.writeTextFile(`${g.source}/a`, "second");
  assertCode(await mirror(), 0);
  const kept = Object.values(await readTree(`${g.destination}/.old`));
  assert.ok(kept.includes("zero") && kept.includes("one"), "both backups are there");
});

onRemote("an extra that is excluded is left alone, and the directories above it", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, { "keep.log": "log", "sub/keep.log": "log", "sub/extra": "extra" });
  assertCode(await g.blit("mirror", "-y", "--exclude", "*.log", g.from(), g.to()), 0, 2);
  assert.deepEqual(await readTree(g.destination), {
    "a": "a",
    "keep.log": "log",
    "sub/": null,
    "sub/keep.log": "log",
  });
}, EVERY_WAY);

onRemote("mirror deletes what is in the way when kinds differ", async (g) => {
  await plant(g.source, { "a/file": "in a", "b": "file b", "c": symlinkTo("b"), "d/": null });
  await plant(g.destination, {
    "a": "file a",
    "b/file": "in b",
    "c/file": "in c",
    "d": symlinkTo("a"),
  });
  assertCode(await g.blit("mirror", "-y", g.from(), g.to()), 0);
  await g.compare();
}, EVERY_WAY);

onRemote("mirror deletes links, never what they lead to", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(`${g.path}/outside`, { "precious/file": "precious" });
  await plant(g.destination, {
    "extra": symlinkTo("../outside"),
    "sub/extra": symlinkTo(`${g.path}/outside/precious`),
  });
  const before = await fingerprint(`${g.path}/outside`);
  assertCode(await g.blit("mirror", "-y", g.from(), g.to()), 0);
  await g.compare();
  await assertUntouched(`${g.path}/outside`, before);
});

onRemote("nothing is written through a link that stands where a directory goes", async (g) => {
  await plant(g.source, { "sub/file": "new", "sub/below/file": "new" });
  await plant(`${g.path}/outside`, { "file": "precious", "below/file": "precious" });
  await plant(g.destination, { "sub": symlinkTo("../outside") });
  const before = await fingerprint(`${g.path}/outside`);
  assertCode(await g.blit("mirror", "-y", g.from(), g.to()), 0);
  await assertUntouched(`${g.path}/outside`, before);
  await g.compare();
});
