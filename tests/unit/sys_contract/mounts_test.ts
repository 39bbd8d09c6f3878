import assert from "node:assert/strict";
import { nameOf, StatTable } from "../../../core/entry/mod.ts";
import type { Sys } from "../../../core/sys/mod.ts";
import { unmet } from "../../support/host.ts";
import { makePlace, mountBind, mountSpelling, mountTmpfs, plant, run } from "../../support/mod.ts";
import { contract, fails, ok, put, row } from "./ground.ts";

const SCRIPT = new URL("../../support/without_openat2.ts", import.meta.url).pathname;
const missing = unmet(["mount"]);

contract(
  "openBeneath with sameMount opens nothing that is mounted",
  async ({ sys, root, path }) => {
    Deno.mkdirSync(`${path}/a/b`, { recursive: true });
    await using _mounted = await mountTmpfs(`${path}/mount`, "size=1m");
    Deno.mkdirSync(`${path}/mount/c`);
    for (const name of ["a", "a/b", ""]) {
      ok(
        sys.close(ok(sys.openBeneath(root, nameOf(name), true))),
      );
    }
    for (const name of ["mount", "mount/c"]) {
      fails(sys.openBeneath(root, nameOf(name), true), "EXDEV");
      ok(sys.close(ok(sys.openBeneath(root, nameOf(name)))));
    }
    // Within one mount, whichever it is.
    const inside = ok(sys.openBeneath(root, nameOf("mount")));
    ok(sys.close(ok(sys.openBeneath(inside, nameOf("c"), true))));
    ok(sys.close(inside));
  },
  ["mount"],
);

Deno.test({
  name: "sameMount sees a directory of the same disk, with and without openat2" +
    (missing === undefined ? "" : ` (needs ${missing})`),
  ignore: missing !== undefined || Deno.build.os !== "linux",
  fn: async () => {
    await using place = await makePlace();
    await plant(place.path, { "root/a/b/": null, "other/c/": null });
    await using _mounted = await mountBind(`${place.path}/other`, `${place.path}/root/mount`);
    const args = ["run", "--quiet", "--no-check", "-A", SCRIPT, `${place.path}/root`];
    const said = (await run(Deno.execPath(), args)).trim().split("\n");
    assert.deepEqual(JSON.parse(said[1] ?? ""), [0, 0, -18, -18]);
    const { openLinux } = await import("../../../core/sys/linux.ts");
    const sys = openLinux();
    const root = ok(sys.openRoot(nameOf(`${place.path}/root`)));
    ok(sys.close(ok(sys.openBeneath(root, nameOf("a/b"), true))));
    fails(sys.openBeneath(root, nameOf("mount"), true), "EXDEV");
    fails(sys.openBeneath(root, nameOf("mount/c"), true), "EXDEV");
    ok(sys.close(root));
    sys.end();
  },
});

contract(
  "statNow knows of a file that is gone, which stat does not",
  async ({ sys, root, path }) => {
    await using mounted = await mountSpelling(`${path}/mount`, "stale");
    const held = ok(sys.openBeneath(root, nameOf("mount")));
    put({ sys, root: held, path: mounted.path }, nameOf("name"), "1");
    const other = nameOf("NAME");
    assert.deepEqual(
      row((table) => sys.statNow(held, other, table, 0)),
      row((table) => sys.stat(held, other, table, 0)),
    );
    ok(sys.unlink(held, nameOf("name")));
    ok(sys.stat(held, other, new StatTable(1), 0));
    fails(sys.statNow(held, other, new StatTable(1), 0), "ENOENT");
    fails(sys.statNow(held, nameOf("missing"), new StatTable(1), 0), "ENOENT");
    ok(sys.close(held));
  },
  ["fusepy"],
);

contract("statFilesystem agrees with df of a file system that stands still", async (ground) => {
  const { sys, root, path } = ground;
  await using mounted = await mountTmpfs(`${path}/mount`, "size=5m,nr_inodes=300");
  Deno.writeFileSync(`${mounted.path}/file`, new Uint8Array(1_000_000));
  const held = ok(sys.openBeneath(root, nameOf("mount")));
  const told = statusOf(sys, held);
  const df = await run("df", ["-B1", "--output=size,used,avail,itotal,iused", mounted.path]);
  const numbers = df.trim().split("\n")[1]?.trim().split(/\s+/).map(Number);
  assert.deepEqual(
    [
      told.size,
      told.size - told.free,
      told.available,
      told.inodes,
      told.inodes - told.inodesFree,
    ],
    numbers,
  );
  assert.equal(told.readOnly, false);
  assert.equal(told.type, sys.name === "linux" ? "tmpfs" : "unknown");
  ok(sys.close(held));
}, ["mount"]);

contract("statFilesystem knows a read-only mount, files, and what is not open", async (ground) => {
  const { sys, root, path } = ground;
  Deno.mkdirSync(`${path}/real`);
  await using _mounted = await mountBind(`${path}/real`, `${path}/shown`, "ro");
  const held = ok(sys.openBeneath(root, nameOf("shown")));
  assert.equal(statusOf(sys, held).readOnly, sys.name === "linux");
  ok(sys.close(held));
  put(ground, nameOf("file"), "1");
  const file = ok(sys.openRead(root, nameOf("file")));
  assert.equal(statusOf(sys, file).size, statusOf(sys, root).size);
  ok(sys.close(file));
  const closed = sys.statFilesystem(9999);
  assert.ok(typeof closed === "number");
  fails(closed, "EBADF");
}, ["mount"]);

function statusOf(sys: Sys, handle: number) {
  const status = sys.statFilesystem(handle);
  assert.ok(typeof status !== "number", String(status));
  return status;
}

contract("filesystemType tells what holds a handle or a path", async ({ sys, root, path }) => {
  await using mounted = await mountTmpfs(`${path}/a mount`, "size=1m");
  Deno.mkdirSync(`${mounted.path}/in`);
  const held = ok(sys.openBeneath(root, nameOf("a mount/in")));
  const outside = sys.filesystemType(root);
  const types = [
    sys.filesystemType(held),
    sys.filesystemType(nameOf(mounted.path)),
    sys.filesystemType(nameOf(`${mounted.path}/in/nothing`)),
  ];
  const besides = sys.filesystemType(nameOf(`${mounted.path}x`));
  ok(sys.close(held));
  assert.deepEqual(types, types.map(() => sys.name === "linux" ? "tmpfs" : undefined));
  assert.equal(besides, outside);
  assert.equal(outside === undefined, sys.name === "portable");
  // What is not open is on nothing.
  assert.equal(sys.filesystemType(-2), undefined);
}, ["mount"]);
