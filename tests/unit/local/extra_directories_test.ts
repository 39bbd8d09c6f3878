import assert from "node:assert/strict";
import { nameOf, PackedNames } from "../../../core/entry/mod.ts";
import { displayPath } from "../../../core/entry/display.ts";
import { namesOf } from "../../../core/finish/blocked.ts";
import { processExtra } from "../../../core/local/extra_directories.ts";
import { removeExtra } from "../../../core/local/remove_extra.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { Counter } from "../../../core/movers/counters.ts";
import type { Job } from "../../../core/movers/job.ts";
import { type Task, task, TaskKind } from "../../../core/movers/task.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { openSys, type Sys } from "../../../core/sys/mod.ts";
import { makePlace, plant, readTree } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

type Call = "openBeneath" | "removeDirectory" | "list";

/** A floor on which some calls do as they are told instead, where that gives anything. */
function bending(sys: Sys, call: Call, bent: (name: string) => number | undefined): Sys {
  return new Proxy(sys, {
    get(target, key: keyof Sys): unknown {
      const value = target[key];
      if (typeof value !== "function") return value;
      const real = value.bind(target) as (...args: unknown[]) => unknown;
      if (key !== call) return real;
      return (...args: unknown[]) =>
        bent(args[1] instanceof Uint8Array ? displayPath(args[1]) : "") ?? real(...args);
    },
  });
}

/** Runs work on the destination `root` as a mover does; gives the paths of failures. */
async function onMover(
  root: string,
  call: Call,
  bent: (name: string) => number | undefined,
  work: (context: MoverContext) => void,
): Promise<string[]> {
  const { sys } = await openSys();
  const job: Job = {
    ...plainJob({ root, destination: root }, "size-mtime"),
    verb: "mirror",
    extras: true,
  };
  const failed: string[] = [];
  const context = new MoverContext(
    bending(sys, call, bent),
    job,
    newMemory(),
    0,
    undefined,
    ({ failures }) => {
      for (const { path, operation } of failures) failed.push(`${operation} ${displayPath(path)}`);
    },
  );
  work(context);
  context.outbox.flush();
  context.release();
  sys.end();
  return failed;
}

function extra(kind: number, path: string, ...names: readonly string[]): Task {
  const packed = new PackedNames();
  for (const name of names) packed.add(nameOf(name), 4);
  return task(kind, 0, nameOf(path), { names: packed.finish() });
}

Deno.test("an extra directory that cannot be opened is a failure, and those beside it are not", async () => {
  await using place = await makePlace();
  const root = place.path;
  await plant(root, { "up/a/x": "x", "up/b/x": "x", "up/c/x": "x", "up/c/d/": null });
  const failed = await onMover(
    root,
    "openBeneath",
    (name) => name === "b" ? -13 : undefined,
    (context) => {
      processExtra(context, extra(TaskKind.Extra, "up", "a", "b", "c"));
      assert.equal(context.counters[Counter.Extras], 3);
      assert.deepEqual(context.log.extras.map(({ path }) => displayPath(path)), ["up/a", "up/c"]);
      assert.deepEqual(context.stack.map(({ path }) => displayPath(path)), ["up/c"]);
    },
  );
  assert.deepEqual(failed, [`open ${root}/up/b`]);
});

Deno.test("where the directory above cannot be opened each extra one is a failure", async () => {
  await using place = await makePlace();
  const root = place.path;
  await plant(root, { "up/a/": null, "up/b/": null });
  const failed = await onMover(
    root,
    "openBeneath",
    (name) => name === "up" ? -13 : undefined,
    (context) => {
      processExtra(context, extra(TaskKind.Extra, "up", "a", "b"));
      removeExtra(context, extra(TaskKind.RemoveExtra, "up", "a", "b"));
      assert.equal(context.counters[Counter.Deleted], 0);
    },
  );
  const paths = ["a", "b"].map((name) => `${root}/up/${name}`);
  assert.deepEqual(failed, [
    ...paths.map((path) => `open ${path}`),
    ...paths.map((path) => `remove ${path}`),
  ]);
});

Deno.test("an extra directory that cannot be listed is a failure", async () => {
  await using place = await makePlace();
  await plant(place.path, { "up/a/": null });
  const failed = await onMover(place.path, "list", () => -5, (context) => {
    processExtra(context, extra(TaskKind.Extra, "up", "a"));
    assert.equal(context.log.extras.length, 0);
  });
  assert.deepEqual(failed, [`list ${place.path}/up/a`]);
});

Deno.test("an extra directory that cannot be removed stays, is a failure, and is not counted", async () => {
  await using place = await makePlace();
  const root = place.path;
  await plant(root, { "up/a/": null, "up/b/": null, "up/c/": null });
  const failed = await onMover(
    root,
    "removeDirectory",
    (name) => name === "b" ? -16 : undefined,
    (context) => {
      removeExtra(context, extra(TaskKind.RemoveExtra, "up", "a", "b", "c", "gone-already"));
      assert.equal(context.counters[Counter.Deleted], 3);
    },
  );
  assert.deepEqual(failed, [`remove ${root}/up/b`]);
  assert.deepEqual(Object.keys(await readTree(root)), ["up/", "up/b/"]);
});

Deno.test("the rest of a task's directories wait for another turn where one takes long", async () => {
  await using place = await makePlace();
  const names = Array.from({ length: 9 }, (_, index) => `d${index}`);
  await plant(place.path, Object.fromEntries(names.map((name) => [`up/${name}/x`, "x"])));
  const slowly = (): undefined => {
    for (const end = performance.now() + 5; performance.now() < end;);
  };
  const failed = await onMover(place.path, "list", slowly, (context) => {
    let turns = 0;
    context.stack.push(extra(TaskKind.Extra, "up", ...names));
    for (let next = context.stack.pop(); next !== undefined; next = context.stack.pop(), turns++) {
      processExtra(context, next);
      const left = context.stack.flatMap((one) => [...namesOf(one.names)]).length;
      assert.equal(left, names.length - context.log.extras.length);
    }
    assert.ok(turns > 1, String(turns));
    assert.equal(context.counters[Counter.Extras], names.length);
  });
  assert.deepEqual(failed, []);
});
