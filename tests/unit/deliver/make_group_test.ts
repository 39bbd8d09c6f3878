import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { processDirectory } from "../../../core/local/directory.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { Counter } from "../../../core/movers/counters.ts";
import { task, TaskKind } from "../../../core/movers/task.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { Errno, openSys, type Sys } from "../../../core/sys/mod.ts";
import { bash, makePlace, readTree } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

/** What became of one directory, and how many names were put off. */
interface Delivered {
  readonly tree: Awaited<ReturnType<typeof readTree>>;
  readonly putOff: number;
  readonly failures: number;
  readonly linked: number;
}

/** Copies a directory of two names `a` and `b` of one file, and three of another. */
async function copyGroups(change: (real: Sys, path: string) => Partial<Sys>): Promise<Delivered> {
  await using place = await makePlace();
  const { path } = place;
  await bash(
    `cd "$1"; mkdir source destination; cd source; echo 1 >a; ln a b; echo 2 >x; ln x y; ln x z`,
    [path],
  );
  const { sys: real } = await openSys();
  const changed = change(real, path);
  const sys: Sys = new Proxy(real, {
    get(target, key: keyof Sys): unknown {
      const value = changed[key] ?? target[key];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const job = plainJob(
    { root: `${path}/source`, destination: `${path}/destination` },
    "size-mtime",
  );
  const context = new MoverContext(sys, job, newMemory(), 0, undefined, () => {});
  processDirectory(context, task(TaskKind.Directory, 0, nameOf("")));
  context.release();
  real.end();
  return {
    tree: await readTree(`${path}/destination`),
    putOff: context.log.links.reduce((sum, { count }) => sum + count, 0),
    failures: context.counters[Counter.Failures]!,
    linked: context.counters[Counter.LinksCreated]!,
  };
}

Deno.test("names that are all an inode has are linked at once", async () => {
  const { tree, ...counts } = await copyGroups(() => ({}));
  assert.deepEqual(Object.keys(tree).sort(), ["a", "b", "x", "y", "z"]);
  assert.deepEqual(counts, { putOff: 0, failures: 0, linked: 3 });
});

Deno.test("where no links can be made, all names but the first are put off", async () => {
  const { tree, ...counts } = await copyGroups(() => ({ link: () => -Errno.EPERM }));
  assert.deepEqual(Object.keys(tree).sort(), ["a", "x"]);
  assert.deepEqual(counts, { putOff: 3, failures: 0, linked: 0 });
});

Deno.test("a link that fails is a failure, and the others are made", async () => {
  let first = true;
  const { tree, ...counts } = await copyGroups((real) => ({
    link(...args) {
      if (!first) return real.link(...args);
      first = false;
      return -Errno.EACCES;
    },
  }));
  assert.equal(Object.keys(tree).length, 4);
  assert.deepEqual(counts, { putOff: 0, failures: 1, linked: 2 });
});

Deno.test("what has come to a link's place meanwhile is replaced by it", async () => {
  const { tree, ...counts } = await copyGroups((real, path) => ({
    link(...args) {
      if (args[3][0] === "b".charCodeAt(0)) {
        Deno.writeTextFileSync(`${path}/destination/b`, "other");
      }
      return real.link(...args);
    },
  }));
  assert.equal(tree["b"], "1\n");
  assert.deepEqual(counts, { putOff: 0, failures: 0, linked: 3 });
});

Deno.test("names whose first one cannot be made are put off", async () => {
  const { tree, ...counts } = await copyGroups((real) => ({
    create(directory, name, mode) {
      return name[0] === "x".charCodeAt(0) ? -Errno.EACCES : real.create(directory, name, mode);
    },
  }));
  assert.deepEqual(Object.keys(tree).sort(), ["a", "b"]);
  assert.deepEqual(counts, { putOff: 2, failures: 1, linked: 1 });
});
