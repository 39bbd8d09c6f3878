import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  bigFile,
  DIRECTIONS,
  fingerprint,
  flatTree,
  listTree,
  mountTmpfs,
  onOwnDaemons,
  onRemote,
  plant,
  readTree,
  summaryOf,
} from "../support/mod.ts";
import { hashes } from "../fault/wholeness.ts";

const EVERY_WAY = { directions: DIRECTIONS } as const;

onRemote("what a filter leaves out of a move stays in the source", async (g) => {
  await plant(g.source, { "a": "a", "a.log": "log", "sub/b.log": "log", "sub/b": "b" });
  await Deno.mkdir(g.destination);
  assertCode(await g.blit("move", "--exclude", "*.log", g.from("source"), g.to("destination/")), 0);
  assert.deepEqual(await readTree(`${g.destination}/source`), {
    "a": "a",
    "sub/": null,
    "sub/b": "b",
  });
  assert.deepEqual(await readTree(g.source), { "a.log": "log", "sub/": null, "sub/b.log": "log" });
}, EVERY_WAY);

onOwnDaemons("what could not be read stays where it was", async (g) => {
  await plant(g.source, { "good": "good", "closed": "secret", "sub/good": "good" });
  await plant(g.destination, {});
  await Deno.chmod(`${g.source}/closed`, 0);
  for (const path of [g.path, g.source, `${g.source}/sub`, g.destination]) {
    await Deno.chown(path, 65534, 65534);
  }
  const output = await g.blitWith({ asNobody: true }, "move", g.from(), g.to());
  assertSentence(output, [2], /closed/, /[Pp]ermission denied/);
  assert.equal((await readTreeAsRoot(g.source)).closed, "secret");
  assert.deepEqual(await readTree(g.destination), {
    "good": "good",
    "sub/": null,
    "sub/good": "good",
  });
}, { needs: ["nobody", "mount"], daemon: { asNobody: true }, directions: DIRECTIONS });

onOwnDaemons("what a move fails on twice is counted and told once", async (g) => {
  await plant(g.source, { "a": "a", "closed/b": "b" });
  await plant(g.destination, {});
  await bash('chmod 0 "$1/closed"; chown -R 65534:65534 "$1" "$2" && chown 65534 "$3"', [
    g.source,
    g.destination,
    g.path,
  ]);
  for (const dry of [["-n"], []]) {
    const output = await g.blitWith({ asNobody: true }, "move", ...dry, g.from(), g.to());
    assertCode(output, 2);
    assert.equal(output.stderr.match(/Cannot open "[^"]*closed"/g)?.length, 2, output.stderr);
    assert.match(output.stderr, /1 entry failed/);
    assert.match(output.stderr + output.stdout, /1 failed/);
  }
}, { needs: ["nobody", "mount"], daemon: { asNobody: true }, directions: DIRECTIONS });

onRemote("what does not fit at the destination stays in the source", async (g) => {
  await using small = await mountTmpfs(g.destination, "size=4m,mode=755");
  await flatTree(`${g.source}/many`, 200, 3000);
  await bigFile(`${g.source}/big`, 9_000_000, 5);
  const all = await hashes(g.source);
  const output = await g.blit("move", "-y", g.from(), g.to());
  assertSentence(output, [1, 2], /no space left/i);
  const [here, there] = [await hashes(g.source), await hashes(small.path)];
  for (const [path, hash] of all) {
    assert.ok(here.get(path) === hash || there.get(path) === hash, `${path} is lost`);
  }
  assert.equal(here.get("./big"), all.get("./big"));
}, { needs: ["mount"], directions: DIRECTIONS });

onRemote("a file that changes while it is moved is not lost", async (g) => {
  await flatTree(`${g.source}/many`, 1500, 2000);
  await bigFile(`${g.source}/big`, 30_000_000, 6);
  const writer = new Deno.Command("bash", {
    args: ["-c", `while :; do echo line >>"$1/big"; sleep 0.002; done`, "bash", g.source],
    stderr: "null",
  }).spawn();
  try {
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertSentence(await g.blit("move", "-y", g.from(), g.to()), [0, 2]);
  } finally {
    writer.kill("SIGKILL");
    await writer.status;
  }
  // Nothing of what was written first is gone from both ends.
  const sizes = await bash(
    `stat -c %s "$1/big" 2>/dev/null || echo 0; stat -c %s "$2/big" 2>/dev/null || echo 0`,
    [g.source, g.destination],
  );
  assert.ok(Math.max(...sizes.trim().split("\n").map(Number)) >= 30_000_000, sizes);
});

onRemote("a move over what is the same already removes the source", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  await bash(`cp -a "$1" "$2"`, [g.source, g.destination]);
  assertCode(await g.blit("move", "-y", g.from(), g.to()), 0);
  assert.deepEqual(await readTree(g.destination), { "a": "a", "sub/": null, "sub/b": "b" });
  const left = await Deno.lstat(g.source).then(() => readTree(g.source), () => ({}));
  assert.deepEqual(left, {});
}, EVERY_WAY);

onRemote("a move onto itself is found out and removes nothing", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  const before = await fingerprint(g.source);
  assertSentence(await g.blit("move", "-y", g.from(), g.to("source")), [2], /source/);
  assertSentence(await g.blit("move", "-y", g.from("source/a"), g.to("source/")), [2], /source/);
  assertSentence(
    await g.blit("move", "-y", g.from("source"), g.to(g.direction === "pull" ? "." : "")),
    [2],
    /source/,
  );
  await assertUntouched(g.source, before);
}, EVERY_WAY);

onRemote("what --ignore-existing leaves at the destination stays in the source", async (g) => {
  await plant(g.source, { "a": "new", "b": "b", "c/d": "d", "sub/e": "e", "sub/f": "new" });
  await plant(g.destination, { "a": "old", "c": "no directory", "sub/f": "old" });
  const args = ["--ignore-existing", g.from("source"), g.to()];
  await bash(`mv "$1" "$1.inner"; mkdir "$1"; mv "$1.inner" "$1/source"`, [g.destination]);
  const planned = await g.blit("move", "-n", "-v", "--json", ...args);
  const done = await g.blit("move", "-v", "--json", ...args);
  assertCode(planned, 0);
  assertCode(done, 0);
  assert.deepEqual(await readTree(g.destination), {
    "source/": null,
    "source/a": "old",
    "source/b": "b",
    "source/c": "no directory",
    "source/sub/": null,
    "source/sub/e": "e",
    "source/sub/f": "old",
  });
  assert.deepEqual(await readTree(g.source), {
    "a": "new",
    "c/": null,
    "c/d": "d",
    "sub/": null,
    "sub/f": "new",
  });
  assert.equal(summaryOf(planned).entries_moved, summaryOf(done).entries_moved);
}, EVERY_WAY);

onRemote("files that are linked to each other stay so when they move", async (g) => {
  await plant(g.source, { "a": "linked", "sub/": null });
  await Deno.link(`${g.source}/a`, `${g.source}/sub/b`);
  assertCode(await g.blit("move", g.from("source"), g.to()), 0);
  const files = (await listTree(g.destination)).filter(({ type }) => type === "f");
  assert.equal(files.length, 2);
  assert.equal(new Set(files.map(({ inode }) => inode)).size, 1);
  await assert.rejects(Deno.lstat(g.source), Deno.errors.NotFound);
}, EVERY_WAY);

async function readTreeAsRoot(root: string): Promise<Record<string, string | null>> {
  await bash(`chmod -R u+rw "$1"`, [root]);
  return await readTree(root);
}
