import assert from "node:assert/strict";
import { check } from "../../core/transfer/check.ts";
import { isProvenClean } from "../../core/watch/asking/ask.ts";
import { blitCommand, command, needing, startWatch, watchedPair } from "../support/mod.ts";
import { clean, plantEqual, until } from "../support/asking.ts";
import { isThere } from "../support/is_there.ts";

Deno.test({
  ...needing("a mirror in a mount namespace of its own is not told clean", "mount"),
  fn: async () => {
    await using pair = await watchedPair();
    await plantEqual(pair);
    await using _watch = await pair.watch();
    const { program, args, env } = blitCommand(
      ["mirror", "--json", "-n", `${pair.source}/`, pair.destination],
      { env: pair.env },
    );
    // An answer may be late, and then a mirror looks itself anyway.
    for (let round = 0; round < 3; round++) {
      await clean(pair, "outside");
      const { stdout, stderr } = await command("unshare", [
        ...["--mount", "--propagation", "private", "bash", "-c"],
        `mount -t tmpfs none "$1/d" && echo > "$1/d/only-here" && shift && exec "$@"`,
        ...["bash", pair.source, program, ...args],
      ], { env });
      const summary = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
      assert.equal(summary.type, "summary", stderr);
      assert.equal(summary.proven_by_watch, undefined);
      assert.equal(summary.files_created, 1);
    }
  },
});

Deno.test("a backup directory in the destination is proven to mirrors that have the same one", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  const { source, destination } = pair;
  await using _watch = await pair.watch("--mirror", "--yes", "--backup-dir", ".old");
  const proven = (from: string, to: string, backupDir?: string): boolean =>
    isProvenClean(`${pair.path}/run/blit`, from, to, backupDir === undefined ? {} : { backupDir });
  const same = (): boolean => proven(`${source}/`, destination, "./.old/");
  await until(same, "at first");
  await Deno.remove(`${source}/d/1`);
  await until(same, "after a backup");
  assert.equal(await Deno.readTextFile(`${destination}/.old/d/1`), "1\n");
  for (const other of [undefined, ".other", ".old/x", "../.old", `${pair.path}/elsewhere`]) {
    for (let round = 0; round < 3; round++) {
      assert.ok(!proven(`${source}/`, destination, other), `with ${other}`);
    }
  }
  await until(same, "with the same");
  await until(() => proven(`${source}/`, destination, `${destination}/.old`), "by its whole path");
  const looking = await check(`${source}/`, destination);
  assert.ok(looking.extra > 0, "a mirror without it would have found something");
});

Deno.test("a backup directory outside of the destination is proven to every mirror", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  await using _watch = await pair.watch("--mirror", "--yes", "--backup-dir", "../old");
  await clean(pair, "at first");
  await Deno.remove(`${pair.source}/d/1`);
  await clean(pair, "after a backup");
  assert.equal(await Deno.readTextFile(`${pair.path}/old/d/1`), "1\n");
});

Deno.test("a watcher's backup directory is where a mirror of the same operands has it", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  const { source, destination } = pair;
  const args = ["--mirror", "--yes", "--backup-dir", "old", source, destination];
  await using watch = await startWatch(["watch", "--json", ...args], pair.env);
  await watch.clean();
  await Deno.remove(`${source}/d/1`);
  await watch.until(({ type, state }) =>
    type === "state" && state === "clean" && isThere(`${destination}/old/d/1`)
  );
  assert.ok(!isThere(`${destination}/source/old`));
});
