import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  bigFile,
  compareTrees,
  fingerprint,
  type ImageType,
  listTree,
  mountBind,
  mountFresh,
  mountRamfs,
  mountSpelling,
  type Need,
  oddTree,
  onGround,
  plant,
  readTree,
  run,
  runBlit,
  symlinkTo,
} from "../support/mod.ts";

onGround("a file system without nanoseconds is found the same the second time", async (g) => {
  await using small = await mountFresh("ext4", g.destination, ["-I", "128"]);
  await plant(g.source, { "a": "a", "sub/b": "b", "link": symlinkTo("a") });
  await bash(`cd "$1"; touch -h -d @1700000000.987654321 a sub/b link sub .`, [g.source]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination/"), 0, 2);
  await bash(`rmdir "$1/lost+found" 2>/dev/null || true`, [small.path]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination/"), 0);
  await g.compare({ timeStepNs: 1e9, linkTimeStepNs: 1e9, blocks: "any" });
  const inodes = async (): Promise<unknown[]> =>
    (await listTree(small.path)).map(({ path, inode, mtime }) => [path, inode, mtime]);
  const before = await inodes();
  const again = await g.blit("mirror", "--json", "source/", "destination/");
  assertCode(again, 0);
  assert.deepEqual(await inodes(), before);
  assert.equal(summaryOf(again.stdout).bytes_transferred, 0);
}, { on: "disk", needs: ["fs:ext4"] });

onGround("a file system that takes both times of a file or none gets both", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "a": "a", "sub/b": "b", "large": "x".repeat(400_000) });
  await bash(`cd "$1"; touch -d @1700000000.987654321 a large sub/b sub .`, [g.source]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await g.compare({ blocks: "any" });
  const again = await g.blit("mirror", "--json", "-y", "source/", "destination/");
  assertCode(again, 0);
  assert.equal(summaryOf(again.stdout).bytes_transferred, 0);
  // One by one as well: what replaces, what only gets its time, a directory.
  await bash(`cd "$1"; echo new > a; touch -d @1600000000.123456789 a sub/b sub`, [g.source]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await g.compare({ blocks: "any" });
}, { needs: ["fusepy"], only: "linux" });

onGround("so do files of just now, of which the time that it has tells nothing", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "a": "a", "sub/b": "b" });
  // In a process of its own: once both times have been set, they always are.
  assertCode(await runBlit(["copy", `${g.source}/`, g.destination]), 0);
  await g.compare({ blocks: "any" });
}, { needs: ["fusepy"], only: "linux", onlyLocal: true });

/** The last line of `--json`. */
function summaryOf(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}");
}

onGround(
  "a file system without attributes and ACLs takes the files and says what it lacks",
  async (g) => {
    await using _ = await mountRamfs(g.destination);
    await plant(g.source, { "noted": "noted", "plain": "plain", "sub/b": "b" });
    await bash(
      `setfattr -n user.note -v yes "$1/noted" "$1/sub"; setfacl -m u:1234:rw "$1/noted"`,
      [g.source],
    );
    const output = await g.blit("mirror", "-a", "-y", "source/", "destination/");
    assertSentence(output, [0, 2], /attribute|ACL|not supported/i);
    assert.deepEqual(await readTree(g.destination), {
      "noted": "noted",
      "plain": "plain",
      "sub/": null,
      "sub/b": "b",
    });
  },
  { only: "linux", needs: ["mount"] },
);

onGround("without -X and -A nothing is said of attributes where there are none", async (g) => {
  await using _ = await mountRamfs(g.destination);
  await oddTree(g.source, g.backend.features);
  const output = await g.blit("mirror", "-y", "source/", "destination/");
  assertCode(output, 0);
  await g.compare({ xattrs: false, acls: false, blocks: "any" });
}, { needs: ["mount"] });

onGround("a file system without symbolic links takes the rest and names the links", async (g) => {
  await using _ = await mountFresh("vfat", g.destination);
  await plant(g.source, { "file": "file", "link": symlinkTo("file"), "sub/b": "b" });
  const output = await g.blit("mirror", "source/", "destination/");
  assertSentence(output, [2], /link/);
  assert.deepEqual(await readTree(g.destination), { "file": "file", "sub/": null, "sub/b": "b" });
}, { on: "disk", needs: ["fs:vfat"] });

/** Whether two files share their first extent, as filefrag(8) tells. */
async function shareExtents(a: string, b: string): Promise<boolean> {
  await run("sync", ["-f", a]);
  const first = async (file: string): Promise<string> =>
    /^\s+0:\s+\d+\.\.\s*\d+:\s+(\d+)\.\./m.exec(await run("filefrag", ["-v", file]))?.[1] ?? file;
  return await first(a) === await first(b);
}

for (const type of ["btrfs", "xfs"] as const) {
  onGround(`large files share their extents on ${type}`, async (g) => {
    await using mount = await mountFresh(type, `${g.path}/mount`);
    const [source, destination] = [`${mount.path}/source`, `${mount.path}/destination`];
    await plant(source, { "small": "small" });
    await bigFile(`${source}/big`, 8_000_000);
    await bigFile(`${source}/odd`, 3_000_001);
    assertCode(await g.blit("copy", "mount/source/", "mount/destination/"), 0);
    await compareTrees(source, destination, { ...g.backend.tolerance, blocks: "any" });
    assert.equal(await shareExtents(`${source}/big`, `${destination}/big`), true);
    // The copies are two files all the same.
    await bash(`printf changed | dd of="$1" conv=notrunc status=none`, [`${destination}/big`]);
    assert.equal(
      await bash(`head -c 3 "$1"; cmp -s "$1" "$2" || echo differs`, [
        `${destination}/big`,
        `${source}/big`,
      ]),
      "chadiffers\n",
    );
  }, { on: "disk", only: "linux", needs: [`fs:${type}`] });
}

const TYPES: readonly ImageType[] = ["ext4", "btrfs", "xfs"];

for (const type of TYPES) {
  const needs: readonly Need[] = [`fs:${type}`];
  onGround(`every oddity comes to ${type}, stays the same there, and comes back`, async (g) => {
    await using mount = await mountFresh(type, `${g.path}/mount`);
    const { features, archive, tolerance } = g.backend;
    await oddTree(g.source, features);
    const there = `${mount.path}/there`;
    assertCode(await g.blit("mirror", ...archive, "-y", "source/", there), 0);
    // xfs shows each ACL to root as an attribute of its own besides, trusted.SGI_ACL_FILE.
    const apart = {
      ...tolerance,
      blocks: "any",
      ...(type === "xfs" ? { xattrs: false } : {}),
    } as const;
    await compareTrees(g.source, there, apart);
    const before = await fingerprint(there);
    assertCode(await g.blit("mirror", ...archive, "-y", "source/", there), 0);
    await assertUntouched(there, before);
    assertCode(await g.blit("mirror", ...archive, "-y", `${there}/`, `${mount.path}/twin`), 0);
    await compareTrees(there, `${mount.path}/twin`, {
      ...tolerance,
      blocks: type === "ext4" ? "same" : "any",
    });
    assertCode(await g.blit("mirror", ...archive, "-y", `${there}/`, "destination/"), 0);
    await g.compare(apart);
  }, { on: "disk", needs });
}

onGround("a mount point inside the source is copied through", async (g) => {
  await plant(g.source, { "a": "a", "inner/hidden": "hidden" });
  await plant(`${g.path}/other`, { "seen/file": "seen" });
  await using _ = await mountBind(`${g.path}/other`, `${g.source}/inner`);
  assertCode(await g.blit("copy", "source/", "destination/"), 0);
  assert.deepEqual(await readTree(g.destination), {
    "a": "a",
    "inner/": null,
    "inner/seen/": null,
    "inner/seen/file": "seen",
  });
}, { needs: ["mount"] });

onGround("a mount point among the extras is not emptied quietly", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(`${g.path}/other`, { "precious": "precious" });
  await plant(g.destination, { "mounted/": null });
  await using _ = await mountBind(`${g.path}/other`, `${g.destination}/mounted`);
  const output = await g.blit("mirror", "-y", "source/", "destination/");
  // The mount point itself cannot go, so the run cannot claim success.
  assertSentence(output, [2], /mounted/);
}, { needs: ["mount"] });
