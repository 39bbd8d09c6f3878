import assert from "node:assert/strict";
import { parseLocalPath } from "../../core/endpoint/local_path.ts";
import { nameOf } from "../../core/entry/mod.ts";
import { type ListingFailure, localStart, openFind, openListing } from "../../core/listing/mod.ts";
import { type Name, openSys } from "../../core/sys/mod.ts";
import { flatTree, type Ground, oddTree, onGround, plant, symlinkTo } from "../support/mod.ts";
import {
  BIG_TREE,
  latin1,
  list,
  said,
  type Section,
  sections,
  usage,
  type Walked,
} from "./listing_ground.ts";

/** What `ls -R` shows: directories with their names, in its order. */
async function lsRecursive(root: string): Promise<Section[]> {
  const text = await said("ls", ["-RA1", "--zero", root]);
  const found: { directory: string; names: string[] }[] = [];
  // A heading ends with ":\n", a name with a NUL, and a line break stands before a heading.
  for (let at = 0; at < text.length;) {
    const names: string[] = [];
    const colon = text.indexOf(":\n", at);
    found.push({ directory: text.slice(at + root.length + 1, colon), names });
    for (at = colon + 2; at < text.length && text[at] !== "\n";) {
      const end = text.indexOf("\0", at);
      names.push(text.slice(at, end));
      at = end + 1;
    }
    at++;
  }
  return found;
}

onGround("a recursive list is what ls -R shows, directory by directory", async (g) => {
  await oddTree(g.source, g.backend.features);
  for (const root of [g.source, BIG_TREE]) {
    const found = await sections(g.backend, root, { recursive: true, pathsOnly: true });
    assert.deepEqual(found, await lsRecursive(root));
  }
}, { on: "disk" });

onGround("a list is of one directory, its heading first", async (g) => {
  await oddTree(g.source, []);
  const { rows, failures } = await list(g.backend, `${g.source}/links`, { targets: true });
  assert.deepEqual(failures, []);
  assert.deepEqual([rows[0]?.path, rows[0]?.entry], ["", undefined]);
  const names = (await said("ls", ["-A1", `${g.source}/links`])).trim().split("\n");
  assert.deepEqual(rows.slice(1).map(({ path }) => path).sort(), names);
  for (const { path, entry } of rows.slice(1)) {
    assert.equal(
      latin1(entry?.target ?? new Uint8Array()),
      Deno.readLinkSync(`${g.source}/links/${path}`),
    );
  }
});

onGround("a list of what is no directory is one row", async (g) => {
  await plant(g.source, { "f": "12345", "d/g": "", "to-d": symlinkTo("d"), "no": symlinkTo("x") });
  const kinds = async (name: string, follows: boolean) =>
    (await list(g.backend, `${g.source}/${name}`, {}, follows)).rows
      .map(({ path, entry }) => `${path}:${entry?.kind ?? "heading"}`);
  assert.deepEqual(await kinds("f", true), [":file"]);
  assert.deepEqual(await kinds("to-d", true), [":heading", "g:file"]);
  assert.deepEqual(await kinds("to-d", false), [":symlink"]);
  assert.deepEqual(await kinds("to-d/", false), [":heading", "g:file"]);
  assert.deepEqual(await kinds("no", true), [":symlink"]);
});

onGround("a list of an empty directory is its heading", async (g) => {
  await plant(g.source, { "empty/": null });
  const found = await sections(g.backend, g.source, { recursive: true });
  assert.deepEqual(found, [{ directory: "", names: ["empty"] }, { directory: "empty", names: [] }]);
});

/** A chain of directories `a`, each with an empty `b` and `z` beside it. */
async function chain(root: string, levels: number): Promise<void> {
  const { sys } = await openSys("linux");
  const [a, b, z] = ["a", "b", "z"].map(nameOf) as [Name, Name, Name];
  await Deno.mkdir(root);
  let held = sys.openRoot(nameOf(root));
  for (let level = 0; level < levels; level++) {
    for (const name of [a, b, z]) assert.equal(sys.makeDirectory(held, name, 0o755), 0);
    const next = sys.openBeneath(held, a);
    assert.ok(next >= 0);
    sys.close(held);
    held = next;
  }
  sys.close(held);
  sys.end();
}

onGround("walks pass ten thousand levels with a few handles, and come back", async (g) => {
  const levels = 10_000;
  await chain(g.source, levels);
  const { sys } = await openSys(g.backend.name);
  const before = [...Deno.readDirSync("/proc/self/fd")].length;
  const work = openFind(sys, localStart(parseLocalPath(g.source)), { names: ["z"] });
  let found = 0;
  for (let step = work.next(); step !== undefined; step = work.next()) {
    assert.ok(step.type === "listing", "nothing fails");
    found += step.count;
    assert.ok([...Deno.readDirSync("/proc/self/fd")].length - before < 100);
  }
  work.close();
  sys.end();
  assert.equal(found, levels);
  const sums = await usage(g.backend, g.source, { maxDepth: 0 });
  assert.deepEqual(sums.failures, []);
  assert.equal(sums.rows[0]?.entries, 3 * levels + 1);
}, { only: "linux" }); // the portable backend has paths, which end at PATH_MAX

/** Begins a recursive list, does something once the directory `until` is at hand, and ends it. */
async function interrupted(
  g: Ground,
  until: string,
  meanwhile: () => Promise<void>,
): Promise<Walked<string>> {
  const { sys } = await openSys(g.backend.name);
  const work = openListing(sys, localStart(parseLocalPath(g.source)), { recursive: true });
  const rows: string[] = [];
  const failures: ListingFailure[] = [];
  let isDone = false;
  for (let step = work.next(); step !== undefined; step = work.next()) {
    if (step.type === "failure") {
      failures.push(step);
      continue;
    }
    for (let row = 0; row < step.count; row++) rows.push(latin1(step.paths.view(row)));
    if (!isDone && rows.some((path) => path.startsWith(until))) {
      await meanwhile();
      isDone = true;
    }
  }
  work.close();
  sys.end();
  return { rows, failures };
}

onGround("a walk is not led through a link that takes a directory's place", async (g) => {
  await plant(g.path, { "outside/secret": "", "source/a/z/f": "", "source/z/g": "" });
  await flatTree(`${g.source}/a/m`, 3000, 1);
  const { rows, failures } = await interrupted(g, "a/m/file", async () => {
    for (const directory of ["a/z", "z"]) {
      await Deno.rename(`${g.source}/${directory}`, `${g.path}/was-${directory.length}`);
      await Deno.symlink(`${g.path}/outside`, `${g.source}/${directory}`);
    }
  });
  assert.equal(rows.some((path) => path.includes("secret")), false);
  assert.equal(rows.filter((path) => path.startsWith("a/m/")).length, 3000);
  assert.deepEqual(failures.map(({ path }) => latin1(path).slice(g.source.length)), ["/a/z", "/z"]);
  for (const { code } of failures) assert.match(code, /^(ENOTDIR|ELOOP)$/);
});

onGround("a walk deep in a directory that is moved away goes on where it was", async (g) => {
  await chain(g.source, 150);
  const bottom = `${g.source}/${"a/".repeat(150)}`;
  await flatTree(`${bottom}m`, 3000, 1);
  await plant(g.path, { "elsewhere/secret": "", "elsewhere/z/secret": "" });
  const { rows, failures } = await interrupted(g, `${"a/".repeat(150)}m/`, async () => {
    await Deno.rename(`${g.source}/${"a/".repeat(5)}`, `${g.path}/elsewhere/moved`);
  });
  assert.deepEqual(failures, []);
  assert.equal(rows.some((path) => path.includes("secret")), false);
  // Each directory stands as an entry and as a heading.
  assert.equal(rows.filter((path) => path.endsWith("z")).length, 300);
  assert.equal(rows.filter((path) => path.includes("/m/")).length, 3000);
}, { only: "linux" }); // the portable backend has paths, and they have changed

onGround("all rows pass through one chunk of 1,024", async (g) => {
  await flatTree(g.source, 5000, 0);
  const { sys } = await openSys(g.backend.name);
  const work = openListing(sys, localStart(parseLocalPath(g.source)), { pathsOnly: true });
  const chunks = new Set<unknown>();
  let count = 0;
  for (let step = work.next(); step !== undefined; step = work.next()) {
    assert.ok(step.type === "listing");
    chunks.add(step);
    count += step.count;
    assert.ok(step.count <= 1024);
  }
  work.close();
  sys.end();
  assert.equal(chunks.size, 1);
  assert.equal(count, 5001);
});
