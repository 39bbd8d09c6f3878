import assert from "node:assert/strict";
import { copy } from "../../../mod.ts";
import { makePlace } from "../../support/mod.ts";

/** The names of the C library's functions that are bound while `work` is done. */
async function boundWhile(work: () => Promise<unknown>): Promise<string[]> {
  const { dlopen } = Deno;
  const bound: string[] = [];
  Deno.dlopen = (path, symbols) => {
    bound.push(...Object.keys(symbols));
    return dlopen(path, symbols);
  };
  try {
    await work();
  } finally {
    Deno.dlopen = dlopen;
  }
  return bound.sort();
}

Deno.test({
  name: "the copy of a small file binds what it calls of the C library, and nothing else",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace("disk");
    await Deno.writeTextFile(`${place.path}/one`, "one");
    const bound = await boundWhile(() => copy([`${place.path}/one`], `${place.path}/two`));
    // Each takes 0.15 ms, of the 30 that the whole program takes.
    assert.deepEqual(bound, [
      "__errno_location",
      "close",
      "fgetxattr",
      "futimens",
      "openat",
      "read",
      "readlinkat",
      "sendfile",
      "statx",
    ]);
    assert.equal(await Deno.readTextFile(`${place.path}/two`), "one");
  },
});
