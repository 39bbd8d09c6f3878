import assert from "node:assert/strict";
import { blitCommand, command, needing, watchedPair } from "../support/mod.ts";
import { clean, plantEqual } from "../support/asking.ts";

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
