import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import {
  makeBeneath,
  openNearest,
  openNearestBeneath,
  openRootAt,
} from "../../../core/movers/open_root.ts";
import { Errno, openSys, type Sys } from "../../../core/sys/mod.ts";
import { BACKENDS, bash, makePlace, plant, readTree } from "../../support/mod.ts";

async function onBoth(
  fn: (sys: Sys, path: string) => Promise<void>,
): Promise<void> {
  for (const backend of BACKENDS) {
    await using place = await makePlace();
    const { sys } = await openSys(backend.name);
    await fn(sys, place.path);
    sys.end();
  }
}

Deno.test("a directory is made beneath another with those above it, or opened if it is there", async () => {
  await onBoth(async (sys, path) => {
    await plant(path, { "root/there/f": "x" });
    const root = sys.openRoot(nameOf(`${path}/root`));
    for (const below of ["a/b/c", "there/new", "a/b/c", "there", ""]) {
      const made = makeBeneath(sys, root, nameOf(below));
      assert.ok(made >= 0, below);
      assert.ok((await Deno.stat(`${path}/root/${below}`)).isDirectory);
      sys.close(made);
    }
    assert.equal(makeBeneath(sys, root, nameOf("there/f/g")), -Errno.ENOTDIR);
    sys.close(root);
  });
});

Deno.test("neither a link nor .. leads what is made out of the directory it is made beneath", async () => {
  await onBoth(async (sys, path) => {
    await plant(path, { "root/f": "x", "outside/f": "y" });
    await bash(`ln -s ../outside "$1/root/link"`, [path]);
    const root = sys.openRoot(nameOf(`${path}/root`));
    for (const below of ["link", "link/new", "../outside/new", "..", "no/../../outside/new"]) {
      const made = makeBeneath(sys, root, nameOf(below));
      assert.ok(made < 0, `${below}: ${made}`);
    }
    assert.ok(openRootAt(sys, nameOf(`${path}/root`), nameOf("link")) < 0);
    assert.ok(openRootAt(sys, nameOf(`${path}/root`), nameOf("../outside")) < 0);
    assert.deepEqual(await readTree(`${path}/outside`), { "f": "y" });
    sys.close(root);
  });
});

Deno.test("a root is opened by the path that was given, links followed, and none is -1", async () => {
  await onBoth(async (sys, path) => {
    await plant(path, { "real/in/f": "x" });
    await bash(`ln -s real "$1/link"`, [path]);
    const opened = openRootAt(sys, nameOf(`${path}/link`), nameOf("in"));
    assert.ok(opened >= 0);
    const file = sys.openRead(opened, nameOf("f"));
    assert.ok(file >= 0);
    sys.close(file);
    sys.close(opened);
    assert.equal(openRootAt(sys, undefined, nameOf("in")), -1);
    assert.equal(openRootAt(sys, nameOf(`${path}/link`), nameOf("out")), -Errno.ENOENT);
  });
});

Deno.test("of a path that is missing in part, the nearest directory above it is opened", async () => {
  await onBoth(async (sys, path) => {
    await plant(path, { "a/f": "x" });
    const rest = (at: string): string => {
      const { handle, rest } = openNearest(sys, nameOf(at));
      assert.ok(handle >= 0, at);
      sys.close(handle);
      return new TextDecoder().decode(rest);
    };
    assert.equal(rest(`${path}/a/b/c`), "b/c\0");
    assert.equal(rest(`${path}/a`), "\0");
    assert.equal(rest("/no such/at all"), "no such/at all\0");
    assert.equal(openNearest(sys, nameOf(`${path}/a/f/g`)).handle, -Errno.ENOTDIR);
    const beneath = (below: string): string | number => {
      const { handle, rest } = openNearestBeneath(sys, nameOf(path), nameOf(below));
      if (handle < 0) return handle;
      sys.close(handle);
      return new TextDecoder().decode(rest);
    };
    assert.equal(beneath("a/b/c"), "b/c\0");
    assert.equal(beneath("b/c"), "b/c\0");
    assert.equal(beneath("a"), "\0");
    assert.equal(beneath("a/f/g"), -Errno.ENOTDIR);
  });
});
