import assert from "node:assert/strict";
import { Kind } from "../../../core/entry/kind.ts";
import { nameOf } from "../../../core/entry/mod.ts";
import { PackedNames } from "../../../core/entry/packed.ts";
import { processBatch } from "../../../core/local/mod.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { task, TaskFlag, TaskKind } from "../../../core/movers/task.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { openSys, type Sys } from "../../../core/sys/mod.ts";
import { makePlace, plant } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

Deno.test({
  name: "a file that was to be read and has changed since is put into a locked directory",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace();
    const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
    await plant(source, { "f": "longer than it was" });
    await plant(destination, { "f": "as it was" });
    await Deno.chmod(destination, 0o555);
    const { sys: real } = await openSys();
    const identity = { ...real.identity, uid: real.identity.uid || 1 }; // root needs no unlocking
    const sys: Sys = new Proxy(real, {
      get(target, key: keyof Sys): unknown {
        const value = key === "identity" ? identity : target[key];
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const job = plainJob({ root: source, destination }, "checksum");
    const context = new MoverContext(sys, job, newMemory(), 0, undefined, () => {});
    const one = new PackedNames();
    one.add(nameOf("f"), Kind.File);
    const flags = TaskFlag.Links | TaskFlag.Large;
    const batch = task(TaskKind.Batch, 0, nameOf(""), { flags, names: one.finish(), weight: 1 });
    const ongoing = processBatch(context, batch);
    assert.ok(ongoing !== undefined);
    while (!ongoing.step());
    assert.deepEqual(context.log.unfinished, [{ source: 0, path: nameOf("") }]);
    context.release();
    real.end();
    assert.equal(await Deno.readTextFile(`${destination}/f`), "longer than it was");
    // The end of the run sets it to what the source has.
    assert.equal((await Deno.stat(destination)).mode! & 0o777, 0o755); // of Linux
  },
});
