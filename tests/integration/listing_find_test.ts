import assert from "node:assert/strict";
import type { FindOptions, ListedEntry } from "../../core/listing/mod.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import {
  type Backend,
  bash,
  flatTree,
  oddTree,
  onGround,
  plant,
  symlinkTo,
} from "../support/mod.ts";
import { asNobody, BIG_TREE, bytesOf, find, latin1, said } from "./listing_ground.ts";

const FIELDS = ["%P", "%y", "%s", "%b", "%m", "%U", "%G", "%n", "%T@", "%l"];
const LETTERS: Readonly<Record<string, string>> = {
  f: "file",
  d: "directory",
  l: "symlink",
  p: "fifo",
  s: "socket",
  c: "character device",
  b: "block device",
};
const MS = 1_000_000;

interface Facts {
  readonly path: string;
  readonly facts: string;
}

function byPath(one: Facts, other: Facts): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}

function factsOf(entry: ListedEntry): Facts {
  const path = latin1(entry.path);
  const target = entry.target === undefined ? "" : latin1(entry.target);
  const { kind, size, allocated, mode, uid, gid, links, mtimeSeconds, mtimeNanoseconds } = entry;
  const time = `${mtimeSeconds}+${mtimeNanoseconds}`;
  const facts = [kind, size, allocated, mode, uid, gid, links, time, target].join(" ");
  return { path, facts };
}

/** A time as the backend tells it: Deno's Date is in milliseconds, rounded towards 1970. */
function timeOf(backend: Backend, seconds: number, nanoseconds: number): string {
  if (backend.name === "linux") return `${seconds}+${nanoseconds}`;
  const round = seconds < 0 ? Math.ceil : Math.floor;
  const milliseconds = seconds * 1000 + round(nanoseconds / MS);
  const whole = Math.floor(milliseconds / 1000);
  return `${whole}+${(milliseconds - whole * 1000) * MS}`;
}

/** What GNU find says of everything below a directory, itself included. */
async function gnuFacts(backend: Backend, root: string): Promise<Facts[]> {
  const text = await said("find", [root, "-printf", FIELDS.map((field) => `${field}\\0`).join("")]);
  const fields = text.split("\0");
  const facts: Facts[] = [];
  for (let at = 0; at + FIELDS.length < fields.length; at += FIELDS.length) {
    const [path = "", type = "", size, blocks, mode = "", uid, gid, links, time = "", target] =
      fields.slice(at, at + FIELDS.length);
    const [seconds = "", fraction = ""] = time.split(".");
    const nanoseconds = Number(fraction.slice(0, 9));
    const allocated = Number(blocks) * 512;
    const numbers = [size, allocated, parseInt(mode, 8), uid, gid, links].join(" ");
    facts.push({
      path,
      facts: `${LETTERS[type]} ${numbers} ${
        timeOf(backend, Number(seconds), nanoseconds)
      } ${target}`,
    });
  }
  return facts.sort(byPath);
}

onGround("find gives every entry of an odd tree, number by number as GNU find", async (g) => {
  const features = g.backend.name === "linux"
    ? [...g.backend.features, "deep" as const, "odd-links" as const]
    : g.backend.features;
  await oddTree(g.source, features);
  const expected = await gnuFacts(g.backend, g.source);
  const { rows, failures } = await find(g.backend, g.source, { targets: true });
  assert.deepEqual(failures, []);
  assert.ok(expected.length > 100);
  assert.deepEqual(rows.map(factsOf).sort(byPath), expected);
}, { on: "disk" });

onGround("find agrees with GNU find on a big tree", async (g) => {
  const { rows, failures } = await find(g.backend, BIG_TREE, { targets: true });
  assert.deepEqual(failures, []);
  assert.deepEqual(rows.map(factsOf).sort(byPath), await gnuFacts(g.backend, BIG_TREE));
});

onGround("find gives a directory before what is below it", async (g) => {
  await oddTree(g.source, []);
  const seen = new Set<string>();
  for (const { path } of (await find(g.backend, g.source)).rows) {
    const text = latin1(path);
    const above = text.lastIndexOf("/");
    if (text !== "") assert.ok(seen.has(above < 0 ? "" : text.slice(0, above)), text);
    seen.add(text);
  }
});

/** What is asked of both, GNU's in its words. */
const QUESTIONS: readonly (readonly [options: FindOptions, ...gnu: string[]])[] = [
  [{ names: ["*e*"] }, "-name", "*e*"],
  [{ names: ["[0-9]*", "link-*"] }, "(", "-name", "[0-9]*", "-o", "-name", "link-*", ")"],
  [{ names: ["\\*"] }, "-name", "\\*"],
  [{ names: ["[[]a[]]", "..*"] }, "(", "-name", "[[]a[]]", "-o", "-name", "..*", ")"],
  [{ names: ["*FIRST*"], ignoreCase: true }, "-iname", "*FIRST*"],
  [{ names: ["?"] }, "-name", "?"],
  [{ kinds: ["symlink"] }, "-type", "l"],
  [{ kinds: ["directory", "symlink"] }, "-type", "d,l"],
  [{ minSize: 4096 }, "-type", "f", "-size", "+4095c"],
  [{ maxSize: 4096 }, "-type", "f", "-size", "-4097c"],
  [{ minSize: 1, maxSize: 262144 }, "-type", "f", "-size", "+0c", "-size", "-262145c"],
  [{ maxDepth: 0 }, "-maxdepth", "0"],
  [{ maxDepth: 1 }, "-maxdepth", "1"],
  [
    { maxDepth: 2, kinds: ["file"], names: ["*1*"] },
    "-maxdepth",
    "2",
    "-type",
    "f",
    "-name",
    "*1*",
  ],
  [{ minAge: 86400 * 365 }, "!", "-newermt", "1 year ago"],
  [{ maxAge: 86400 * 365 }, "-newermt", "1 year ago"],
];

onGround("find asks what GNU find asks, with stats and without", async (g) => {
  await oddTree(g.source, g.backend.features);
  for (const [options, ...gnu] of QUESTIONS) {
    const text = await said("find", [g.source, ...gnu, "-printf", "%P\\0"]);
    const expected = text.split("\0").slice(0, -1).sort();
    for (const pathsOnly of [false, true]) {
      const { rows, failures } = await find(g.backend, g.source, { ...options, pathsOnly });
      assert.deepEqual(failures, []);
      const found = rows.map(({ path }) => latin1(path)).sort();
      assert.deepEqual(found, expected, `${JSON.stringify(options)} ${pathsOnly}`);
    }
  }
});

onGround("find matches paths from the endpoint on, whose slashes a star matches", async (g) => {
  await plant(g.source, { "a/b/c.txt": "", "a/c.txt": "", "c.txt": "", "d/e.md": "" });
  const paths = async (options: FindOptions): Promise<string[]> =>
    (await find(g.backend, g.source, options)).rows.map(({ path }) => latin1(path)).sort();
  assert.deepEqual(await paths({ paths: ["*c.txt"] }), ["a/b/c.txt", "a/c.txt", "c.txt"]);
  assert.deepEqual(await paths({ paths: ["a/*.txt"] }), ["a/b/c.txt", "a/c.txt"]);
  assert.deepEqual(await paths({ paths: ["A/?/*", "d"], ignoreCase: true }), ["a/b/c.txt", "d"]);
  assert.deepEqual(await paths({ paths: [bytesOf("d*")] }), ["d", "d/e.md"]);
  assert.deepEqual(await paths({ regex: "^a/.*[.]txt$" }), ["a/b/c.txt", "a/c.txt"]);
  assert.deepEqual(await paths({ regex: "^D", ignoreCase: true }), ["d", "d/e.md"]);
  assert.deepEqual(await paths({ regex: "b/|e", names: ["*.*"] }), ["a/b/c.txt", "d/e.md"]);
  assert.deepEqual(await paths({ names: ["source"] }), [""]);
});

onGround("find ends after as many as were wanted", async (g) => {
  await flatTree(g.source, 3000, 1);
  for (const limit of [0, 1, 1024, 1025, 5000]) {
    const { rows } = await find(g.backend, g.source, { limit, pathsOnly: true });
    assert.equal(rows.length, Math.min(limit, 3001));
  }
  const { rows } = await find(g.backend, g.source, { limit: 7, names: ["*9"], kinds: ["file"] });
  assert.equal(rows.length, 7);
});

onGround("find takes what is no directory, and a link, for what it is", async (g) => {
  await plant(g.source, { "d/f": "12345", "link": symlinkTo("d"), "dangling": symlinkTo("no") });
  const [file, ...others] = (await find(g.backend, `${g.source}/d/f`)).rows;
  assert.deepEqual([file?.kind, file?.size, file?.path.length, others.length], ["file", 5, 0, 0]);
  for (const name of ["link", "dangling"]) {
    const { rows } = await find(g.backend, `${g.source}/${name}`, { targets: true });
    assert.deepEqual(rows.map(({ kind }) => kind), ["symlink"]);
    assert.equal(latin1(rows[0]?.target ?? new Uint8Array()), name === "link" ? "d" : "no");
  }
  const followed = (await find(g.backend, `${g.source}/link/`)).rows;
  assert.deepEqual(followed.map(({ path }) => latin1(path)).sort(), ["", "f"]);
});

onGround("find follows no link below the endpoint", async (g) => {
  await plant(g.source, { "a/up": symlinkTo(".."), "a/out": symlinkTo("/"), "b": symlinkTo("a") });
  const { rows } = await find(g.backend, g.source);
  assert.deepEqual(rows.map(({ path }) => latin1(path)).sort(), ["", "a", "a/out", "a/up", "b"]);
});

onGround("find tells which directories it cannot read, and goes on", async (g) => {
  await plant(g.source, { "a/f": "", "locked/g": "", "locked/h/i": "", "named/f": "", "z/f": "" });
  await bash(`chmod 755 "$1"; chmod 000 "$1/locked"; chmod 744 "$1/named"`, [g.source]);
  const walk = (options: FindOptions) => asNobody(() => find(g.backend, g.source, options));
  const { rows, failures } = await walk({ pathsOnly: true });
  const paths = ["", "a", "a/f", "locked", "named", "named/f", "z", "z/f"];
  assert.deepEqual(rows.map(({ path }) => latin1(path)).sort(), paths);
  assert.deepEqual(failures.map(({ code }) => code), ["EACCES"]);
  const [failure] = failures;
  assert.match(
    failure?.message ?? "",
    /^Cannot (open|list) ".*\/source\/locked": permission denied\.$/,
  );
  assert.equal(latin1(failure?.path ?? new Uint8Array()), `${g.source}/locked`);
  // What may be named and not looked at has no size to tell.
  const exact = await walk({});
  assert.equal(exact.failures.length, 2);
  assert.equal(exact.rows.length, paths.length - 1);
}, { needs: ["root"] });

onGround("find refuses what is not there, or cannot be read, or means nothing", async (g) => {
  await plant(g.source, { "f": "", "locked/f": "" });
  await bash(`chmod 755 "$1"; chmod 000 "$1/locked"`, [g.source]);
  const refused = (path: string, code: string, message: RegExp, options: FindOptions = {}) =>
    assert.rejects(asNobody(() => find(g.backend, path, options)), (error) => {
      assert.ok(error instanceof TransferError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  await refused(`${g.source}/no`, "path-missing", /^".*\/source\/no" does not exist\.$/);
  await refused(`${g.source}/no/f`, "path-missing", /^".*\/source\/no\/f" does not exist\.$/);
  await refused(`${g.source}/f/`, "ENOTDIR", /^Cannot open ".*\/source\/f\/": not a directory\.$/);
  await refused(`${g.source}/locked`, "EACCES", /^Cannot open .*\/locked": permission denied\.$/);
  await refused(
    `${g.source}/locked/`,
    "EACCES",
    /^Cannot open .*\/locked\/": permission denied\.$/,
  );
  await refused(`${g.source}/locked/f`, "EACCES", /permission denied/);
  await refused(g.source, "regex", /broken at character 2/, { regex: "a(" });
  await refused(g.source, "find-options", /^limit is -1, /, { limit: -1 });
}, { needs: ["root"] });
