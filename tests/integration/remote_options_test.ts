import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  bigFile,
  DIRECTIONS,
  listTree,
  onRemote,
  OWN_BACKEND,
  plant,
  readTree,
  run,
  setMtime,
  summaryOf,
  symlinkTo,
  type Tree,
} from "../support/mod.ts";

const TREE: Tree = {
  "a.o": "object",
  "a.c": "source",
  "b.tmp": "temporary",
  "tmp/inside": "inside",
  "tmp/keep.c": "kept",
  "sub/tmp/inside": "inside",
  "sub/a.o": "object",
  "sub/deep/er/b.c": "source",
  "sub/x": "x",
  "empty/": null,
  "large": "l".repeat(5000),
  "exact": "e".repeat(4096),
  "small": "s",
};

const RULES: readonly (readonly string[])[] = [
  ["--exclude", "*.o"],
  ["--exclude", "/tmp/*"],
  ["--exclude", "sub/**"],
  ["--include", "*/", "--include", "*.c", "--exclude", "*"],
  ["--min-size", "4096"],
  ["--max-size", "4K"],
];

onRemote("filters leave out what rsync leaves out", async (g) => {
  await plant(g.source, TREE);
  for (const [number, rules] of RULES.entries()) {
    await run("rsync", ["-a", ...rules, `${g.source}/`, `${g.path}/${number}-rsync`]);
    assertCode(await g.blit("copy", ...rules, g.from(), g.to(`${number}-blit`)), 0);
    assert.deepEqual(
      await readTree(`${g.path}/${number}-blit`),
      await readTree(`${g.path}/${number}-rsync`),
      rules.join(" "),
    );
  }
}, { directions: DIRECTIONS });

onRemote("ages and lists of files are read at the client and hold at the source", async (g) => {
  await plant(g.source, TREE);
  await setMtime(Date.now() / 1000 - 86_400 * 10, `${g.source}/large`, `${g.source}/sub/x`);
  assertCode(await g.blit("copy", "--min-age", "5d", g.from(), g.to("old")), 0);
  const old = Object.entries(await readTree(`${g.path}/old`)).filter(([, text]) => text !== null);
  assert.deepEqual(old.map(([name]) => name), ["large", "sub/x"]);
  await Deno.writeTextFile(`${g.path}/list`, "sub/x\nsmall\nmissing\nlink/x\n");
  await plant(g.source, { "link": symlinkTo("sub") });
  const output = await g.blit("copy", "--files-from", "list", g.from(), g.to("listed"));
  assertCode(output, 2);
  assert.match(output.stderr, /missing": no such file/);
  assert.match(output.stderr, /link\/x": the path leads through a symbolic link/);
  assert.deepEqual(await readTree(`${g.path}/listed`), {
    "small": "s",
    "sub/": null,
    "sub/x": "x",
  });
}, { directions: DIRECTIONS });

onRemote("--checksum finds what size and time hide, and sends only that", async (g) => {
  await plant(g.source, { "hidden": "one!", "same": "same", "sub/other-time": "text" });
  await bigFile(`${g.source}/big`, 9_000_000, 3);
  await bash(`cp -a "$1" "$2"; printf two! >"$2/hidden"; touch -d @99 "$2/sub/other-time"`, [
    g.source,
    g.destination,
  ]);
  await setMtime(1000, `${g.source}/hidden`, `${g.destination}/hidden`);
  const output = await g.blit("mirror", "-y", "--checksum", "--json", g.from(), g.to());
  assertCode(output, 0);
  assert.equal(summaryOf(output).bytes_transferred, 4);
  await g.compare();
}, { directions: DIRECTIONS });

onRemote("--size-only, --ignore-times, --ignore-existing and --update do as locally", async (g) => {
  const [source, destination] = ["s", "d"].map((name) => `${g.path}/${name}`) as [string, string];
  const reset = async () => {
    await bash(`rm -rf "$1" "$2"`, [source, destination]);
    await plant(source, { "same-size": "new1", "longer": "longer", "fresh": "fresh" });
    await plant(destination, { "same-size": "old1", "longer": "old" });
    await setMtime(5000, `${source}/longer`, `${destination}/same-size`);
    await setMtime(9000, `${source}/same-size`, `${destination}/longer`);
  };
  const after = async (option: string) => {
    await reset();
    assertCode(await g.blit("copy", option, g.from("s/"), g.to("d")), 0);
    return await readTree(destination);
  };
  const fresh = { "fresh": "fresh" };
  assert.deepEqual(await after("--size-only"), {
    ...fresh,
    "longer": "longer",
    "same-size": "old1",
  });
  assert.deepEqual(await after("--ignore-existing"), {
    ...fresh,
    "longer": "old",
    "same-size": "old1",
  });
  assert.deepEqual(await after("--update"), { ...fresh, "longer": "old", "same-size": "new1" });
  assert.deepEqual(await after("--ignore-times"), {
    ...fresh,
    "longer": "longer",
    "same-size": "new1",
  });
  const again = await g.blit("copy", "--ignore-times", "--json", g.from("s/"), g.to("d"));
  assert.equal(summaryOf(again).bytes_transferred, 15);
});

onRemote("--durable gives the same tree", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b", "sub/empty/": null });
  await bigFile(`${g.source}/big`, 3_000_000);
  await plant(g.destination, { "a": "old", "extra": "extra" });
  assertCode(await g.blit("mirror", "-y", "--durable", g.from(), g.to()), 0);
  await g.compare();
}, { on: "disk", directions: DIRECTIONS });

const KEEPS_ATTRIBUTES = OWN_BACKEND.archive.length > 0;

if (KEEPS_ATTRIBUTES) {
  onRemote("without -X and -A attributes stay behind, with them they come", async (g) => {
    await plant(g.source, { "file": "content" });
    await bash(`setfattr -n user.note -v yes "$1/file"; setfacl -m u:1234:r "$1/file"`, [g.source]);
    assertCode(await g.blit("copy", g.from(), g.to("plain")), 0);
    assert.equal(await bash(`getfattr --absolute-names -d "$1/file"`, [`${g.path}/plain`]), "");
    assertCode(await g.blit("copy", "-X", "-A", g.from(), g.to()), 0);
    await g.compare();
  }, { directions: DIRECTIONS });
}

onRemote("--verbose names every entry, --quiet none, --progress does not break it", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  const verbose = await g.blit("copy", "-v", g.from(), g.to("v"));
  assertCode(verbose, 0);
  for (const name of [/^.*\ba$/m, /sub\/b/]) assert.match(verbose.stdout, name);
  const quiet = await g.blit("copy", "-q", g.from(), g.to("q"));
  assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
  assertCode(await g.blit("copy", "-p", g.from(), g.to("p")), 0);
});

onRemote("one file gets its new name, whatever other names it has", async (g) => {
  await plant(g.source, { "file": "new" });
  await plant(g.destination, { "file": "another", "renamed": "old" });
  await bash(`cd "$1"; ln file other; ln "$2/renamed" "$2/shared"`, [g.source, g.destination]);
  const copy = (name: string) => g.blit("copy", g.from("source/file"), g.to(`destination/${name}`));
  assertCode(await copy("renamed"), 0);
  assertCode(await copy("free"), 0);
  await bash(`chmod 0600 "$1/file"`, [g.source]);
  assertCode(await copy("free"), 0);
  assert.deepEqual(await readTree(g.destination), {
    "file": "another",
    "free": "new",
    "renamed": "new",
    "shared": "old",
  });
}, { directions: DIRECTIONS });

onRemote(
  "--update leaves hard links what they are, and one of them that is newer alone",
  async (g) => {
    await plant(g.source, { "a": "new and longer", "w": "new" });
    await bash(`cd "$1"; ln a b; ln a c; ln w x; ln w y`, [g.source]);
    await plant(g.destination, { "a": "old", "w": "old", "y": "newer" });
    await bash(
      `cd "$1"; touch -d 2020-01-01 a w; ln a b; ln a c; ln w x; touch -d 2060-01-01 y`,
      [g.destination],
    );
    assertCode(await g.blit("mirror", "-y", "-u", g.from(), g.to()), 0);
    const links = (await listTree(g.destination)).filter(({ type }) => type === "f")
      .map(({ path, links }) => `${path}${links}`);
    assert.deepEqual(links, ["a3", "b3", "c3", "w2", "x2", "y1"]);
    assert.equal(await Deno.readTextFile(`${g.destination}/y`), "newer");
    assert.equal(await Deno.readTextFile(`${g.destination}/c`), "new and longer");
    const again = await g.blit("mirror", "-y", "-u", g.from(), g.to());
    assertCode(again, 0);
    assert.match(again.stdout, /nothing to copy/);
  },
  { directions: DIRECTIONS },
);
