import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import type { MoverContext } from "../../../core/movers/context.ts";
import { CopyMethods } from "../../../core/movers/copy_method.ts";
import { Errno, openSys, type Sys } from "../../../core/sys/mod.ts";
import { bigFile, makePlace, run } from "../../support/mod.ts";

const MIB = 1 << 20;
const [RANGE, SEND, READ] = ["copyRange", "sendFile", "read"] as const;
const WAYS: readonly string[] = [RANGE, SEND, READ];
/** The least that is taken for a measurement, and as many of them as there are ways, and one. */
const STEP = 16 * MIB;
const SIZE = 4 * STEP;

/** By the clock of these tests the ways take so many bytes a millisecond. */
const RATES: Readonly<Record<string, number>> = { [RANGE]: MIB, [SEND]: 3 * MIB, [READ]: 2 * MIB };
let clockMs = 0;

/** What takes its time from that clock, and tries what is slow never, or in every run. */
function methodsOf(triesAll = false): CopyMethods {
  return new CopyMethods(() => clockMs, () => triesAll ? 0 : 0.999);
}

/** A real file that is moved step by step; tells by which calls, one a step. */
async function moved(methods: CopyMethods, refused: readonly string[] = []): Promise<string[]> {
  await using place = await makePlace();
  await bigFile(`${place.path}/from`, SIZE);
  const { sys } = await openSys();
  const directory = sys.openRoot(nameOf(place.path));
  const from = sys.openRead(directory, nameOf("from"));
  const to = sys.create(directory, nameOf("to"), 0o600);
  const calls: string[] = [];
  const watched = new Proxy(sys, {
    get(target, key: keyof Sys): unknown {
      const value = target[key];
      if (typeof value !== "function") return value;
      if (!WAYS.includes(key)) return value.bind(target);
      return (...args: unknown[]) => {
        if (calls.at(-1) !== key || key !== READ) calls.push(key);
        if (refused.includes(key)) return -Errno.EXDEV;
        const bytes = (value as (...args: unknown[]) => number).apply(target, args);
        clockMs += bytes / (RATES[key] ?? 1);
        return bytes;
      };
    },
  });
  const context = { sys: watched, buffer: new Uint8Array(256 * 1024) } as unknown as MoverContext;
  for (let got = 0; got < SIZE;) {
    const step = methods.move(context, from, to, STEP);
    assert.ok(step > 0);
    got += step;
  }
  for (const handle of [from, to, directory]) sys.close(handle);
  sys.end();
  await run("cmp", [`${place.path}/from`, `${place.path}/to`]);
  return calls;
}

const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "without memory each way is tried, and what has come of it is news",
  ignore,
  async fn() {
    const methods = methodsOf();
    // The fastest takes the rest.
    assert.deepEqual(await moved(methods), [RANGE, SEND, READ, SEND]);
    assert.deepEqual(methods.takeNews()?.rates, Object.values(RATES));
    assert.equal(methods.takeNews(), undefined);
  },
});

for (const [best, name] of WAYS.entries()) {
  Deno.test({
    name: `what is remembered as the fastest is taken at once (${name})`,
    ignore,
    async fn() {
      const methods = methodsOf();
      const rates = [0, 0, 0].map((rate, at) => at === best ? 1e9 : rate);
      methods.recall({ atMs: 0, refusesReflink: true, rates });
      assert.equal(methods.reflinks, false);
      const calls = await moved(methods);
      assert.deepEqual([...new Set(calls)], [name]);
      // So fast it is not.
      assert.ok((methods.takeNews()?.rates[best] ?? 1e9) < 1e9);
      assert.equal(methods.takeNews(), undefined);
    },
  });
}

for (const [name, isRefusal] of Object.entries({ EXDEV: true, EOPNOTSUPP: true, EINVAL: false })) {
  Deno.test({
    name: `what FICLONE says of ${isRefusal ? "all files is" : "one file is not"} kept (${name})`,
    ignore,
    async fn() {
      const methods = methodsOf();
      methods.noteReflinkFailure(-Errno[name as "EXDEV"]);
      assert.equal(methods.reflinks, !isRefusal);
      await moved(methods);
      assert.equal(methods.takeNews()?.refusesReflink, isRefusal);
    },
  });
}

Deno.test({
  name: "news are as old as the refusal in them that was not tried again",
  ignore,
  async fn() {
    const methods = methodsOf();
    methods.recall({ atMs: 12345, refusesReflink: true, rates: [1e9, 0, 0] });
    await moved(methods);
    assert.equal(methods.takeNews()?.atMs, 12345);
    const others = methodsOf();
    others.recall({ atMs: 12345, refusesReflink: false, rates: [1e9, 0, 0] });
    await moved(others);
    assert.ok((others.takeNews()?.atMs ?? 0) > 12345);
  },
});

Deno.test({
  name: "a way that was remembered and fails is followed by another, and forgotten",
  ignore,
  async fn() {
    const methods = methodsOf();
    methods.recall({ atMs: 0, refusesReflink: false, rates: [1e12, 0, 1e7] });
    const calls = await moved(methods, [RANGE]);
    assert.deepEqual(calls.slice(0, 2), [RANGE, READ]);
    assert.equal(calls.filter((call) => call === RANGE).length, 1);
    assert.deepEqual(methods.takeNews()?.rates[0], 0);
  },
});

Deno.test({
  name: "a way that is remembered as nearly as fast is tried once",
  ignore,
  async fn() {
    const methods = methodsOf();
    methods.recall({ atMs: 0, refusesReflink: false, rates: [1e12, 9e11, 0] });
    const calls = await moved(methods);
    assert.deepEqual(calls.slice(0, 2), [SEND, RANGE]);
    const news = methods.takeNews();
    assert.ok(news !== undefined && (news.rates[1] ?? 0) < 9e11);
  },
});

Deno.test({
  name: "a way that is remembered as slow is tried once in some runs, and in others never",
  ignore,
  async fn() {
    const known = { atMs: 0, refusesReflink: false, rates: [MIB, 3 * MIB, 0] };
    const [never, once] = [methodsOf(), methodsOf(true)];
    for (const methods of [never, once]) methods.recall(known);
    assert.deepEqual([...new Set(await moved(never))], [SEND]);
    assert.deepEqual(await moved(once), [RANGE, SEND, SEND, SEND]);
  },
});

Deno.test({
  name: "a way that was remembered as much too fast gives way to another",
  ignore,
  async fn() {
    const methods = methodsOf();
    methods.recall({ atMs: 0, refusesReflink: false, rates: [1e8, 6e7, 0] });
    const calls = [...await moved(methods), ...await moved(methods)];
    assert.ok(calls.includes(RANGE) && calls.includes(SEND));
  },
});
