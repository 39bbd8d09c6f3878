import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  bash,
  type CommandOutput,
  DIRECTIONS,
  flatTree,
  type Folds,
  type GroundOptions,
  mountFolding,
  mountSpelling,
  onGround,
  onRemote,
  plant,
  readTree,
  type RemoteGround,
} from "../support/mod.ts";

const TAKEN = /takes it for another name/;
const NEEDS = { needs: ["fusepy"], only: "linux" } as const satisfies GroundOptions;

/** Directories in which two have names that are one. */
const PARENTS = 100;

/** "é" as one character and as two. */
const [COMPOSED, DECOMPOSED] = ["\u00e9", "e\u0301"];

type Ground = Pick<RemoteGround, "blit" | "source" | "destination">;

type Spelling = Exclude<Folds, "late" | "stale">;

/** What each file system takes for one name: pairs of names, and what tells them apart. */
const PAIRS: Readonly<Record<Spelling, Readonly<Record<string, string>>>> = {
  case: { "README": "first", "readme": "other" },
  form: { [`caf${COMPOSED}`]: "first", [`caf${DECOMPOSED}`]: "other" },
  both: { [`CAF${COMPOSED}`]: "first", [`caf${DECOMPOSED}`]: "other" },
};

/** Copies a pair that becomes one name, twice: it is told each time, and one of them is whole. */
async function assertTold(
  g: Ground,
  folds: Spelling,
  run: () => Promise<CommandOutput>,
): Promise<void> {
  await plant(g.source, { ...PAIRS[folds], "sub/plain": "plain", "zz": "zz" });
  await using _ = await mountSpelling(g.destination, folds);
  const [first, second] = [await run(), await run()];
  for (const output of [first, second]) assertSentence(output, [2], TAKEN);
  const { "sub/": __, "sub/plain": plain, zz, ...rest } = await readTree(g.destination);
  assert.deepEqual([plain, zz], ["plain", "zz"]);
  const [left] = Object.values(rest);
  assert.equal(Object.keys(rest).length, 1);
  assert.ok(left === "first" || left === "other");
}

for (const folds of ["case", "form", "both"] as const) {
  onGround(
    `two names that are one at the destination (${folds}) are told, none overwrites the other`,
    (g) => assertTold(g, folds, () => g.blit("mirror", "-y", "source/", "destination")),
    NEEDS,
  );
}

for (const option of ["--update", "--ignore-existing", "--checksum", "--size-only"]) {
  onGround(`so are they with ${option}`, async (g) => {
    await assertTold(g, "case", () => g.blit("copy", option, "source/", "destination"));
  }, NEEDS);
}

onRemote(
  "two names that are one at the destination are told, none overwrites the other",
  (g) => assertTold(g, "both", () => g.blit("mirror", "-y", g.from(), g.to())),
  { needs: ["fusepy"], directions: DIRECTIONS },
);

onRemote("of two new directories that are one there, what one holds goes nowhere", async (g) => {
  const tree: Record<string, string> = {};
  // So many that the source is still at it when it hears that they are new.
  for (let at = 0; at < PARENTS; at++) {
    const parent = `parent-${at}`;
    Object.assign(tree, { [`${parent}/Name/deep/x`]: "x", [`${parent}/nAME/deep/x`]: "y" });
    tree[`${parent}/nAME/large`] = "z".repeat(100_000);
  }
  await plant(g.source, tree);
  await using _ = await mountSpelling(g.destination, "case");
  assertSentence(await g.blit("copy", "--quiet", g.from(), g.to()), [2], TAKEN);
  const there = await readTree(g.destination);
  for (let at = 0; at < PARENTS; at++) {
    const names = Object.keys(there).filter((name) => name.startsWith(`parent-${at}/`));
    const isFirst = names.some((name) => name.includes("/Name/"));
    const own = isFirst ? ["Name/deep/x"] : ["nAME/deep/x", "nAME/large"];
    const files = names.filter((name) => !name.endsWith("/"));
    assert.deepEqual(files.sort(), own.map((name) => `parent-${at}/${name}`));
    assert.equal(there[`parent-${at}/${own[0]}`], isFirst ? "x" : "y");
  }
}, { needs: ["fusepy"], directions: DIRECTIONS });

onGround("files too large for one write are told as well", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  const [one, other] = ["x".repeat(2_000_000), "y".repeat(2_000_000)];
  await plant(g.source, { "Big": one, "bIG": other });
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("copy", "source/", "destination"), [2], TAKEN);
  }
  const [content] = Object.values(await readTree(g.destination));
  assert.ok(content === one || content === other);
}, NEEDS);

onGround("a directory that is another at the destination keeps out of it", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "Sub/one": "1", "sUB/two": "2" });
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("mirror", "-y", "source/", "destination"), [2], TAKEN);
  }
  assert.equal(Object.keys(await readTree(g.destination)).length, 2);
}, NEEDS);

onRemote("a directory that is another at the destination keeps out of it", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "Sub/one": "1", "sUB/two": "2", "sUB/deeper/three": "3" });
  for (let run = 0; run < 2; run++) {
    const output = await g.blit("mirror", "-y", g.from(), g.to());
    assertSentence(output, [2], TAKEN);
    assert.equal(output.stderr.match(/^ {2}Cannot/gm)?.length ?? 1, 1, output.stderr);
  }
  const names = Object.keys(await readTree(g.destination));
  assert.ok(names.some((name) => /one$/.test(name)) !== names.some((name) => /two$/.test(name)));
}, { needs: ["fusepy"] });

onGround("moving leaves in the source what had no place of its own", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  // Of one size and one time, so that nothing but the names tells them apart.
  await plant(g.source, { "README": "first", "readme": "other", "zz": "zz" });
  await bash(`touch -d @1700000000 "$1"/*`, [g.source]);
  assertSentence(await g.blit("move", "source/", "destination"), [2], TAKEN);
  assertSentence(await g.blit("move", "source/", "destination"), [2], TAKEN);
  const both = { ...await readTree(g.source), ...await readTree(g.destination) };
  assert.deepEqual(Object.values(both).sort(), ["first", "other", "zz"]);
}, NEEDS);

/** Moves names, and then others that are the same at the destination: those stay in the source. */
async function assertKept(g: Ground, run: () => Promise<CommandOutput>): Promise<void> {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "README": "first", "Sub/a": "a" });
  assertCode(await run(), 0);
  const [moved, meant] = [await readTree(g.destination), { "readme": "another", "sUB/a": "b" }];
  await plant(g.source, meant);
  const left = await readTree(g.source);
  for (const added of [{}, { "new": "new" }] as const) {
    await plant(g.source, added);
    assertSentence(await run(), [2], TAKEN);
    assert.deepEqual(await readTree(g.destination), { ...moved, ...added });
    assert.deepEqual(await readTree(g.source), left);
  }
}

onGround(
  "moving replaces nothing that was moved by another spelling",
  (g) => assertKept(g, () => g.blit("move", "source/", "destination")),
  NEEDS,
);

onRemote(
  "moving replaces nothing that was moved by another spelling",
  (g) => assertKept(g, () => g.blit("move", g.from(), g.to())),
  { needs: ["fusepy"], directions: DIRECTIONS },
);

onGround("moving removes nothing for another name of its own that has been moved", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "README": "first", "readme": "other", "x": "x" });
  await bash(`touch -d @1700000000 "$1"/*`, [g.source]);
  for (let run = 0; run < 2; run++) {
    const output = await g.blit("move", "--exclude", "x", "source/", "destination");
    assertSentence(output, [2], TAKEN);
    const both = [await readTree(g.source), await readTree(g.destination)].map(Object.values);
    assert.deepEqual(both.flat().sort(), ["first", "other", "x"]);
  }
}, NEEDS);

onGround("moving ends where a file system lists names by another spelling", async (g) => {
  await plant(g.source, { [`caf${COMPOSED}`]: "a", "Sub/b": "b" });
  await using _ = await mountSpelling(g.destination, "both");
  await plant(g.destination, { [`caf${DECOMPOSED}`]: "old" });
  assertCode(await g.blit("move", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.source), {});
  assert.equal((await readTree(g.destination))[`caf${DECOMPOSED}`], "a");
}, NEEDS);

onGround("moving to where names are listed otherwise leaves times and no probes", async (g) => {
  const composed = `caf${COMPOSED}`;
  await plant(g.source, { [composed]: "a", [`Sub/${composed}`]: "b" });
  await bash(`find "$1" -exec touch -d @1700000000 {} +`, [g.source]);
  await using _ = await mountSpelling(g.destination, "both");
  // What a kill leaves of the file that finds out about the listing.
  const left = `.blit-tmp-0123456789-0-0-X${DECOMPOSED}`;
  await plant(g.destination, { [left]: "", [`Sub/${left}`]: "" });
  assertCode(await g.blit("move", "source/", "destination"), 0);
  const kept = `${g.destination}.kept`;
  assert.deepEqual(Object.values(await readTree(kept)).sort(), ["a", "b", null]);
  const times = await bash(`stat -c %Y "$1" "$1/Sub"`, [kept]);
  assert.deepEqual(times.trim().split("\n"), ["1700000000", "1700000000"]);
}, NEEDS);

onGround("letters beyond ASCII are told as well", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "\u00c9": "first", "\u00e9": "other" });
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("mirror", "-y", "source/", "destination"), [2], TAKEN);
  }
  assert.equal(Object.keys(await readTree(g.destination)).length, 1);
}, NEEDS);

onGround("names of two sources are told as well", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(`${g.path}/a`, { "Name": "first" });
  await plant(`${g.path}/b`, { "nAME": "other", "own": "own" });
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("copy", "a/", "b/", "destination"), [2], TAKEN);
    const { own, ...rest } = await readTree(g.destination);
    assert.equal(own, "own");
    assert.equal(Object.keys(rest).length, 1);
  }
  await bash(`rm -f "$1"/*`, [g.destination]);
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("copy", "a/Name", "b/nAME", "destination"), [2], TAKEN);
    assert.equal(Object.keys(await readTree(g.destination)).length, 1);
  }
}, { ...NEEDS, onlyLocal: true });

/** What the source has by two spellings of one name. */
const TWO: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "small files": { "Name": "first", "nAME": "other" },
  "files too large for one write": { "Name": "x".repeat(2_000_000), "nAME": "y".repeat(2_000_000) },
  "a file and a directory": { "Name": "first", "nAME/other": "other" },
  "two directories": { "Name/file": "first", "nAME/file": "other" },
};

/**
 * Copies two names that become one, of which Linux takes both for there, and neither is: one must
 * have come whole, and the other be told.
 */
async function assertOneCame(
  g: Ground,
  was: "file" | "directory",
  tree: Readonly<Record<string, string>>,
  run: () => Promise<CommandOutput>,
): Promise<void> {
  await using _ = await mountSpelling(g.destination, "stale");
  await plant(g.source, tree);
  await bash(
    `cd "$1"; touch z
     if [ $2 = file ]; then echo old > name; else mkdir name; fi
     stat Name nAME; rm -d name; stat Name nAME`,
    [g.destination, was],
  );
  assertSentence(await run(), [2], TAKEN);
  const { z: __, ...there } = await readTree(`${g.destination}.kept`);
  const came = Object.values(there).filter((one) => one !== null);
  assert.equal(came.length, 1, Object.keys(there).join(" "));
  assert.ok(Object.values(tree).includes(came[0] ?? ""));
}

onGround("a large file comes to where a name seems to be taken", async (g) => {
  await using _ = await mountSpelling(g.destination, "stale");
  await plant(g.source, { "Name": "x".repeat(2_000_000) });
  await bash(`cd "$1"; echo old > name; stat Name; rm name; stat Name`, [g.destination]);
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  assert.deepEqual(Object.keys(await readTree(`${g.destination}.kept`)), ["Name"]);
}, NEEDS);

for (const was of ["file", "directory"] as const) {
  for (const [what, tree] of Object.entries(TWO)) {
    const title = `${what} are told where each seems to be a ${was} that is there`;
    const named = ["source/Name", "source/nAME"];

    onGround(title, async (g) => {
      await assertOneCame(g, was, tree, () => g.blit("copy", "source/", "destination"));
    }, NEEDS);

    onGround(`${title}, from two sources`, async (g) => {
      await assertOneCame(g, was, tree, () => g.blit("copy", ...named, "destination"));
    }, NEEDS);

    onRemote(title, async (g) => {
      await assertOneCame(g, was, tree, () => g.blit("copy", g.from(), g.to()));
    }, { needs: ["fusepy"] });
  }
}

onGround("hard links are told where each seems to be a file that is there", async (g) => {
  await plant(g.source, { "Name": "other" });
  await bash(`ln "$1/Name" "$1/NAme"`, [g.source]);
  await assertOneCame(
    g,
    "file",
    { "nAME": "first" },
    () => g.blit("copy", "source/", "destination"),
  );
}, NEEDS);

onGround("names of two sources are told whatever else is there", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(`${g.path}/a`, { "Name": "first", "y": "y" });
  await plant(`${g.path}/b`, { "nAME": "other", "x": "x" });
  await plant(g.destination, { "z": "z" });
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("copy", "a/", "b/", "destination"), [2], TAKEN);
    assert.equal(Object.keys(await readTree(g.destination)).length, 4);
  }
}, { ...NEEDS, onlyLocal: true });

onGround("names of two slices are told whatever else is there", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  // Slices are cut by the bytes of names as well: of these, fewer than 400 fit one.
  await plant(g.source, { "README": "first" });
  await bash(`for number in $(seq 800); do printf -v name %0240d $number; : > "$1/$name"; done`, [
    g.source,
  ]);
  await plant(g.source, { "readme": "other" });
  await plant(g.destination, { "z": "z" });
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("copy", "source/", "destination"), [2], TAKEN);
    assert.equal(Object.keys(await readTree(g.destination)).length, 802);
  }
}, NEEDS);

onGround("hard links do not overwrite another name either", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "name": "first", "linked": "other" });
  await bash(`ln "$1/linked" "$1/NAME"`, [g.source]);
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("copy", "source/", "destination"), [2], TAKEN);
    assert.deepEqual(await readTree(g.destination), { "linked": "other", "name": "first" });
  }
}, NEEDS);

onGround("a name that filters leave out takes none away", async (g) => {
  await using _ = await mountSpelling(g.destination, "case");
  await plant(g.source, { "README": "first", "readme": "other" });
  for (let run = 0; run < 2; run++) {
    assertCode(await g.blit("copy", "--exclude", "README", "source/", "destination"), 0);
    assert.deepEqual(await readTree(g.destination), { "readme": "other" });
  }
}, NEEDS);

onGround("names that differ in form and case only stay, with nothing deleted", async (g) => {
  await using _ = await mountSpelling(g.destination, "form");
  const names = { [`caf${COMPOSED}`]: "a", [`CAF${COMPOSED}`]: "b", "Ab": "c", "aB": "d" };
  await plant(g.source, names);
  for (let run = 0; run < 2; run++) {
    await bash(`touch "$1/extra"`, [g.destination]);
    assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
    const there = await readTree(g.destination);
    assert.deepEqual(Object.keys(there).length, 4, Object.keys(there).join(" "));
    assert.deepEqual(Object.values(there).sort(), ["a", "b", "c", "d"]);
  }
}, NEEDS);

onGround("where all names are listed in small letters they are told too", async (g) => {
  await using mount = await mountFolding(g.destination);
  await plant(g.source, { "README": "first", "readme": "other", "same": "s" });
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("mirror", "-y", "source/", "destination"), [2], TAKEN);
    assert.match(await bash(`sleep 1.1; cat "$1/readme"`, [mount.path]), /first|other/);
  }
}, { on: "disk", needs: ["folding"], only: "linux" });

onGround("in a directory of several slices they are told", async (g) => {
  await using mount = await mountFolding(g.destination);
  await flatTree(g.source, 4500, 10);
  await plant(g.source, { "README": "first", "readme": "other" });
  for (let run = 0; run < 2; run++) {
    assertSentence(await g.blit("copy", "source/", "destination"), [2], TAKEN);
    assert.match(await bash(`sleep 1.1; cat "$1/readme"`, [mount.path]), /first|other/);
  }
}, { on: "disk", needs: ["folding"], only: "linux" });

onGround("a name that is not listed while it is replaced is another's all the same", async (g) => {
  await using _ = await mountSpelling(g.destination, "late");
  // More and longer names than one table holds.
  const many = `"${"x".repeat(240)}-%g" 400`;
  for (const [directory, order] of [["a", "README readme"], ["b", "readme README"]] as const) {
    const [first, last] = order.split(" ");
    // Source directories list by age: one of the two orders has "readme" in the slice before.
    await bash(
      `mkdir -p "$1/$2" "$3/$2"; echo old > "$3/$2/readme"; cd "$1/$2"
       echo "$4" > "$4"; seq -f ${many} | xargs touch; echo "$5" > "$5"`,
      [g.source, directory, `${g.destination}.kept`, first ?? "", last ?? ""],
    );
    const from = `source/${directory}/`;
    const output = await g.blit("copy", "--workers", "1", from, `destination/${directory}`);
    assertSentence(output, [2], TAKEN);
    const { readme } = await readTree(`${g.destination}.kept/${directory}`);
    assert.equal(readme, "readme\n", output.stderr);
  }
}, { ...NEEDS, on: "memory" });

onGround("where case counts, names that differ in case alone are as good as any", async (g) => {
  await plant(g.source, { "A": "1", "a": "2", "B/x": "3", "b/x": "4", [COMPOSED]: "5" });
  await plant(g.source, { [DECOMPOSED]: "6" });
  await bash(`ln "$1/A" "$1/AA"; ln "$1/a" "$1/aA"`, [g.source]);
  for (let run = 0; run < 2; run++) {
    assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
    await g.compare();
  }
});
