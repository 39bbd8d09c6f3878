import assert from "node:assert/strict";
import fc from "fast-check";
import {
  eachBackend,
  listTree,
  makePlace,
  plant,
  symlinkTo,
  type Tree,
} from "../../support/mod.ts";
import { removeWith } from "../../integration/removal_work.ts";

const component = fc.stringMatching(/^[a-e\u00e9 ]{1,3}$/).filter((name) => name.trim() !== "");
const paths = fc.array(fc.array(component, { minLength: 1, maxLength: 5 }), { maxLength: 30 });
const contents = fc.constantFrom("", "12345", symlinkTo("a/b"), symlinkTo("/"), null);

/** Trees of which no path stands below what is no directory. */
const trees = fc.tuple(paths, fc.infiniteStream(contents)).map(([all, stream]) => {
  const tree: Record<string, string | null> = {};
  for (const parts of all) {
    const names = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
    if (names.some((name) => name in tree || `${name}/` in tree)) continue;
    const content = stream.next().value ?? null;
    const path = names.at(-1) ?? "";
    const isAbove = Object.keys(tree).some((other) => other.startsWith(`${path}/`));
    if (isAbove) continue;
    tree[content === null ? `${path}/` : path] = content;
  }
  return tree as Tree;
});

eachBackend(
  "a dry run tells exactly what the removal then removes, in its order",
  async (backend) => {
    await using place = await makePlace();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const root = `${place.path}/${round++}`;
        await plant(root, tree);
        const there = (await listTree(root)).length;
        const dry = await removeWith(backend, root, { dryRun: true });
        assert.equal((await listTree(root)).length, there);
        const real = await removeWith(backend, root);
        assert.deepEqual(dry, real);
        assert.equal(real.removed.length, there);
        assert.throws(() => Deno.lstatSync(root), Deno.errors.NotFound);
      }),
      { numRuns: 60 },
    );
  },
);
