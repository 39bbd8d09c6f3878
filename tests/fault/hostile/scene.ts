import assert from "node:assert/strict";
import { copy } from "../../../mod.ts";
import {
  assertUntouched,
  compareTrees,
  type Daemon,
  fingerprint,
  makePlace,
  plant,
  startDaemon,
  symlinkTo,
  unmet,
} from "../../support/mod.ts";

const ignore = unmet(["remote"]) !== undefined;

/** Runs what a hostile client does, and checks that nothing but the session came to harm. */
export function hostile(name: string, act: (daemon: Daemon, path: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    // The calls of libc are opened once, and stay.
    sanitizeResources: false,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await plant(path, {
        "module/source/a": "ten bytes!",
        "module/source/sub/b": "b",
        "module/pushed/old": "old",
        "module/pushed/out": symlinkTo("../../outside"),
        "outside/secret": "secret",
        "local/a": "a",
      });
      const before = [await fingerprint(`${path}/outside`), await fingerprint(`${path}/module`)];
      await using daemon = await startDaemon({ root: `${path}/module` });
      await act(daemon, path);
      await assertUntouched(`${path}/outside`, before[0] ?? "");
      assert.equal(await Deno.readTextFile(`${path}/module/pushed/old`), "old");
      assert.equal(await Deno.readTextFile(`${path}/module/source/a`), "ten bytes!");
      assert.doesNotMatch(daemon.stderr(), /Uncaught|panicked|TypeError|RangeError|defect/i);
      assert.equal((await copy(daemon.endpoint("source/"), `${path}/got`)).exitCode, 0);
      await compareTrees(`${path}/module/source`, `${path}/got`);
      assert.equal((await copy(`${path}/local/`, daemon.endpoint("in"))).exitCode, 0);
      await compareTrees(`${path}/local`, `${path}/module/in`);
    },
  });
}
