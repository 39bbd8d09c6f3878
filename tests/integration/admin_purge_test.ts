import assert from "node:assert/strict";
import { remove } from "../../mod.ts";
import { assertUntouched, bash, fingerprint, plant } from "../support/mod.ts";
import { type AdminGround, gathered, onDaemon, refusal } from "./admin_ground.ts";

const RECURSIVE = { recursive: true };

/** A fresh tree at `path/name` in the default export. */
async function planted(g: AdminGround, name: string): Promise<string> {
  await plant(`${g.path}/${name}`, { "a/one": "1", "a/b/two": "22", "c": "333", "d/": null });
  return `${g.path}/${name}`;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

onDaemon("remove through a daemon", {
  "it removes what is named, with everything below it, and nothing else": async (g) => {
    const tree = await planted(g, "first");
    const removed = await gathered(
      remove([g.daemon.endpoint("first/a"), g.daemon.endpoint("first/c")], RECURSIVE),
    );
    const told = removed.map(({ endpoint, path, kind, size }) => [endpoint, path, kind, size]);
    assert.deepEqual(told.sort(), [
      [0, "", "directory", 0],
      [0, "b", "directory", 0],
      [0, "b/two", "file", 2],
      [0, "one", "file", 1],
      [1, "", "file", 3],
    ]);
    assert.deepEqual(Array.from(Deno.readDirSync(tree), ({ name }) => name), ["d"]);
  },

  "a dry run tells the same, and removes nothing": async (g) => {
    const tree = await planted(g, "dry");
    const before = await fingerprint(tree);
    const endpoint = g.daemon.endpoint("dry");
    const would = await gathered(remove(endpoint, { ...RECURSIVE, dryRun: true }));
    await assertUntouched(tree, before);
    assert.deepEqual(await gathered(remove(endpoint, RECURSIVE)), would);
    assert.equal(await exists(tree), false);
  },

  "nothing goes unless somebody agrees": async (g) => {
    const tree = await planted(g, "asked");
    const asked: unknown[] = [];
    const confirm = (answer: boolean) => (request: { count: number; bytes: number }): boolean => {
      asked.push([request.count, request.bytes]);
      return answer;
    };
    const endpoint = g.daemon.endpoint("asked");
    assert.deepEqual(
      await gathered(remove(endpoint, { ...RECURSIVE, confirm: confirm(false) })),
      [],
    );
    assert.equal(await exists(`${tree}/a/b/two`), true);
    await gathered(remove(endpoint, { ...RECURSIVE, confirm: confirm(true) }));
    assert.deepEqual([await exists(tree), asked], [false, [[7, 6], [7, 6]]]);
  },

  "roots, dots, directories without recursive and read-only modules are refused": async (g) => {
    const tree = await planted(g, "kept");
    const before = await fingerprint(g.odd);
    const cases: readonly [string, object, string, number][] = [
      [g.daemon.module("odd"), RECURSIVE, "remove-root", 64],
      [g.daemon.endpoint(), RECURSIVE, "remove-root", 64],
      [g.daemon.endpoint("kept/."), RECURSIVE, "remove-dots", 64],
      [g.daemon.endpoint("kept/.."), RECURSIVE, "endpoint-path", 64],
      [g.daemon.endpoint("kept"), {}, "EISDIR", 1],
      [g.daemon.endpoint("not-there"), RECURSIVE, "path-missing", 1],
      [g.daemon.endpoint("kept/c/"), RECURSIVE, "ENOTDIR", 1],
      [g.daemon.module("frozen", "empty"), RECURSIVE, "read-only", 1],
      [g.daemon.module("frozen", "empty"), { ...RECURSIVE, dryRun: true }, "read-only", 1],
    ];
    for (const [endpoint, options, code, exitCode] of cases) {
      const refused = await refusal(remove(endpoint, options));
      assert.deepEqual([refused.code, refused.exitCode], [code, exitCode], refused.message);
      assert.ok(!refused.message.includes(g.path), refused.message);
    }
    await assertUntouched(g.odd, before);
    assert.equal(await exists(`${tree}/a/b/two`), true);
  },

  "nothing is removed if one of those named is not there": async (g) => {
    const tree = await planted(g, "whole");
    const endpoints = ["whole/a", "whole/nothing"].map((path) => g.daemon.endpoint(path));
    assert.equal((await refusal(remove(endpoints, RECURSIVE))).code, "path-missing");
    assert.equal(await exists(`${tree}/a/one`), true);
  },

  "a link is removed, and not what it leads to": async (g) => {
    const tree = await planted(g, "linked");
    const secret = await planted(g, "secret");
    await Deno.symlink(secret, `${tree}/out`);
    await Deno.symlink(secret, `${tree}/a/out`);
    assert.equal((await refusal(remove(g.daemon.endpoint("linked/out/c")))).code, "ELOOP");
    await gathered(remove(g.daemon.endpoint("linked/out")));
    await gathered(remove(g.daemon.endpoint("linked/a"), RECURSIVE));
    assert.deepEqual([await exists(`${tree}/out`), await exists(`${tree}/a`)], [false, false]);
    assert.equal(await exists(`${secret}/a/b/two`), true);
  },

  "what it does here and through a daemon is asked for in one go": async (g) => {
    const [here, there] = [await planted(g, "here"), await planted(g, "there")];
    const removed = await gathered(
      remove([`${here}/c`, g.daemon.endpoint("there/c"), `${here}/d`], RECURSIVE),
    );
    assert.deepEqual(removed.map(({ endpoint }) => endpoint).sort(), [0, 1, 2]);
    assert.deepEqual([await exists(`${here}/c`), await exists(`${there}/c`)], [false, false]);
  },

  "the odd tree goes name by name": async (g) => {
    await bash(`cp -a "${g.odd}" "${g.path}/copy"`);
    const entries = Number(await bash(`find "${g.path}/copy" -printf x | wc -c`));
    const removed = await gathered(remove(g.daemon.endpoint("copy"), RECURSIVE));
    assert.deepEqual(removed.filter(({ type }) => type === "failure"), []);
    assert.equal(removed.length, entries);
    assert.equal(await exists(`${g.path}/copy`), false);
  },
});
