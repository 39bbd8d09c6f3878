import assert from "node:assert/strict";
import {
  bash,
  bigFile,
  compareTrees,
  eachBackend,
  fingerprint,
  listTree,
  makeImage,
  makePlace,
  mountBind,
  mountImage,
  mountTmpfs,
  oddTree,
  plant,
  readTree,
  requires,
  ROOT_FEATURES,
  run,
  symlinkTo,
  unmet,
} from "./mod.ts";

// These check the oracles themselves: a comparison that cannot fail proves nothing.

const ODD = [
  "bytes",
  "xattrs",
  "acls",
  "sparse",
  "socket",
  "fifo",
  "odd-links",
  "early-links",
] as const;
const FEATURES = [...ODD, ...ROOT_FEATURES];

Deno.test("a tree that rsync copied compares as the same, every oddity included", async () => {
  for (const medium of ["memory", "disk"] as const) {
    await using place = await makePlace(medium);
    const [a, b] = [`${place.path}/a`, `${place.path}/b`];
    await oddTree(a, FEATURES);
    await run("rsync", ["-aHAXS", "--modify-window=-1", `${a}/`, `${b}/`]);
    // rsync -S makes a hole of the zeros that were written.
    await bash(
      `head -c 262144 /dev/zero >"$2/sparse/written-zeros"
      touch -r "$1/sparse/written-zeros" "$2/sparse/written-zeros"
      touch -r "$1/special" "$2/special"`,
      [a, b],
    );
    // rsync takes the nanoseconds along, so find must agree to the last one.
    await compareTrees(a, b);
  }
});

Deno.test("the comparison sees every single change to a tree", async () => {
  await using place = await makePlace("disk");
  const [a, b] = [`${place.path}/a`, `${place.path}/b`];
  const changes: Record<string, string> = {
    "content, size and time kept": `f=sizes/4096; touch -r $f /tmp/$$.t; printf x | dd of=$f ` +
      `conv=notrunc status=none; touch -r /tmp/$$.t $f; rm /tmp/$$.t`,
    "mode": "chmod 0640 modes/0600",
    "setuid bit": "chmod 0755 modes/4755",
    "mtime by a nanosecond": "touch -d @1700000000.000000002 times/one-ns",
    "mtime of a link": "touch -h -d @1 times/link-epoch",
    "mtime of a directory": "touch -d @1 empty-directory",
    "link target": "ln -sfn elsewhere links/dangling; touch -h -r links/itself links/dangling",
    "hard link broken": "cp -a hard/m hard/m2; mv hard/m2 hard/m",
    "hole filled": "fallocate -l 8M sparse/all-hole; touch -r ../a/sparse/all-hole sparse/all-hole",
    "xattr value": "setfattr -n user.plain -v other xattrs/file",
    "xattr gone": "setfattr -x user.directory xattrs/directory",
    "acl": "setfacl -m u:1234:r acls/file",
    "default acl": "setfacl -k acls/default",
    "extra": "mkdir empty-directory/extra; touch -r ../a/empty-directory empty-directory",
    "missing": "rm names/-dash; touch -r ../a/names names",
    "fifo for a file": "rm special/fifo; touch special/fifo; touch -r ../a/special special",
  };
  await oddTree(a, ["sparse", "xattrs", "acls", "fifo"]);
  for (const [what, script] of Object.entries(changes)) {
    await bash(`rm -rf "$2"; cp -a "$1" "$2"; cd "$2"; ${script}`, [a, b]);
    await assert.rejects(compareTrees(a, b), Error, `did not see: ${what}`);
  }
});

Deno.test("the comparison reads paths past PATH_MAX through tar", async () => {
  await using place = await makePlace();
  const [a, b] = [`${place.path}/a`, `${place.path}/b`];
  for (const tree of [a, b]) {
    await bash(
      `mkdir "$1"; cd "$1"; for _ in {1..24}; do
        mkdir "$2"; cd "./$2"; echo file >file
      done; find "$1" -depth -execdir touch -d @1000 {} +`,
      [tree, "d".repeat(200)],
    );
  }
  await compareTrees(a, b, { rsync: false });
  const deepest = (await listTree(a)).reduce((most, { path }) => Math.max(most, path.length), 0);
  assert.ok(deepest > 4096, `deepest path has ${deepest} bytes`);
  await bash(
    `find "$1" -mindepth 24 -type f -execdir bash -c 'echo wile >file; touch -d @1000 file' \\;`,
    [b],
  );
  await assert.rejects(compareTrees(a, b, { rsync: false }));
});

Deno.test("a fingerprint tells a tree that was touched from one that was not", async () => {
  await using place = await makePlace();
  await plant(place.path, { "a/b": "content" });
  const before = await fingerprint(place.path);
  assert.equal(await fingerprint(place.path), before);
  await bash(`cd "$1"; touch -r a/b t; echo content >a/b; touch -r t a/b; rm t`, [place.path]);
  assert.notEqual(await fingerprint(place.path), before);
});

Deno.test("a planted tree reads back as it was written", async () => {
  await using place = await makePlace();
  const tree = { "a/": null, "a/b": "text", "empty/": null, "link": symlinkTo("a/b") };
  await plant(place.path, tree);
  assert.deepEqual(await readTree(place.path), tree);
});

Deno.test("big files differ by seed and within themselves", async () => {
  await using place = await makePlace();
  await bigFile(`${place.path}/a`, 200_001, 1);
  await bigFile(`${place.path}/b`, 200_001, 2);
  const [a, b] = [Deno.readFileSync(`${place.path}/a`), Deno.readFileSync(`${place.path}/b`)];
  assert.equal(a.length, 200_001);
  assert.notDeepEqual(a, b);
  assert.notDeepEqual(a.subarray(0, 65536), a.subarray(65536, 131072));
});

Deno.test("a missing tool is named with the command that installs it", () => {
  assert.throws(() => requires("blit-no-such-tool"), /apt-get install blit-no-such-tool/);
});

Deno.test({
  name: "mounts and their loop devices are gone afterwards",
  ignore: unmet(["loop"]) !== undefined,
  fn: async () => {
    await using place = await makePlace("disk");
    {
      await using small = await mountTmpfs(`${place.path}/small`, "size=1m");
      await using bind = await mountBind(small.path, `${place.path}/bind`, "ro");
      await Deno.writeTextFile(`${small.path}/file`, "x");
      await assert.rejects(Deno.writeTextFile(`${bind.path}/file`, "y"), /Read-only/);
      await makeImage("ext4", `${place.path}/image`);
      await using image = await mountImage(`${place.path}/image`, `${place.path}/ext4`);
      await Deno.writeTextFile(`${image.path}/file`, "x");
    }
    assert.doesNotMatch(Deno.readTextFileSync("/proc/mounts"), new RegExp(place.path));
    assert.doesNotMatch(await run("losetup", ["--list"]), new RegExp(place.path));
  },
});

eachBackend("each backend is named in the environment", (backend) => {
  assert.equal(backend.env.BLIT_SYS, backend.name === "portable" ? "portable" : "");
  return Promise.resolve();
});
