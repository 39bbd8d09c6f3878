import assert from "node:assert/strict";
import type { UsageOptions } from "../../core/listing/mod.ts";
import { type Backend, bash, flatTree, oddTree, onGround, plant } from "../support/mod.ts";
import { asNobody, BIG_TREE, latin1, said, usage, type Walked } from "./listing_ground.ts";

/** What GNU du says, by path relative to `root`. */
async function gnuDu(
  root: string,
  args: readonly string[],
  codes?: readonly number[],
): Promise<Map<string, number>> {
  const text = await said("du", ["-0", ...args, root], codes);
  const sums = new Map<string, number>();
  for (const line of text.split("\0").slice(0, -1)) {
    const tab = line.indexOf("\t");
    const path = line.slice(tab + 1);
    sums.set(path === root ? "" : path.slice(root.length + 1), Number(line.slice(0, tab)));
  }
  return sums;
}

/** Sums by path. */
function sums(
  { rows }: Walked<{ path: Uint8Array; size: number; allocated: number }>,
  which: "size" | "allocated",
): Map<string, number> {
  return new Map(rows.map((row) => [latin1(row.path), row[which]]));
}

function sorted(map: ReadonlyMap<string, number>): [string, number][] {
  return [...map].sort(([one], [other]) => one < other ? -1 : one > other ? 1 : 0);
}

async function agree(
  backend: Backend,
  root: string,
  options: UsageOptions,
  ...gnu: readonly string[]
): Promise<number> {
  const walked = await usage(backend, root, options);
  assert.deepEqual(walked.failures, []);
  const bytes = await gnuDu(root, ["--bytes", ...gnu]);
  assert.deepEqual(sorted(sums(walked, "size")), sorted(bytes));
  const blocks = await gnuDu(root, ["-B1", ...gnu]);
  assert.deepEqual(sorted(sums(walked, "allocated")), sorted(blocks));
  return walked.rows.length;
}

onGround("du adds up an odd tree as GNU du does, in bytes and on disk", async (g) => {
  const features = g.backend.name === "linux"
    ? [...g.backend.features, "deep" as const]
    : g.backend.features;
  await oddTree(g.source, features);
  // A file with links in several directories counts in whichever is walked first: a test of its
  // own looks at the total.
  await bash('rm -r "$1/hard" "$1"/sparse/linked', [g.source]);
  assert.ok(await agree(g.backend, g.source, { all: true }, "-a") > 100);
  await agree(g.backend, g.source, {});
  await agree(g.backend, g.source, { maxDepth: 0 }, "-d0");
  await agree(g.backend, g.source, { maxDepth: 1 }, "-d1");
  await agree(g.backend, g.source, { maxDepth: 2, all: true }, "-d2", "-a");
  await agree(g.backend, `${g.source}/sizes/4097`, {});
}, { on: "disk" });

onGround("du counts an inode with several links once", async (g) => {
  await oddTree(g.source, g.backend.name === "linux" ? ["odd-links"] : []);
  await agree(g.backend, g.source, { maxDepth: 0 }, "-s");
  await agree(g.backend, `${g.source}/hard`, { maxDepth: 0 }, "-s");
  const { rows } = await usage(g.backend, `${g.source}/hard`, { all: true });
  const names = rows.map(({ path }) => latin1(path).replace(/^.*\//, ""));
  assert.equal(names.filter((name) => ["m", "first", "third"].includes(name)).length, 1);
  const entries = await said("find", [`${g.source}/hard`, "-printf", "%i\\n"]);
  assert.equal(rows.at(-1)?.entries, new Set(entries.trim().split("\n")).size);
}, { on: "disk" });

onGround("du knows thousands of inodes again", async (g) => {
  await flatTree(`${g.source}/a`, 5000, 3);
  await bash('cp -al "$1/a" "$1/b" && cp -al "$1/a" "$1/c"', [g.source]);
  await agree(g.backend, g.source, { maxDepth: 0 }, "-s");
  const { rows } = await usage(g.backend, g.source, { maxDepth: 0 });
  assert.equal(rows[0]?.entries, 5004);
});

onGround("du gives a directory after all that is below it, and the endpoint last", async (g) => {
  await plant(g.source, { "a/b/c/f": "1", "a/f": "22", "d/": null, "g": "333" });
  const { rows } = await usage(g.backend, g.source, { all: true });
  const paths = rows.map(({ path }) => latin1(path));
  assert.equal(paths.at(-1), "");
  assert.deepEqual(new Set(paths).size, 8);
  for (const [at, path] of paths.entries()) {
    const above = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    if (path !== "") assert.ok(paths.indexOf(above) > at, path);
  }
  assert.deepEqual(rows.at(-1)?.entries, 8);
});

onGround("du agrees with GNU du on a big tree", async (g) => {
  assert.ok(await agree(g.backend, BIG_TREE, {}) > 100);
});

onGround("du counts a directory that it cannot read for what it takes itself", async (g) => {
  await plant(g.source, { "a/f": "12345", "locked/g": "12345", "z/f": "12345" });
  await bash(`chmod 755 "$1"; chmod 000 "$1/locked"`, [g.source]);
  const walked = await asNobody(() => usage(g.backend, g.source));
  assert.deepEqual(walked.failures.map(({ code }) => code), ["EACCES"]);
  assert.match(walked.failures[0]?.message ?? "", /\/source\/locked": permission denied\.$/);
  await bash(`rm "$1/locked/g"`, [g.source]);
  assert.deepEqual(sorted(sums(walked, "size")), sorted(await gnuDu(g.source, ["--bytes"])));
}, { needs: ["root"], on: "disk" });
