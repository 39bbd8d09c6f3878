import assert from "node:assert/strict";
import { LargeFileCopy } from "../../../core/deliver/mod.ts";
import { nameOf } from "../../../core/entry/mod.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { task, TaskKind } from "../../../core/movers/task.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { closePlace, openPlace } from "../../../core/scan/mod.ts";
import { Errno, openSys, type Sys } from "../../../core/sys/mod.ts";
import { bash, makePlace, plant, readTree } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

/** Copies `source/name` over `destination/name` as a large file; gives the fault's words. */
async function copyLarge(path: string, name: string, change: Partial<Sys>): Promise<unknown> {
  const { sys: real } = await openSys();
  const sys: Sys = new Proxy(real, {
    get(target, key: keyof Sys): unknown {
      const value = change[key] ?? target[key];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const job = plainJob(
    { root: `${path}/source`, destination: `${path}/destination` },
    "always",
  );
  const context = new MoverContext(sys, job, newMemory(), 0, undefined, () => {});
  const place = openPlace(context, task(TaskKind.Batch, 0, nameOf("")));
  assert.ok(place !== undefined);
  const copy = LargeFileCopy.begin(context, place, nameOf(name), nameOf(name), true);
  let fault: unknown = copy;
  if (copy instanceof LargeFileCopy) {
    for (;;) {
      const step = copy.step();
      if (step.state === "more") continue;
      fault = step.fault;
      break;
    }
  }
  closePlace(context, place);
  context.release();
  real.end();
  return fault;
}

const linux = Deno.build.os === "linux";

Deno.test({
  name: "a name that has become a fifo since the scan replaces nothing by an empty file",
  ignore: !linux,
  async fn() {
    await using place = await makePlace();
    await plant(`${place.path}/destination`, { "f": "precious" });
    await bash(`mkdir "$1/source" && mkfifo "$1/source/f"`, [place.path]);
    const fault = await copyLarge(place.path, "f", {});
    assert.deepEqual(fault, {
      side: "source",
      operation: "read",
      result: "CHANGED",
      delivered: false,
    });
    assert.deepEqual(await readTree(`${place.path}/destination`), { "f": "precious" });
  },
});

Deno.test({
  name: "a copy whose close fails, as on a full NFS server, replaces nothing",
  ignore: !linux,
  async fn() {
    await using place = await makePlace();
    await plant(`${place.path}/source`, { "f": "new content" });
    await plant(`${place.path}/destination`, { "f": "precious" });
    let out = -1;
    const fault = await copyLarge(place.path, "f", {
      createUnnamed: () => -Errno.EOPNOTSUPP,
      create(this: Sys, ...args: Parameters<Sys["create"]>) {
        return out = this.create(...args);
      },
      close(this: Sys, handle) {
        const result = this.close(handle);
        return handle === out ? -Errno.ENOSPC : result;
      },
    });
    assert.deepEqual(fault, {
      side: "destination",
      operation: "write",
      result: -Errno.ENOSPC,
      delivered: false,
    });
    assert.deepEqual(await readTree(`${place.path}/destination`), { "f": "precious" });
  },
});
