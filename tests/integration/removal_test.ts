import assert from "node:assert/strict";
import { nameOf } from "../../core/entry/mod.ts";
import { localRemovable, openRemoval } from "../../core/removal/mod.ts";
import { openSys } from "../../core/sys/mod.ts";
import { TransferError } from "../../mod.ts";
import {
  assertUntouched,
  type Backend,
  bash,
  eachBackend,
  fingerprint,
  flatTree,
  listTree,
  makePlace,
  mountBind,
  mountTmpfs,
  oddTree,
  plant,
  readTree,
  symlinkTo,
  unmet,
} from "../support/mod.ts";
import { isThere } from "../support/is_there.ts";
import { removeWith } from "./removal_work.ts";

/** What find calls the kinds. */
const KINDS: Readonly<Record<string, string>> = {
  f: "file",
  d: "directory",
  l: "symlink",
  p: "fifo",
  s: "socket",
  c: "character device",
  b: "block device",
};

eachBackend("a tree of all oddities goes, and is told entry by entry", async (backend) => {
  await using place = await makePlace("disk");
  const root = `${place.path}/tree`;
  await oddTree(root, backend.features);
  await plant(`${place.path}/outside`, { "a/b": "kept" });
  await Deno.symlink(`${place.path}/outside`, `${root}/links/outside`);
  const before = await fingerprint(`${place.path}/outside`);
  const listed = (await listTree(root)).map(({ path, type, size }) =>
    `${path} ${KINDS[type]} ${type === "f" ? size : 0}`
  ).sort();
  const dry = await removeWith(backend, root, { dryRun: true });
  assert.deepEqual(dry.failures, []);
  assert.equal((await listTree(root)).length, listed.length);
  const { removed, failures } = await removeWith(backend, root);
  assert.deepEqual(failures, []);
  assert.deepEqual([...removed].sort(), listed);
  assert.deepEqual(dry.removed.sort(), listed);
  assert.equal(removed.at(-1), " directory 0");
  assert.ok(!isThere(root));
  await assertUntouched(`${place.path}/outside`, before);
});

eachBackend("a directory goes after all that it holds", async (backend) => {
  await using place = await makePlace();
  await plant(`${place.path}/tree`, { "a/b/c/d": "1", "a/b/e": "2", "a/f": "3", "g/": null });
  const { removed } = await removeWith(backend, `${place.path}/tree/`);
  const paths = removed.map((line) => line.split(" ")[0] ?? "");
  for (const [at, path] of paths.entries()) {
    const above = path === "" ? undefined : path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    assert.ok(above === undefined || paths.indexOf(above) > at, paths.join(", "));
  }
  assert.equal(paths.length, 8);
});

eachBackend("single entries of every kind go, and links are not followed", async (backend) => {
  await using place = await makePlace();
  const { path } = place;
  await plant(path, { "file": "12345", "kept/file": "1", "link": symlinkTo("kept"), "dir/": null });
  await bash(`mkfifo "$1/fifo"`, [path]);
  const gone = async (name: string, recursive: boolean) =>
    (await removeWith(backend, `${path}/${name}`, { recursive })).removed;
  assert.deepEqual(await gone("file", false), [" file 5"]);
  assert.deepEqual(await gone("link", true), [" symlink 0"]);
  assert.deepEqual(await gone("fifo", false), [" fifo 0"]);
  assert.deepEqual(await gone("dir", true), [" directory 0"]);
  assert.deepEqual(await readTree(path), { "kept/": null, "kept/file": "1" });
});

eachBackend(
  "what is mounted below stays, with those above it, and the rest goes",
  async (backend) => {
    await using place = await makePlace();
    const { path } = place;
    await plant(`${path}/tree`, { "a/b/mount/": null, "a/c": "1", "d/e": "2" });
    await using mounted = await mountTmpfs(`${path}/tree/a/b/mount`, "size=1m");
    await plant(mounted.path, { "inside/file": "kept" });
    const dry = await removeWith(backend, `${path}/tree`, { dryRun: true });
    const real = await removeWith(backend, `${path}/tree`);
    for (const { removed, failures } of [dry, real]) {
      assert.deepEqual(removed.sort(), ["a/c file 1", "d directory 0", "d/e file 1"]);
      assert.equal(failures.length, 1);
      assert.equal(failures[0]?.code, "MOUNT_POINT");
      assert.equal(
        failures[0]?.message,
        `Cannot remove "${path}/tree/a/b/mount": something is mounted there; it stays, with what ` +
          "is in it.",
      );
    }
    assert.deepEqual(await readTree(`${path}/tree`), {
      "a/": null,
      "a/b/": null,
      "a/b/mount/": null,
      "a/b/mount/inside/": null,
      "a/b/mount/inside/file": "kept",
    });
    await assert.rejects(
      removeWith(backend, mounted.path),
      (error) => error instanceof TransferError && /something is mounted there/.test(error.message),
    );
  },
  { needs: ["mount"] },
);

eachBackend("a directory of the same disk that is mounted below stays too", async (backend) => {
  await using place = await makePlace();
  const { path } = place;
  await plant(path, { "home/file": "kept", "tree/a": "1" });
  await using _mounted = await mountBind(`${path}/home`, `${path}/tree/home`);
  const { removed, failures } = await removeWith(backend, `${path}/tree`);
  assert.deepEqual(removed, ["a file 1"]);
  assert.deepEqual(failures.map(({ code }) => code), ["MOUNT_POINT"]);
  assert.deepEqual(await readTree(`${path}/home`), { file: "kept" });
}, { needs: ["mount"], only: "linux" });

eachBackend(
  "what the system does not let go stays with a sentence, and the rest goes",
  async (backend) => {
    await using place = await makePlace("disk");
    const { path } = place;
    await plant(`${path}/tree`, { "a/stays": "1", "a/goes": "2", "b/goes": "3" });
    await plant(`${path}/other`, { "a/stays": "1", "a/goes": "2", "b/goes": "3" });
    const immutable = await bash(
      `chattr +i "$1/tree/a/stays" "$1/other/a/stays" 2>/dev/null && echo yes || echo no`,
      [path],
    );
    if (immutable.trim() !== "yes") return; // a file system without the attribute
    try {
      const { failures } = await removeWith(backend, `${path}/tree`);
      assert.deepEqual(failures.map(({ message }) => message), [
        `Cannot remove "${path}/tree/a/stays": operation not permitted.`,
      ]);
      await bash(`rm -r "$1/other" 2>/dev/null || true`, [path]);
      assert.deepEqual(await readTree(`${path}/tree`), await readTree(`${path}/other`));
    } finally {
      await bash(`chattr -i "$1/tree/a/stays" "$1/other/a/stays"`, [path]);
    }
  },
  { needs: ["root"] },
);

eachBackend("on a read-only file system every entry stays with a sentence", async (backend) => {
  await using place = await makePlace();
  const { path } = place;
  await plant(`${path}/real/tree`, { "a/b": "1", "c": "2" });
  await using mounted = await mountBind(`${path}/real`, `${path}/shown`, "ro");
  const { removed, failures } = await removeWith(backend, `${mounted.path}/tree`);
  assert.deepEqual(removed, []);
  assert.deepEqual(new Set(failures.map(({ code }) => code)), new Set(["EROFS"]));
  assert.deepEqual(failures.map(({ path }) => new TextDecoder().decode(path)).sort(), [
    `${mounted.path}/tree/a/b`,
    `${mounted.path}/tree/c`,
  ]);
  assert.equal((await listTree(`${path}/real/tree`)).length, 4);
}, { needs: ["mount"] });

eachBackend("what comes while a directory is emptied goes with it", async (backend) => {
  await using place = await makePlace();
  const root = `${place.path}/tree`;
  await flatTree(`${root}/sub`, 3000, 1);
  const { removed, failures } = await removeWith(backend, root, {
    between: (steps) => {
      if (steps === 1) Deno.writeTextFileSync(`${root}/sub/late`, "late");
    },
  });
  assert.deepEqual(failures, []);
  assert.ok(removed.includes("sub/late file 4"));
  assert.equal(removed.length, 3003);
  assert.ok(!isThere(root));
});

eachBackend("a directory moved away and a link in its place lead nowhere", async (backend) => {
  await using place = await makePlace();
  const { path } = place;
  const deep = "d/".repeat(200);
  const [above, middle] = [49, 50].map((levels) => "d/".repeat(levels).slice(0, -1));
  await plant(`${path}/outside/${deep}`, { "file": "kept" });
  // Where the directory is moved to, names are as where it was.
  const siblings = (when: string) =>
    Object.fromEntries([0, 1, 2].map((number) => [`${when}-${number}/file`, "1"]));
  await plant(`${path}/tree/${above}`, siblings("before"));
  await flatTree(`${path}/tree/${deep}`, 3000, 1);
  await plant(`${path}/tree/${above}`, siblings("after"));
  await plant(`${path}/elsewhere`, { ...siblings("before"), ...siblings("after"), "d/": null });
  const elsewhere = await readTree(`${path}/elsewhere`);
  const before = await fingerprint(`${path}/outside`);
  const { failures } = await removeWith(backend, `${path}/tree`, {
    between: (steps) => {
      if (steps !== 1) return;
      Deno.renameSync(`${path}/tree/${middle}`, `${path}/elsewhere/moved`);
      Deno.symlinkSync(`${path}/outside/${middle}`, `${path}/tree/${middle}`);
    },
  });
  assert.ok(failures.length > 0);
  await assertUntouched(`${path}/outside`, before);
  assert.ok(isThere(`${path}/tree/${middle}`));
  assert.ok(isThere(`${path}/elsewhere/moved`));
  await bash(`rm -r "$1/elsewhere/moved"`, [path]);
  assert.deepEqual(await readTree(`${path}/elsewhere`), elsewhere);
});

eachBackend("many files in one directory go", async (backend) => {
  const count = unmet(["soak"]) === undefined ? 1_000_000 : 20_000;
  await using place = await makePlace();
  await flatTree(`${place.path}/flat`, count, 0);
  const { removed, failures } = await removeWith(backend, `${place.path}/flat`);
  assert.deepEqual(failures, []);
  assert.equal(new Set(removed).size, count + 1);
  assert.deepEqual(await readTree(place.path), {});
});

eachBackend("ten thousand levels go with few descriptors", async (backend) => {
  await using place = await makePlace();
  await deepTree(backend, `${place.path}/deep`, 10_000);
  const { sys } = await openSys(backend.name);
  const before = descriptors();
  const rules = { recursive: true, dryRun: false };
  const work = openRemoval(sys, localRemovable(`${place.path}/deep`), rules);
  let [most, count] = [0, 0];
  for (let step = work.next(); step !== undefined; step = work.next()) {
    if (step.type === "failure") assert.fail(step.message.slice(-200));
    count += step.count;
    most = Math.max(most, descriptors());
  }
  work.close();
  sys.end();
  assert.equal(count, 10_000 + 100 + 1);
  assert.ok(most - before < 80, `${most - before} descriptors`);
  assert.deepEqual(await readTree(place.path), {});
}, { only: "linux" }); // no path as long is to be had where directories are not held

function descriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

async function deepTree(backend: Backend, path: string, levels: number): Promise<void> {
  const { sys } = await openSys(backend.name);
  Deno.mkdirSync(path);
  let held = sys.openRoot(nameOf(path));
  for (let level = 0; level < levels; level++) {
    if (level % 100 === 0) sys.close(sys.create(held, nameOf("file"), 0o600));
    assert.equal(sys.makeDirectory(held, nameOf("d"), 0o700), 0);
    const below = sys.openBeneath(held, nameOf("d"));
    sys.close(held);
    held = below;
  }
  sys.close(held);
  sys.end();
}

/** Removals that do not begin, with what they say. */
const REFUSED: readonly (readonly [string, boolean, 1 | 64, RegExp])[] = [
  ["/", true, 64, /"\/" is a root and is never removed\./],
  ["//", true, 64, /is a root/],
  [".", true, 64, /"\." ends with "\.": nothing is removed by that name/],
  ["..", true, 64, /"\.\." ends with "\.\."/],
  ["PLACE/dir/.", true, 64, /ends with "\."/],
  ["PLACE/dir/..", true, 64, /ends with "\.\."/],
  ["PLACE/dir/.//", true, 64, /ends with "\."/],
  ["/..", true, 64, /ends with "\.\."/],
  ["", true, 64, /A path is empty/],
  ["PLACE/missing", true, 1, /"PLACE\/missing" does not exist\./],
  ["PLACE/missing/below", true, 1, /does not exist\./],
  ["PLACE/file/below", true, 1, /Cannot remove "PLACE\/file\/below": not a directory\./],
  ["PLACE/file/", true, 1, /Cannot remove "PLACE\/file\/": it is not a directory/],
  ["PLACE/link/", true, 1, /Cannot remove "PLACE\/link\/": it is a symbolic link/],
  ["PLACE/dir", false, 1, /Cannot remove "PLACE\/dir": it is a directory/],
  ["PLACE/dir/", false, 1, /Cannot remove "PLACE\/dir\/": it is a directory/],
];

eachBackend("what must not go is refused before anything goes", async (backend) => {
  await using place = await makePlace();
  const { path } = place;
  await plant(path, { "dir/file": "1", "file": "1", "link": symlinkTo("dir") });
  const before = await fingerprint(path);
  for (const [given, recursive, exitCode, words] of REFUSED) {
    const named = given.replace("PLACE", path);
    await assert.rejects(removeWith(backend, named, { recursive }), (error) => {
      assert.ok(error instanceof TransferError, `${given}: ${error}`);
      assert.match(error.message.replaceAll(path, "PLACE"), words);
      assert.equal(error.exitCode, exitCode, given);
      return true;
    });
  }
  await assertUntouched(path, before);
});
