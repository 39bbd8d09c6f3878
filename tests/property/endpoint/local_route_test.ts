import assert from "node:assert/strict";
import fc from "fast-check";
import { localRoute } from "../../../core/endpoint/local_route.ts";
import { type Name, openSys } from "../../../core/sys/mod.ts";
import { bash, makePlace, run } from "../../support/mod.ts";

const { sys } = await openSys();
// The backend loads what it needs for that once, and keeps it.
sys.readLink(-1, name("/"));

const PARTS = ["a", "b", "link", "up", "away", "absolute", "missing", "..", "."];
const paths = fc.array(fc.constantFrom(...PARTS), { maxLength: 7 });

/** Directories with links within, upwards, to nothing, and by absolute paths. */
async function plantLinks(root: string): Promise<void> {
  await bash(
    `cd "$1"; mkdir -p a/b/a b/b; ln -s ../b a/link; ln -s .. b/b/up; ln -s ../../b/b a/b/link
    ln -s gone/x a/away; ln -s "$1/a/b" b/absolute; ln -s loop loop`,
    [root],
  );
}

function name(path: string): Name {
  return new TextEncoder().encode(`${path}\0`);
}

Deno.test({
  name: "a path's links are followed as realpath follows them",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace();
    const root = await Deno.realPath(place.path);
    await plantLinks(root);
    const asked = fc.sample(paths, 500).map((parts) => [root, ...parts].join("/"));
    const told = (await run("realpath", ["-mz", "--", ...asked])).split("\0");
    for (const [at, path] of asked.entries()) {
      assert.equal(localRoute(sys, name(path), new Set()), told[at], path);
    }
    assert.equal(localRoute(sys, name(`${root}/loop`), new Set()), undefined);
  },
});

Deno.test({
  name: "no way leads into a mount that is not to be touched",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace();
    const root = await Deno.realPath(place.path);
    await plantLinks(root);
    const mounts = fc.constantFrom("a", "a/b", "b/b", "b/b/missing", "a/gone");
    fc.assert(fc.property(paths, mounts, (parts, mount) => {
      const path = [root, ...parts].join("/");
      const whole = localRoute(sys, name(path), new Set());
      const touched: string[] = [];
      const watched = {
        readLink: (at: number, asked: Name) => {
          touched.push(new TextDecoder().decode(asked).slice(0, -1));
          return sys.readLink(at, asked);
        },
      };
      const around = localRoute(watched, name(path), new Set([`${root}/${mount}`]));
      const isIn = (path: string): boolean => `${path}/`.startsWith(`${root}/${mount}/`);
      assert.deepEqual(touched.filter(isIn), []);
      if (around !== undefined) assert.equal(around, whole);
      // A way that ends there has led there.
      if (isIn(whole ?? "")) assert.equal(around, undefined);
    }));
    assert.equal(localRoute(sys, name(root), new Set(["/"])), undefined);
  },
});
