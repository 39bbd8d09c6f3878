import assert from "node:assert/strict";
import {
  assertCode,
  assertUntouched,
  command,
  fingerprint,
  inBackground,
  makePlace,
  startDaemon,
  unmet,
} from "../support/mod.ts";
import { plantRemovable } from "./swap/removable_tree.ts";

const missing = unmet(["remote"]);

/** Seconds of the race; a minute with BLIT_SOAK=1. */
const SECONDS = unmet(["soak"]) ? 5 : 60;
const SWAPPER = new URL("swap/swapper.ts", import.meta.url).pathname;
const REMOVER = new URL("swap/remover.ts", import.meta.url).pathname;

/** Components of the paths that are removed: the last ones are reached again after being closed. */
const COMPONENTS = ["", "/a", "/a/b", "/a/b/c", "/a/b/file", "/a/b/empty", "/a/b/d"].concat(
  [20, 60].map((levels) => `/a/b${"/d".repeat(levels)}`),
);

Deno.test({
  name: `links swapped in at any component never lead a removal out of the tree` +
    (missing === undefined ? "" : ` (needs ${missing})`),
  ignore: missing !== undefined || Deno.build.os !== "linux",
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    const [module, outside] = [`${path}/module`, `${path}/outside`];
    plantRemovable(outside, "outside");
    plantRemovable(`${module}/tree`, "removable");
    Deno.mkdirSync(`${module}/spare`);
    const before = await fingerprint(outside);
    await using daemon = await startDaemon({ root: module });
    {
      const pairs = COMPONENTS.map((component) =>
        `${module}/tree${component}=${outside}${component}`
      );
      const args = ["run", "--quiet", "-A", SWAPPER, `${module}/spare`, ...pairs];
      await using swapper = inBackground(Deno.execPath(), args);
      const output = await command(
        Deno.execPath(),
        ["run", "--quiet", "-A", REMOVER, `${daemon.host}:${daemon.port}`, path, String(SECONDS)],
        { timeoutMs: (SECONDS + 60) * 1000 },
      );
      assertCode(output, 0);
      const runs = output.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
      assert.deepEqual(runs.filter(({ outcome }) => /^(defect|late)/.test(outcome)), []);
      assert.ok(runs.length >= 8, `only ${runs.length} runs`);
      assert.ok(runs.some(({ removed }) => removed > 0), "nothing was ever removed");
      await swapper.said(/swapping/);
    }
    await assertUntouched(outside, before);
    assert.doesNotMatch(daemon.stderr(), /Uncaught|panicked|TypeError|RangeError|defect/);
  },
});
