import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  command,
  type CommandOutput,
  DIRECTIONS,
  fingerprint,
  onGround,
  onRemote,
  plant,
  readTree,
  requires,
  symlinkTo,
} from "../support/mod.ts";

/** Two trees, wherever they are, and blit to run between them. */
interface Scene {
  readonly path: string;
  readonly source: string;
  readonly destination: string;
  run(verb: string, ...options: readonly string[]): Promise<CommandOutput>;
}

/** Registers a test that runs on one machine, and with a daemon at either end or both. */
function everywhere(name: string, fn: (scene: Scene) => Promise<void>): void {
  onGround(name, ({ path, source, destination, blit }) =>
    fn({
      path,
      source,
      destination,
      run: (verb, ...options) => blit(verb, ...options, "source/", "destination"),
    }));
  onRemote(name, (g) => {
    const { path, source, destination } = g;
    return fn({
      path,
      source,
      destination,
      run: (verb, ...options) => g.blit(verb, ...options, g.from(), g.to()),
    });
  }, { directions: DIRECTIONS });
}

const FILTER = ["--exclude", "*.log"] as const;
const KEPT = /"[^"]*\/x": a directory is in its place, and holds what filters keep/;

/** Events of a kind that `--json` has printed, each in few words, sorted. */
function told({ stdout }: CommandOutput, type: string): string[] {
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter((event) => event.type === type)
    .map(({ action, difference, code, kind, path }) =>
      `${action ?? difference ?? code} ${kind ?? "failure"} ${path.split("/").at(-1)}`
    ).sort();
}

for (
  const [kind, tree] of Object.entries({
    file: { "x": "new" },
    symlink: { "x": symlinkTo("nowhere") },
  })
) {
  everywhere(`a ${kind} whose place is kept by a filter is a failure of a mirror`, async (g) => {
    requires("rsync");
    await plant(g.source, { ...tree, "other": "other" });
    await plant(g.destination, { "x/keep.log": "log", "x/below/keep.log": "log" });
    await bash(`cp -a "$1" "$1.rsync"`, [g.destination]);
    const backup = ["--backup-dir", "../backup"];
    for (const options of [["-n"], ["-n", ...backup], backup, []]) {
      const before = options.includes("-n") ? await fingerprint(g.path) : undefined;
      const mirrored = await g.run("mirror", "-y", ...FILTER, ...options);
      assertSentence(mirrored, [2], KEPT);
      assert.doesNotMatch(mirrored.stderr, /only mirror/);
      if (before !== undefined) await assertUntouched(g.path, before);
    }
    const theirs = await command("rsync", [
      ...["-a", "--delete", ...FILTER],
      ...[`${g.source}/`, `${g.destination}.rsync`],
    ]);
    assert.equal(theirs.code, 23);
    assert.deepEqual(await readTree(g.destination), await readTree(`${g.destination}.rsync`));
  });

  everywhere(`a ${kind} whose place is kept by a filter is different to a check`, async (g) => {
    await plant(g.source, tree);
    await plant(g.destination, { "x/keep.log": "log" });
    await bash(`touch -r "$1" "$2"`, [g.source, g.destination]);
    const found = await g.run("check", "--json", ...FILTER);
    assertCode(found, 3);
    assert.deepEqual(told(found, "difference"), [`different ${kind} x`]);
    assert.deepEqual(told(found, "failure"), []);
  });
}

everywhere("what a filter keeps in a file's place is told as JSON", async (g) => {
  await plant(g.source, { "x": "new" });
  await plant(g.destination, { "x/keep.log": "log" });
  const mirrored = await g.run("mirror", "-y", "--json", ...FILTER);
  assertCode(mirrored, 2);
  assert.deepEqual(told(mirrored, "failure"), ["DIRECTORY_KEPT failure x"]);
});

everywhere("a mirror deletes all but what a filter keeps, and plans just that", async (g) => {
  requires("rsync");
  await plant(g.source, { "x": "new", "y": "new" });
  await plant(g.destination, {
    "x/keep.log": "log",
    "x/other": "other",
    "x/below/other": "other",
    "y/other": "other",
    "extra": "extra",
  });
  await bash(`cp -a "$1" "$1.rsync"`, [g.destination]);
  const args = ["mirror", "-y", "-v", "--json", ...FILTER] as const;
  const before = await fingerprint(g.path);
  const planned = await g.run("mirror", "-n", "-y", ...FILTER);
  assertSentence(planned, [2], KEPT);
  const [verb, ...options] = args;
  const plan = await g.run(verb, "-n", ...options);
  await assertUntouched(g.path, before);
  const done = await g.run(verb, ...options);
  assertCode(plan, 2);
  assertCode(done, 2);
  for (const type of ["entry", "failure"]) assert.deepEqual(told(plan, type), told(done, type));
  assert.deepEqual(told(done, "failure"), ["DIRECTORY_KEPT failure x"]);
  await bash(`rsync -a --delete '--exclude=*.log' "$1/" "$2.rsync" || [ $? = 23 ]`, [
    g.source,
    g.destination,
  ]);
  assert.deepEqual(await readTree(g.destination), await readTree(`${g.destination}.rsync`));
});

everywhere("a check names what is extra beside what a filter keeps", async (g) => {
  await plant(g.source, { "x": "new", "y": "new" });
  await plant(g.destination, { "x/keep.log": "log", "x/other": "other", "y/other": "other" });
  await bash(`touch -r "$1" "$2"`, [g.source, g.destination]);
  const found = await g.run("check", "--json", ...FILTER);
  assertCode(found, 3);
  assert.deepEqual(told(found, "difference"), [
    "different file x",
    "different file y",
    "extra file other",
    "extra file other",
  ]);
});

everywhere(
  "a mirror that may not delete says that a directory is left in a file's place",
  async (g) => {
    await plant(g.source, { "x": "new" });
    await plant(g.destination, { "x/other": "other" });
    assertSentence(
      await g.run("mirror"),
      [2],
      /x": a directory is in its place, and was not deleted/,
    );
    assertSentence(
      await g.run("copy"),
      [2],
      /x": a directory is in its place; only mirror removes/,
    );
    assert.deepEqual(await readTree(g.destination), { "x/": null, "x/other": "other" });
  },
);

everywhere(
  "a directory that holds backups, or is where they go, stays in a file's place",
  async (g) => {
    await plant(g.source, { "x": "new", "backup": "new" });
    await plant(g.destination, { "x/backups/old": "old", "x/other": "other" });
    const backup = ["-y", "--json", "-v", "--backup-dir", "x/backups"] as const;
    for (const options of [["-n"], []]) {
      const mirrored = await g.run("mirror", ...options, ...backup);
      assertCode(mirrored, 2);
      assert.deepEqual(told(mirrored, "failure"), ["DIRECTORY_KEPT failure x"]);
    }
    const kept = { "x/": null, "x/backups/": null, "x/backups/old": "old" };
    const moved = { "x/backups/x/": null, "x/backups/x/other": "other" };
    assert.deepEqual(await readTree(g.destination), { "backup": "new", ...kept, ...moved });

    await Deno.remove(g.destination, { recursive: true });
    await plant(g.destination, { "backup/old": "old", "x": "older", "extra": "extra" });
    for (const options of [["-n"], []]) {
      const mirrored = await g.run("mirror", ...options, "-y", "--json", "--backup-dir", "backup");
      assertCode(mirrored, 2);
      assert.deepEqual(told(mirrored, "failure"), ["DIRECTORY_KEPT failure backup"]);
    }
    assert.deepEqual(await readTree(g.destination), {
      "backup/": null,
      "backup/extra": "extra",
      "backup/old": "old",
      "backup/x": "older",
      "x": "new",
    });
  },
);

/** What `rsync -H` would still do to make the destination the same. */
function leftToRsync({ source, destination }: Scene): Promise<string> {
  requires("rsync");
  return bash(`rsync -aHn --delete --itemize-changes "$1/" "$2/"`, [source, destination]);
}

/** Mirrors as planned, sends the content of each inode once, and leaves nothing to do. */
async function assertLinked(g: Scene, contents: number): Promise<void> {
  const args = ["-y", "-v", "--json"] as const;
  const before = await fingerprint(g.path);
  const plan = await g.run("mirror", "-n", ...args);
  await assertUntouched(g.path, before);
  const done = await g.run("mirror", ...args);
  assertCode(plan, 0);
  assertCode(done, 0);
  assert.deepEqual(told(plan, "entry"), told(done, "entry"));
  const files = told(done, "entry").filter((line) => /^(create|update) file/.test(line));
  assert.equal(files.length, contents, files.join("\n"));
  assert.equal(await leftToRsync(g), "");
  assertCode(await g.run("check"), 0);
}

const IN_THE_WAY: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  "the last name": { "x/": null },
  "the first name": { "a/below/file": "extra" },
  "a name in the middle": { "h/file": "extra", "a": "older" },
  "all names but one": { "a/file": "extra", "h/": null, "sub/b/file": "extra", "x/below/": null },
  "all names": { "a/file": "extra", "h/": null, "sub/b/file": "extra", "x/": null, "z/": null },
};

for (const [what, tree] of Object.entries(IN_THE_WAY)) {
  everywhere(`hard links are made where directories took the place of ${what}`, async (g) => {
    await plant(g.source, { "a": "linked", "sub/b": "other", "alone": "alone" });
    await bash(`cd "$1"; ln a h; ln a x; ln a z; ln sub/b sub/c; ln -s a s; ln s sub/s`, [
      g.source,
    ]);
    await plant(g.destination, { ...tree, "s/file": "extra" });
    await assertLinked(g, 3);
  });
}

everywhere("hard links are made beside a name whose place is kept by a filter", async (g) => {
  await plant(g.source, { "a": "linked" });
  await bash(`cd "$1"; ln a h; ln a x; ln a z`, [g.source]);
  await plant(g.destination, { "a/file": "extra", "x/keep.log": "log", "z/file": "extra" });
  await bash(`touch -r "$1" "$2"`, [g.source, g.destination]);
  const before = await fingerprint(g.path);
  const args = ["mirror", "-y", "-v", "--json", ...FILTER] as const;
  const [verb, ...options] = args;
  const plan = await g.run(verb, "-n", ...options);
  await assertUntouched(g.path, before);
  const found = await g.run("check", "--json", ...FILTER);
  assertCode(found, 3);
  assert.deepEqual(told(found, "difference").filter((line) => !line.startsWith("extra")), [
    "different file a",
    "different file x",
    "different file z",
    "missing file h",
  ]);
  const done = await g.run(verb, ...options);
  for (const output of [plan, done]) {
    assertCode(output, 2);
    assert.deepEqual(told(output, "failure"), ["DIRECTORY_KEPT failure x"]);
  }
  assert.deepEqual(told(plan, "entry"), told(done, "entry"));
  assert.match(await leftToRsync(g), /^\*deleting +x\/keep\.log\n\S+ x => a\n$/);
  const checked = await g.run("check", "--json", ...FILTER);
  assert.deepEqual(told(checked, "difference"), ["different file x"]);
});

everywhere("a mirror that may not delete lists the names of hard links as failures", async (g) => {
  await plant(g.source, { "a": "linked" });
  await bash(`cd "$1"; ln a h; ln a x`, [g.source]);
  await plant(g.destination, { "a/file": "extra", "x/file": "extra" });
  const mirrored = await g.run("mirror", "--json");
  assertCode(mirrored, 2);
  assert.deepEqual(told(mirrored, "failure"), [
    "DIRECTORY_LEFT failure a",
    "DIRECTORY_LEFT failure x",
  ]);
  assert.equal((await readTree(g.destination)).h, "linked");
});
