import assert from "node:assert/strict";
import { type Schema, Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/check.schema.json" with { type: "json" };
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  type CommandOutput,
  DIRECTIONS,
  fingerprint,
  oddTree,
  onGround,
  onRemote,
  OWN_BACKEND,
  plant,
  requires,
  setMtime,
  startDaemon,
} from "../support/mod.ts";

const validator = new Validator(schema as Schema, "2020-12");

/** What a check has printed as JSON: `difference kind path`, sorted; each line against its schema. */
function differences({ stdout }: CommandOutput): string[] {
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  for (const event of events) {
    const { valid, errors } = validator.validate(event);
    assert.ok(valid, JSON.stringify({ event, errors }, null, 1));
  }
  return events.filter(({ type }) => type === "difference")
    // Which name of an inode counts as the link to the other is left to chance.
    .map(({ difference, kind, path }) =>
      `${difference} ${kind} ${path === "linked" ? "link" : path}`
    ).sort();
}

/** Two trees that differ in every way there is. */
async function plantDifferences(source: string, destination: string): Promise<void> {
  const same = { "same": "same", "sub/same": "same" };
  await plant(source, {
    ...same,
    "new": "new",
    "sub/new": "new",
    "size": "longer",
    "time": "time",
    "hidden": "new",
    "file-not-directory": "f",
    "directory-not-file/in": "i",
    "mode": "mode",
    "linked": "one inode",
  });
  await plant(destination, {
    ...same,
    "extra": "extra",
    "extras/in": "in",
    "size": "long",
    "time": "time",
    "hidden": "old",
    "file-not-directory/in": "i",
    "directory-not-file": "d",
    "mode": "mode",
    "linked": "one inode",
    "link": "one inode",
  });
  await bash(
    `cd "$1"
ln linked link; ln -s here pointer; ln -s same alike
cd "$2"
ln -s there pointer; ln -s same alike
chmod 600 "$1/mode"; chmod 644 "$2/mode"
touch -h -d @1000 "$1"/* "$1"/sub/* "$2"/* "$2"/sub/* "$1"/*/in "$2"/*/in
touch -d @2000 "$2/time"
touch -d @1000 "$1/sub" "$2/sub" "$1" "$2"`,
    [source, destination],
  );
}

const DIFFERENCES = [
  "different directory directory-not-file",
  "different file file-not-directory",
  "different file link",
  "different file size",
  "different file time",
  "different symlink pointer",
  "extra directory extras",
  "extra file extra",
  "extra file extras/in",
  "extra file file-not-directory/in",
  "metadata file mode",
  "missing file directory-not-file/in",
  "missing file new",
  "missing file sub/new",
];

onGround("every difference is named, with its kind, and nothing is changed", async (g) => {
  await plantDifferences(g.source, g.destination);
  const before = await fingerprint(g.path);
  const found = await g.blit("check", "--json", "source/", "destination");
  assertCode(found, 3);
  assert.deepEqual(differences(found), DIFFERENCES);
  await assertUntouched(g.path, before);
}, { only: "linux" });

onGround("only --checksum sees another content behind the same size and time", async (g) => {
  await plant(g.source, { "hidden": "new", "touched": "same" });
  await plant(g.destination, { "hidden": "old", "touched": "same" });
  await setMtime(1000, `${g.source}/hidden`, `${g.destination}/hidden`, `${g.source}/touched`);
  await setMtime(2000, `${g.destination}/touched`, g.source, g.destination);
  const quick = await g.blit("check", "--json", "source/", "destination");
  assert.deepEqual(differences(quick), ["different file touched"]);
  const whole = await g.blit("check", "-c", "--json", "source/", "destination");
  assertCode(whole, 3);
  assert.deepEqual(differences(whole), ["different file hidden", "metadata file touched"]);
});

onGround(
  "a mirror is found to be the same, and the differences are what a mirror mends",
  async (g) => {
    await oddTree(g.source, g.backend.features);
    const all = g.backend.features.includes("xattrs") ? ["-a"] : [];
    assertCode(await g.blit("mirror", ...all, "-q", "source/", "destination"), 0);
    const same = await g.blit("check", ...all, "source/", "destination");
    assertCode(same, 0);
    assert.match(same.stdout, /^No difference: [\d,]+ entries compared in .*\n$/);
    assertCode(await g.blit("check", ...all, "-c", "source/", "destination"), 0);
  },
);

onGround("rsync finds the same entries to differ", async (g) => {
  requires("rsync");
  await plantDifferences(g.source, g.destination);
  const found = differences(await g.blit("check", "--json", "source/", "destination"));
  const { stdout } = await bash(
    `cd "$1"; rsync -aHn --delete --itemize-changes source/ destination/`,
    [g.path],
  ).then((stdout) => ({ stdout }));
  const theirs = stdout.trimEnd().split("\n").map((line) =>
    line.replace(/^\S+\s+/, "").replace(/ (->|=>) .*/, "").replace(/\/$/, "")
  );
  const ours = found.map((line) => line.split(" ").slice(2).join(" "));
  // rsync names a place that changes its kind twice: what goes and what comes.
  const names = theirs.map((name) => name === "linked" ? "link" : name);
  assert.deepEqual([...new Set(names)].sort(), ours.sort());
}, { only: "linux" });

onGround("filters choose what is compared, and a list of files brings no extras", async (g) => {
  await plantDifferences(g.source, g.destination);
  const args = ["--exclude", "*", "--json", "source/", "destination"];
  assert.deepEqual(differences(await g.blit("check", "--include", "/new", ...args)), [
    "missing file new",
  ]);
  await Deno.writeTextFile(`${g.path}/list`, "size\nsame\n");
  const listed = await g.blit("check", "--files-from", "list", "--json", "source/", "destination");
  assert.deepEqual(differences(listed), ["different file size"]);
});

onGround(
  "what cannot be read is told, the rest is compared, extras too, and the code is 2",
  async (g) => {
    await plant(g.source, { "closed/in": "in", "new": "new" });
    await plant(g.destination, { "closed/in": "in", "extra": "extra" });
    await bash(
      `touch -d @1000 "$1/closed/in" "$2/closed/in" "$1/closed" "$2/closed" "$1" "$2"
chmod 0 "$1/closed" "$2/closed"`,
      [g.source, g.destination],
    );
    const found = await g.blitWith({ asNobody: true }, "check", "source/", "destination");
    await bash(`chmod 755 "$1/closed" "$2/closed"`, [g.source, g.destination]);
    assertSentence(found, [2], /closed/);
    assert.match(
      found.stdout,
      /^missing {3}new\nextra {5}extra\n.*: 1 missing, 1 extra, .* failed\n/,
    );
  },
  { only: "linux", needs: ["nobody"], onlyLocal: true },
);

onGround("what cannot be compared is said", async (g) => {
  await plant(g.source, { "f": "f" });
  assertSentence(await g.blit("check", "nothing", "destination"), [1], /nothing.*does not exist/);
  assertSentence(await g.blit("check", "source"), [64], /Give one source and one destination/);
  assertSentence(await g.blit("check", "-n", "source/", "destination"), [64], /-n/);
  const absent = await g.blit("check", "source/", "destination");
  assertCode(absent, 3);
  assert.match(absent.stdout, /^missing {3}f$/m);
}, { onlyLocal: true });

onRemote("a check between hosts finds what one on this host finds", async (g) => {
  await plantDifferences(g.source, g.destination);
  const before = await fingerprint(g.path);
  const found = await g.blit("check", "--json", g.from(), g.to());
  assertCode(found, 3);
  assert.deepEqual(differences(found), DIFFERENCES);
  const whole = await g.blit("check", "-c", "--json", g.from(), g.to());
  assert.ok(differences(whole).includes("different file hidden"));
  await assertUntouched(g.path, before);
}, { directions: DIRECTIONS, transports: ["tcp"] });

onRemote("the odd tree is found to be the same on two hosts", async (g) => {
  await oddTree(g.source, OWN_BACKEND.features);
  assertCode(await g.blit("mirror", "-a", "-q", g.from(), g.to()), 0);
  assertCode(await g.blit("check", "-a", "-c", g.from(), g.to()), 0);
}, { directions: ["push", "pull"] });

onRemote("a read-only module can be checked", async (g) => {
  await plant(g.source, { "f": "f" });
  await plant(`${g.path}/module`, { "g": "g" });
  await setMtime(1000, g.source, `${g.path}/module`);
  await using daemon = await startDaemon({
    config: `[[module]]\nname = "m"\npath = "${g.path}/module"\nread_only = true\n`,
  });
  const found = await g.blit("check", "--json", "source/", daemon.module("m"));
  assert.deepEqual(differences(found), ["extra file g", "missing file f"]);
  assertSentence(await g.blit("mirror", "-n", "source/", daemon.module("m")), [1], /read-only/);
}, { directions: ["push"] });
