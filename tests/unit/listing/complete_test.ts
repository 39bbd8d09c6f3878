import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { completeBeneath } from "../../../core/listing/complete.ts";
import { openSys, type Sys } from "../../../core/sys/mod.ts";
import { BACKENDS, bash, makePlace, plant } from "../../support/mod.ts";

type Complete = (typed: string, limit?: number) => { names: string[]; more: boolean } | number;

async function onBoth(fn: (complete: Complete, path: string, sys: Sys) => Promise<void>) {
  for (const backend of BACKENDS) {
    await using place = await makePlace();
    const { sys } = await openSys(backend.name);
    const complete: Complete = (typed, limit) => {
      const root = sys.openRoot(nameOf(place.path));
      const found = completeBeneath(sys, root, new TextEncoder().encode(typed), limit);
      sys.close(root);
      if (typeof found === "number") return found;
      const names = found.names.map((name) => new TextDecoder().decode(name));
      return { names, more: found.more };
    };
    await fn(complete, place.path, sys);
    sys.end();
  }
}

const names = (found: ReturnType<Complete>): string[] =>
  typeof found === "number" ? assert.fail(`failed with ${found}`) : found.names;

Deno.test("completions begin with what was typed, are sorted, and directories end with a slash", async () => {
  await onBoth(async (complete, path) => {
    await plant(path, {
      "photos/2024/a": "x",
      "photos/2024 old": "x",
      "photos/2023/b": "x",
      "phone": "x",
      "zebra": "x",
    });
    await bash(`ln -s photos "$1/phlink"`, [path]);
    assert.deepEqual(names(complete("ph")), ["phlink", "phone", "photos/"]);
    assert.deepEqual(names(complete("photos/20")), ["2023/", "2024/", "2024 old"]);
    assert.deepEqual(names(complete("photos/2024/")), ["a"]);
    assert.deepEqual(names(complete("")), ["phlink", "phone", "photos/", "zebra"]);
    assert.deepEqual(names(complete("nothing")), []);
  });
});

Deno.test("doubled slashes and dots count for nothing, and names are left as they are", async () => {
  await onBoth(async (complete, path) => {
    await plant(path, { "a/b/c": "x", "a/b/...": "x" });
    assert.deepEqual(names(complete("a//./b/")), ["c"]);
    assert.deepEqual(names(complete("/a/b/.")), ["..."]);
  });
});

Deno.test("neither a link nor .. leads a completion out of its root", async () => {
  await onBoth(async (complete, path) => {
    await plant(path, { "in/a": "x" });
    await bash(`ln -s / "$1/out"; ln -s in "$1/inside"`, [path]);
    for (const typed of ["out/", "out/etc/", "../", "in/../", "inside/", "missing/", "in/a/"]) {
      const found = complete(typed);
      assert.ok(typeof found === "number" && found < 0, typed);
    }
    assert.deepEqual(names(complete("..")), []);
  });
});

Deno.test("names that cannot be typed, hidden ones and temporaries are left out", async () => {
  await onBoth(async (complete, path) => {
    await plant(path, {
      "d/.hidden": "x",
      "d/.blit-tmp-0123456789-0-0": "x",
      "d/with space": "x",
      "d/quote'\"$`\\": "x",
      "d/über": "x",
    });
    await bash(`touch "$1/d/"$'new\\nline' "$1/d/"$'esc\\e[31m' "$1/d/"$'bad\\xff'`, [path]);
    assert.deepEqual(names(complete("d/")), ["quote'\"$`\\", "with space", "über"]);
    assert.deepEqual(names(complete("d/.")), [".hidden"]);
  });
});

Deno.test("of many names the first ones and the last are given", async () => {
  await onBoth(async (complete, path) => {
    const many = Array.from(
      { length: 9_000 },
      (_, index) => [`n${String(index * 7919 % 9_000)}`, ""],
    );
    await plant(`${path}/many`, Object.fromEntries(many));
    const found = complete("many/n1", 5);
    assert.deepEqual(found, { names: ["n1", "n10", "n100", "n1000", "n1999"], more: true });
    const few = complete("many/n12", 200);
    assert.ok(typeof few !== "number" && few.more === false && few.names.length === 111);
  });
});
