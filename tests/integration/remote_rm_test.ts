import assert from "node:assert/strict";
import { remove } from "../../core/admin/mod.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  type CommandOutput,
  type Daemon,
  fingerprint,
  flatTree,
  listTree,
  makePlace,
  mountBind,
  oddTree,
  OWN_BACKEND,
  plant,
  readTree,
  runBlit,
  startDaemon,
  symlinkTo,
  unmet,
} from "../support/mod.ts";
import { isThere } from "../support/is_there.ts";

interface Remote {
  /** `path/served` is the module `data`, and what is exported by default. */
  readonly path: string;
  readonly served: string;
  readonly daemon: Daemon;
  rm(...args: string[]): Promise<CommandOutput>;
}

/** Registers a test on a daemon with the modules `data` (in a changed root), `kept` (read-only, the same) and `flat`. */
function onDaemon(
  name: string,
  fn: (remote: Remote) => Promise<void>,
  needs: "mount"[] = [],
): void {
  const missing = unmet(["remote", ...needs]);
  Deno.test({
    name: name + (missing === undefined ? "" : ` (needs ${missing})`),
    ignore: missing !== undefined,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await plant(path, { "served/": null, "flat/": null, "outside/secret": "SECRET" });
      const config = `[[module]]
name = "data"
path = "${path}/served"
use_chroot = true
[[module]]
name = "kept"
path = "${path}/served"
read_only = true
[[module]]
name = "flat"
path = "${path}/flat"
`;
      await using daemon = await startDaemon({ config, root: `${path}/served` });
      const rm: Remote["rm"] = (...args) =>
        runBlit(["rm", ...args], { cwd: path, program: "blit-utils" });
      await fn({ path, served: `${path}/served`, daemon, rm });
    },
  });
}

onDaemon("a tree of all oddities goes from a server, told entry by entry", async (remote) => {
  const { served, daemon, rm } = remote;
  await oddTree(`${served}/odd`, OWN_BACKEND.features);
  const listed = (await listTree(`${served}/odd`)).length;
  const dry = await rm("-r", "-n", "--json", daemon.module("data", "odd"));
  assertCode(dry, 0);
  const real = await rm("-r", "-y", "-v", "--json", daemon.module("data", "odd"));
  assertCode(real, 0);
  const entries = (text: string) => text.split("\n").filter((line) => /"removed"/.test(line));
  assert.equal(entries(real.stdout).length, listed);
  assert.deepEqual(entries(real.stdout), entries(dry.stdout));
  assert.deepEqual(await readTree(served), {});
  assert.match(daemon.stderr(), /rm \/data\/odd/);
});

onDaemon("roots, what is read-only, and what leads out are refused by a server", async (remote) => {
  const { path, served, daemon, rm } = remote;
  await plant(served, { "d/f": "1", "f": "1", "out": symlinkTo("../outside") });
  const before = await fingerprint(path);
  for (
    const [endpoint, code, words] of [
      [daemon.module("data"), 64, /is a root and is never removed/],
      [daemon.endpoint(), 64, /is a root and is never removed/],
      [daemon.module("data", "."), 64, /ends with "\."/],
      [daemon.module("data", "d/."), 64, /ends with "\."/],
      [daemon.module("data", ".."), 64, /leads upwards/],
      [daemon.module("data", "d/../.."), 64, /leads upwards/],
      [daemon.module("data", "missing"), 1, /does not exist/],
      [daemon.module("data", "out/secret"), 1, /symbolic link/],
      [daemon.module("data", "out/"), 1, /symbolic link/],
      [daemon.module("data", "f/"), 1, /not a directory/],
      [daemon.module("kept", "f"), 1, /"kept" is read-only: nothing in it may be changed/],
      [daemon.module("nope", "f"), 1, /nope/],
    ] as const
  ) {
    await assert.rejects(Array.fromAsync(remove(endpoint, { recursive: true })), (error) => {
      assert.ok(error instanceof TransferError, `${endpoint}: ${error}`);
      assert.match(error.message, words);
      assert.equal(error.exitCode, code, endpoint);
      return true;
    });
  }
  assertSentence(await rm("-r", "-y", daemon.module("kept", "f")), [1], /"kept" is read-only/);
  assertSentence(await rm("-y", daemon.module("data", "d")), [1], /--recursive/);
  await assertUntouched(path, before);
  assertCode(await rm("-y", daemon.module("data", "out")), 0);
  assert.deepEqual(await readTree(`${path}/outside`), { "secret": "SECRET" });
});

onDaemon("local and remote endpoints go together, or none of them", async (remote) => {
  const { path, served, daemon, rm } = remote;
  await plant(served, { "a/f": "1", "b": "22" });
  await plant(`${path}/flat`, { "c/f": "333" });
  await plant(`${path}/local`, { "d": "4444" });
  const before = await fingerprint(path);
  const named = [
    "local/d",
    daemon.module("flat", "c"),
    daemon.module("data", "a/"),
    daemon.endpoint("b"),
  ];
  for (const wrong of ["local/no", daemon.module("data", "no"), daemon.module("kept", "b")]) {
    assertSentence(await rm("-r", "-y", ...named, wrong), [1], /Nothing was removed\./);
  }
  const unasked = await rm("-r", ...named);
  assertSentence(unasked, [2], /Nothing is removed: 6 entries, 10 B would go/);
  await assertUntouched(path, before);
  const output = await rm("-r", "-y", "-v", ...named);
  assertCode(output, 0);
  assert.match(output.stderr, /6 entries, 10 B removed/);
  assert.deepEqual(
    output.stdout.split("\n").slice(0, -1).sort(),
    [...named.map((name) => name.replace(/\/$/, "/")), `${named[1]}/f`, `${named[2]}f`].sort(),
  );
  for (const tree of ["served", "flat", "local"]) {
    assert.deepEqual(await readTree(`${path}/${tree}`), {});
  }
});

onDaemon("what cannot go on a server stays with a sentence, and the rest goes", async (remote) => {
  const { path, served, daemon, rm } = remote;
  await plant(served, { "t/a/mount/": null, "t/a/f": "1", "t/b": "1" });
  await using _mounted = await mountBind(`${path}/outside`, `${served}/t/a/mount`);
  const output = await rm("-r", "-y", daemon.module("data", "t"));
  assertSentence(output, [2], /Cannot remove "\/data\/t\/a\/mount": something is mounted there/);
  assert.match(output.stderr, /2 entries, 2 B removed, 1 failed/);
  assert.deepEqual(await readTree(`${path}/outside`), { "secret": "SECRET" });
  const named = await rm("-r", "-y", daemon.module("data", "t/a/mount"));
  assertSentence(named, [1], /something is mounted there/);
}, ["mount"]);

onDaemon("the library removes on a server what confirm agrees to", async ({ served, daemon }) => {
  await plant(served, { "t/a": "12", "t/b": "3" });
  const endpoint = daemon.module("data", "t");
  const requests: unknown[] = [];
  const ask = (answer: boolean) => ({
    recursive: true,
    confirm: (request: unknown) => {
      requests.push(request);
      return answer;
    },
  });
  assert.deepEqual(await Array.fromAsync(remove(endpoint, ask(false))), []);
  assert.deepEqual(await readTree(served), { "t/": null, "t/a": "12", "t/b": "3" });
  const gone = await Array.fromAsync(remove(endpoint, ask(true)));
  assert.deepEqual(requests, Array(2).fill({ count: 3, bytes: 3, failures: [] }));
  assert.equal(gone.length, 3);
  assert.ok(gone.every((entry) => entry.type === "removed" && entry.endpoint === 0));
  assert.deepEqual(await readTree(served), {});
  await assert.rejects(
    Array.fromAsync(remove(endpoint)),
    (error) => error instanceof TransferError && error.exitCode === 1,
  );
});

onDaemon("more is removed from a server than one question can name", async (remote) => {
  const { path, daemon } = remote;
  await flatTree(`${path}/flat`, 10_050, 0);
  const named = Array.from({ length: 10_050 }, (_, at) => daemon.module("flat", `file-${at}`));
  const seen = new Set<number>();
  for await (const step of remove(named)) {
    assert.equal(step.type, "removed");
    if (step.type === "removed") seen.add(step.endpoint);
  }
  assert.equal(seen.size, 10_050);
  assert.deepEqual(await readTree(`${path}/flat`), {});
});

onDaemon("a removal ends when its client leaves, and when its daemon dies", async (remote) => {
  const { path, daemon, rm } = remote;
  await flatTree(`${path}/flat/t`, 30_000, 0);
  const count = () =>
    isThere(`${path}/flat/t`) ? [...Deno.readDirSync(`${path}/flat/t`)].length : 0;
  const leaving = new AbortController();
  await assert.rejects(async () => {
    for await (
      const _ of remove(daemon.module("flat", "t"), { recursive: true, signal: leaving.signal })
    ) leaving.abort(new Error("left"));
  }, /left/);
  await daemon.said(/Ended early/);
  await delay(200);
  const left = count();
  assert.ok(left > 1000, "it was all removed before the client left");
  await delay(200);
  assert.equal(count(), left);
  const dying = rm("-r", "-y", daemon.module("flat", "t"));
  while (count() === left) await delay(5);
  await daemon.kill();
  const output = await dying;
  assert.ok(output.code === 1 || !isThere(`${path}/flat/t`), output.stderr);
  if (output.code !== 0) assertSentence(output, [1], /removed/);
});

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
