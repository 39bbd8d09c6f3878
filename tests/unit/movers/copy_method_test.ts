import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import type { MoverContext } from "../../../core/movers/context.ts";
import { CopyMethods } from "../../../core/movers/copy_method.ts";
import { Errno, openSys, type Sys } from "../../../core/sys/mod.ts";
import { bigFile, makePlace } from "../../support/mod.ts";

const MIB = 1 << 20;
const [RANGE, SEND, READ] = ["copyRange", "sendFile", "read"];

/** A real file of 160 MiB that is moved step by step; tells by which calls, one a step. */
async function moved(methods: CopyMethods, refused: readonly string[] = []): Promise<string[]> {
  await using place = await makePlace();
  await bigFile(`${place.path}/from`, 160 * MIB);
  const { sys } = await openSys();
  const directory = sys.openRoot(nameOf(place.path));
  const from = sys.openRead(directory, nameOf("from"));
  const to = sys.create(directory, nameOf("to"), 0o600);
  const calls: string[] = [];
  const watched = new Proxy(sys, {
    get(target, key: keyof Sys): unknown {
      const value = target[key];
      if (typeof value !== "function") return value;
      if (![RANGE, SEND, READ].includes(key)) return value.bind(target);
      return (...args: unknown[]) => {
        if (calls.at(-1) !== key || key !== READ) calls.push(key);
        if (refused.includes(key)) return -Errno.EXDEV;
        return (value as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  const context = { sys: watched, buffer: new Uint8Array(256 * 1024) } as unknown as MoverContext;
  for (let got = 0; got < 160 * MIB;) {
    const step = methods.move(context, from, to, 32 * MIB);
    assert.ok(step > 0);
    got += step;
  }
  for (const handle of [from, to, directory]) sys.close(handle);
  sys.end();
  const read = (name: string): Uint8Array => Deno.readFileSync(`${place.path}/${name}`);
  assert.deepEqual(read("to"), read("from"));
  return calls;
}

const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "without memory each way is tried, and what has come of it is news",
  ignore,
  async fn() {
    const methods = new CopyMethods();
    assert.deepEqual((await moved(methods)).slice(0, 3), [RANGE, SEND, READ]);
    const news = methods.takeNews();
    assert.equal(news?.rates.length, 3);
    assert.ok(news.rates.every((rate) => rate > 0));
    assert.equal(methods.takeNews(), undefined);
  },
});

for (const [best, name] of [RANGE, SEND, READ].entries()) {
  Deno.test({
    name: `what is remembered as the fastest is taken at once (${name})`,
    ignore,
    async fn() {
      const methods = new CopyMethods();
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
      const methods = new CopyMethods();
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
    const methods = new CopyMethods();
    methods.recall({ atMs: 12345, refusesReflink: true, rates: [1e9, 0, 0] });
    await moved(methods);
    assert.equal(methods.takeNews()?.atMs, 12345);
    const others = new CopyMethods();
    others.recall({ atMs: 12345, refusesReflink: false, rates: [1e9, 0, 0] });
    await moved(others);
    assert.ok((others.takeNews()?.atMs ?? 0) > 12345);
  },
});

Deno.test({
  name: "a way that was remembered and fails is followed by another, and forgotten",
  ignore,
  async fn() {
    const methods = new CopyMethods();
    methods.recall({ atMs: 0, refusesReflink: false, rates: [1e12, 0, 1e7] });
    const calls = await moved(methods, [RANGE ?? ""]);
    assert.deepEqual(calls.slice(0, 2), [RANGE, READ]);
    assert.equal(calls.filter((call) => call === RANGE).length, 1);
    assert.deepEqual(methods.takeNews()?.rates[0], 0);
  },
});

Deno.test({
  name: "a way that is remembered as nearly as fast is tried once",
  ignore,
  async fn() {
    const methods = new CopyMethods();
    methods.recall({ atMs: 0, refusesReflink: false, rates: [1e12, 9e11, 0] });
    const calls = await moved(methods);
    assert.deepEqual(calls.slice(0, 2), [SEND, RANGE]);
    const news = methods.takeNews();
    assert.ok(news !== undefined && (news.rates[1] ?? 0) < 9e11);
  },
});

Deno.test({
  name: "a way that was remembered as much too fast gives way to another",
  ignore,
  async fn() {
    const methods = new CopyMethods();
    methods.recall({ atMs: 0, refusesReflink: false, rates: [1e8, 6e7, 0] });
    const calls = [...await moved(methods), ...await moved(methods)];
    assert.ok(calls.includes(RANGE ?? "") && calls.includes(SEND ?? ""));
  },
});
