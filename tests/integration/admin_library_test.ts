import assert from "node:assert/strict";
import { df, du, find, list, remove } from "../../mod.ts";
import { bash, eachBackend, flatTree, makePlace, plant, useBackend } from "../support/mod.ts";
import { gathered, key, refusal } from "./admin_ground.ts";

eachBackend("the library looks at a tree on this machine", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  const { path } = place;
  await plant(path, { "a/one": "1", "a/b/two": "22", "c": "333" });
  const listed = await gathered(list(path));
  assert.deepEqual(listed.map(({ path, kind }) => [path, kind]).sort(), [
    ["a", "directory"],
    ["c", "file"],
  ]);
  const found = await gathered(find(path, { names: ["t*"], kinds: ["file"] }));
  assert.deepEqual(found.map(({ path, size }) => [path, size]), [["a/b/two", 2]]);
  const [usage] = await gathered(du(path, { maxDepth: 0 }));
  assert.deepEqual([usage?.path, usage?.entries], ["", 6]);
  const { size, used } = await df(path);
  assert.ok(size > used && used >= 0);
});

eachBackend("the library removes what is agreed to, and tells what", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  const { path } = place;
  await plant(path, { "a/one": "1", "a/b/two": "22", "c": "333" });
  const counts: number[] = [];
  const options = {
    recursive: true,
    confirm: (
      { count, bytes, failures }: { count: number; bytes: number; failures: readonly unknown[] },
    ) => {
      counts.push(count, bytes, failures.length);
      return true;
    },
  };
  assert.equal((await refusal(remove([`${path}/a`, `${path}/nothing`], options))).exitCode, 1);
  assert.equal(await bash(`ls "${path}"`), "a\nc\n");
  const removed = await gathered(remove([`${path}/a`, `${path}/c`], options));
  assert.deepEqual(counts, [5, 6, 0]);
  assert.deepEqual(removed.map(({ endpoint, path }) => `${endpoint} ${path}`).sort(), [
    "0 ",
    "0 b",
    "0 b/two",
    "0 one",
    "1 ",
  ]);
  assert.equal(await bash(`ls "${path}"`), "");
  assert.equal((await refusal(remove([], options))).exitCode, 64);
});

Deno.test("a signal ends a walk on this machine, also while nobody waits for anything", async () => {
  await using place = await makePlace();
  // Some 100 ms of work and more.
  for (let d = 0; d < 20; d++) await flatTree(`${place.path}/${d}`, 2000, 0);
  const reason = new Error("enough");
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(reason), 1);
  const walks = Array.from({ length: 50 }, async () => {
    let count = 0;
    for await (const _ of find(place.path, { signal: abort.signal })) count++;
    return count;
  });
  const outcomes = await Promise.allSettled(walks);
  clearTimeout(timer);
  assert.ok(outcomes.some((one) => one.status === "rejected" && one.reason === reason));
  await assert.rejects(gathered(list(place.path, { signal: abort.signal })), reason);
});

Deno.test("who stops asking has nothing left open", async () => {
  await using place = await makePlace();
  await plant(place.path, { "a/b/c/d": "", "e/f": "" });
  const open = (): number => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = Deno.build.os === "linux" ? open() : 0;
  for (let turn = 0; turn < 5; turn++) {
    for await (const one of find(place.path)) {
      assert.ok(one.type === "entry" && key(one.path) === "");
      break;
    }
  }
  assert.equal(Deno.build.os === "linux" ? open() : 0, before);
});

Deno.test("who leaves off in the middle of a listing is not kept from ending", async () => {
  await using place = await makePlace();
  await flatTree(`${place.path}/tree`, 20_000, 0);
  // Long enough between two entries for the event loop to get its turns.
  await Deno.writeTextFile(
    `${place.path}/leaves.ts`,
    `import { find } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
     const found = find(Deno.args[0])[Symbol.asyncIterator]();
     for (let count = 0; count < 10_000; count++) {
       await found.next();
       if (count % 4000 === 0) for (const end = Date.now() + 60; Date.now() < end;);
     }`,
  );
  const args = [
    "run",
    "--quiet",
    "-A",
    "--no-check",
    `${place.path}/leaves.ts`,
    `${place.path}/tree`,
  ];
  const child = new Deno.Command(Deno.execPath(), { args }).spawn();
  // Far longer than it takes, and never over for who waits for a message that nobody sends.
  const late = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const { code } = await child.status;
  clearTimeout(late);
  assert.equal(code, 0);
});
