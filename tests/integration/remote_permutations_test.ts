import assert from "node:assert/strict";
import {
  assertCode,
  assertUntouched,
  bash,
  bigFile,
  compareTrees,
  DIRECTIONS,
  fingerprint,
  oddTree,
  onRemote,
  OWN_BACKEND,
  plant,
  run,
  summaryOf,
  TRANSPORTS,
} from "../support/mod.ts";

const EVERYWHERE = { directions: DIRECTIONS, transports: TRANSPORTS } as const;

const { archive: ARCHIVE, features: ODD, tolerance: TOLERANCE } = OWN_BACKEND;

onRemote("copy carries every oddity, and a second run changes nothing", async (g) => {
  await oddTree(g.source, ODD);
  assertCode(await g.blit("copy", ...ARCHIVE, g.from(), g.to()), 0);
  await g.compare();
  const before = await fingerprint(g.destination);
  const again = await g.blit("copy", ...ARCHIVE, "--json", g.from(), g.to());
  assertCode(again, 0);
  assert.equal(summaryOf(again).bytes_transferred, 0);
  await assertUntouched(g.destination, before);
}, EVERYWHERE);

onRemote("mirror makes another odd tree the same, extras removed", async (g) => {
  await oddTree(g.source, ODD);
  await oddTree(g.destination, ODD);
  await bash(
    `cd "$1"
    mv names extra-names; truncate -s 9 sizes/4096 sizes/1048576; chmod 0600 modes/0755
    rm hard/m; echo parted >hard/m; rm -r empty-directory; echo file >empty-directory
    rm links/up; mkdir links/up; echo extra >links/up/file; touch -h times/link-epoch
    if [ -e xattrs ]; then setfattr -n user.plain -v other xattrs/file; fi
    if [ -e acls ]; then setfacl -b acls/file; fi
    touch -d @5 times; mkdir -p extra/deep/er; echo extra >extra/deep/file`,
    [g.destination],
  );
  const output = await g.blit("mirror", ...ARCHIVE, "-y", "--json", g.from(), g.to());
  assertCode(output, 0);
  await g.compare();
  const summary = summaryOf(output);
  assert.ok(Number(summary.entries_deleted) > 0, "says how many entries were deleted");
  const before = await fingerprint(g.destination);
  assertCode(await g.blit("mirror", ...ARCHIVE, "-y", g.from(), g.to()), 0);
  await assertUntouched(g.destination, before);
}, EVERYWHERE);

onRemote("move carries every oddity and empties the source", async (g) => {
  await oddTree(g.source, ODD);
  await run("rsync", ["-aHAXS", "--modify-window=-1", `${g.source}/`, `${g.path}/expected/`]);
  await Deno.mkdir(g.destination);
  assertCode(await g.blit("move", ...ARCHIVE, "-y", g.from("source"), g.to("destination/")), 0);
  await compareTrees(`${g.path}/expected`, `${g.destination}/source`, {
    ...TOLERANCE,
    blocks: "any",
  });
  await assert.rejects(Deno.lstat(g.source), Deno.errors.NotFound);
}, EVERYWHERE);

onRemote("the summary says how content travelled", async (g) => {
  await plant(g.source, { "a": "content", "sub/b": "more" });
  const output = await g.blit("copy", "--json", g.from(), g.to());
  assertCode(output, 0);
  const summary = summaryOf(output);
  assert.equal(summary.transport, g.transport);
  assert.ok(Number(summary.streams) >= 1, `${summary.streams} streams`);
  assert.equal(summary.bytes_transferred, 11);
  assert.ok(Number(summary.wire_bytes) > 11, `${summary.wire_bytes} bytes on the streams`);
  assert.equal(typeof summary.first_payload_ms, "number");
  assert.equal(summary.entries_deleted, 0);
  await g.compare();
}, EVERYWHERE);

onRemote("BLIT_FORCE_GRPC_DATA=1 keeps content off the data port", async (g) => {
  await plant(g.source, { "a": "content" });
  const output = await g.blitWith(
    { env: { BLIT_FORCE_GRPC_DATA: "1" } },
    ...["copy", "--json", g.from(), g.to()],
  );
  assertCode(output, 0);
  assert.equal(summaryOf(output).transport, "grpc");
  await g.compare();
});

onRemote("several sources arrive beside each other, files and directories", async (g) => {
  await plant(g.path, { "one/a": "a", "two/b": "b", "single": "file", "content/c": "c" });
  await Deno.mkdir(g.destination);
  const sources = ["one", "two", "single", "content/"].map(g.from);
  assertCode(await g.blit("copy", ...sources, g.to()), 0);
  for (const name of ["one", "two"]) {
    await compareTrees(`${g.path}/${name}`, `${g.destination}/${name}`, TOLERANCE);
  }
  assert.equal(await Deno.readTextFile(`${g.destination}/single`), "file");
  assert.equal(await Deno.readTextFile(`${g.destination}/c`), "c");
}, { directions: DIRECTIONS });

onRemote("one file goes to a name, over a file, and into a directory", async (g) => {
  await plant(g.path, { "file": "content", "old": "older content", "into/": null });
  assertCode(await g.blit("copy", g.from("file"), g.to("name")), 0);
  assertCode(await g.blit("copy", g.from("file"), g.to("old")), 0);
  assertCode(await g.blit("copy", g.from("file"), g.to("into/")), 0);
  for (const path of ["name", "old", "into/file"]) {
    assert.equal(await Deno.readTextFile(`${g.path}/${path}`), "content");
  }
}, { directions: DIRECTIONS });

onRemote("an empty directory and an empty file arrive", async (g) => {
  await plant(g.source, { "empty/": null, "zero": "" });
  assertCode(await g.blit("copy", g.from(), g.to()), 0);
  await g.compare();
}, EVERYWHERE);

onRemote("a tree with files of every size arrives over two movers' worth of work", async (g) => {
  for (let d = 0; d < 25; d++) {
    await Deno.mkdir(`${g.source}/d${d}`, { recursive: true });
    for (let f = 0; f < 60; f++) {
      const bytes = crypto.getRandomValues(new Uint8Array(Math.floor(Math.random() * 9000)));
      Deno.writeFileSync(`${g.source}/d${d}/f${f}`, bytes);
    }
  }
  for (const n of [1, 2, 3]) await bigFile(`${g.source}/big${n}`, n * 6_000_000 + 17, n);
  await bash(`cd "$1"; truncate -s 60M hole; echo end >>hole`, [g.source]);
  assertCode(await g.blit("copy", g.from(), g.to()), 0);
  await g.compare();
}, EVERYWHERE);
