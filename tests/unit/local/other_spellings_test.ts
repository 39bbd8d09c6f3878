import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { processDirectory } from "../../../core/local/directory.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { Counter } from "../../../core/movers/counters.ts";
import type { Job } from "../../../core/movers/job.ts";
import { task, TaskKind } from "../../../core/movers/task.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { type Handle, type Name, openSys, type Sys } from "../../../core/sys/mod.ts";
import { bash, makePlace, plant, readTree } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

/**
 * A floor on which names in one directory are the same whatever their case, as on vfat: a name
 * that is not there by its spelling means the one that is there by another.
 */
function folding(sys: Sys, isFolded: (directory: Handle) => boolean, root: string): Sys {
  const spelled = (directory: Handle, name: Name): Name => {
    if (!isFolded(directory)) return name;
    const wanted = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    const there = [...Deno.readDirSync(root)].map((entry) => entry.name);
    const other = there.find((one) => one.toLowerCase() === wanted.toLowerCase());
    return there.includes(wanted) || other === undefined ? name : nameOf(other);
  };
  return new Proxy(sys, {
    get(target, key: keyof Sys): unknown {
      const value = target[key];
      if (typeof value !== "function") return value;
      const call = value.bind(target) as (...args: unknown[]) => unknown;
      if (key === "statAll") {
        return (...[directory, names, from, to, table, results]: Parameters<Sys["statAll"]>) => {
          for (let index = from; index < to; index++) {
            const name = names.copy(index);
            const ended = new Uint8Array(name.length + 1);
            ended.set(name);
            results[index] = target.stat(directory, spelled(directory, ended), table, index);
          }
        };
      }
      if (key === "rename") {
        return (from: Handle, name: Name, to: Handle, toName: Name) =>
          target.rename(from, name, to, spelled(to, toName));
      }
      return (...args: unknown[]) => {
        const [directory, name] = args;
        if (typeof directory === "number" && name instanceof Uint8Array && key !== "openBeneath") {
          args[1] = spelled(directory, name as Name);
        }
        return call(...args);
      };
    },
  });
}

async function extras(folds: boolean, source: string, destination: string): Promise<number> {
  const { sys } = await openSys();
  const roots = new Set<Handle>();
  const inner = folding(sys, (directory) => folds && roots.has(directory), destination);
  const watched = new Proxy(inner, {
    get(target, key: keyof Sys): unknown {
      if (key !== "openBeneath") return Reflect.get(target, key);
      return (directory: Handle, path: Name) => {
        const opened = target.openBeneath(directory, path);
        const place = Deno.readLinkSync(`/proc/self/fd/${opened}`);
        if (place === destination) roots.add(opened);
        else roots.delete(opened);
        return opened;
      };
    },
  });
  const job: Job = {
    ...plainJob({ root: source, destination }, "size-mtime"),
    verb: "mirror",
    dryRun: true,
    extras: true,
  };
  const context = new MoverContext(watched, job, newMemory(), 0, undefined, () => {});
  processDirectory(context, task(TaskKind.Directory, 0, nameOf("")));
  const count = context.counters[Counter.Extras] ?? NaN;
  context.release();
  sys.end();
  return count;
}

Deno.test({
  name: "where case does not count, another spelling of a source's name is no extra",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace();
    const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
    await plant(source, { "Readme": "r", "SUB/": null, "É": "e" });
    await plant(destination, { "README": "r", "sub/": null, "é": "e", "extra": "x", "x": "x" });
    assert.equal(await extras(true, source, destination), 2);
    assert.equal(await extras(false, source, destination), 5);
  },
});

Deno.test({
  name: "two links of one file that differ in case are two names where case counts",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace();
    const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
    await plant(source, { "A": "a" });
    await plant(destination, { "A": "a" });
    await bash(`ln "$1/A" "$1/a"`, [destination]);
    assert.equal(await extras(false, source, destination), 1);
    assert.deepEqual(Object.keys(await readTree(destination)), ["A", "a"]);
  },
});
