import assert from "node:assert/strict";
import {
  assertCode,
  assertUntouched,
  bash,
  bigFile,
  command,
  compareTrees,
  fingerprint,
  inBackground,
  makePlace,
  plant,
  runBlit,
  startDaemon,
  unmet,
} from "../support/mod.ts";

const missing = unmet(["remote"]);

/** Seconds of the race; a minute with BLIT_SOAK=1. */
const SECONDS = unmet(["soak"]) ? 6 : 60;
const SWAPPER = new URL("swap/swapper.ts", import.meta.url).pathname;
const CLIENT = new URL("swap/client.ts", import.meta.url).pathname;

/** A tree whose files say `word`; small ones, one of a shard's size, and a large one. */
async function plantTree(root: string, word: string): Promise<void> {
  const below = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, `${word} ${name}`]));
  await plant(root, {
    ...below(["top", "a/file", "a/b/file", "a/b/other", "a/b/c/file", "a/b/c/moved"]),
    ...below(Array.from({ length: 30 }, (_, n) => `a/b/c/many-${n}`)),
    "a/b/empty/": null,
  });
  await bigFile(`${root}/a/b/big`, 2_500_000);
  await bash(`printf %s "$2" >>"$1/a/b/big"; ln "$1/a/b/file" "$1/a/linked"`, [root, word]);
}

/** Every component of the paths that are transferred. */
const COMPONENTS = ["", "/a", "/a/b", "/a/b/c", "/a/b/file", "/a/b/big", "/a/b/c/many-3"];

Deno.test({
  name: `links swapped in at any component never lead a transfer out of the module` +
    (missing === undefined ? "" : ` (needs ${missing})`),
  ignore: missing !== undefined || Deno.build.os !== "linux",
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    const [module, outside] = [`${path}/module`, `${path}/outside`];
    await plantTree(`${path}/local`, "local");
    await plantTree(`${module}/source`, "served");
    await plantTree(`${module}/pushed`, "older");
    await plantTree(outside, "SECRET");
    await plant(outside, { "a/b/SECRET-name": "SECRET", "a/b/c/SECRET-name": "SECRET" });
    await Deno.mkdir(`${module}/spare`);
    await bash(`setfattr -n user.note -v yes "$1/a/b/file"`, [`${path}/local`]);
    const before = await fingerprint(outside);

    await using daemon = await startDaemon({ root: module });
    {
      const pairs = ["source", "pushed"].flatMap((tree) =>
        COMPONENTS.map((component) => `${module}/${tree}${component}=${outside}${component}`)
      );
      const args = ["run", "--quiet", "-A", SWAPPER, `${module}/spare`, ...pairs];
      await using swapper = inBackground(Deno.execPath(), args);
      const output = await command(
        Deno.execPath(),
        ["run", "--quiet", "-A", CLIENT, `${daemon.host}:${daemon.port}`, path, String(SECONDS)],
        { timeoutMs: (SECONDS + 180) * 1000 },
      );
      assertCode(output, 0);
      const runs = output.stdout.trimEnd().split("\n");
      assert.deepEqual(runs.filter((line) => /"(read|defect|late)/.test(line)), []);
      assert.ok(runs.length >= 8, `only ${runs.length} runs`);
      await swapper.said(/swapping/);
    }
    await assertUntouched(outside, before);

    // Left in peace, it serves as before.
    await bash(`rm -rf "$1"/*`, [module]);
    await plantTree(`${module}/source`, "served");
    const push = ["mirror", "-a", "-y", "local/", daemon.endpoint("pushed")];
    assertCode(await runBlit(push, { cwd: path }), 0);
    await compareTrees(`${path}/local`, `${module}/pushed`);
    assertCode(await runBlit(["copy", "-a", daemon.endpoint("source/"), "got"], { cwd: path }), 0);
    await compareTrees(`${module}/source`, `${path}/got`);
    assert.doesNotMatch(daemon.stderr(), /Uncaught|panicked|TypeError|RangeError/);
  },
});
