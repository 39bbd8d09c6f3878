import assert from "node:assert/strict";
import { bundle } from "../../build/bundle.ts";
import { makePlace, PERMISSIONS } from "../support/mod.ts";
import { type Blit, copiesInWorkers, hashesInWasm, startsAndRefuses } from "./package_smoke.ts";

Deno.test("the bundled blit copies in Workers, hashes, and imports nothing but its chunks", async (t) => {
  await using place = await makePlace();
  const programs = await bundle(place.path);
  assert.deepEqual(programs, [
    "blit.js",
    "blit-daemon.js",
    "blit-utils.js",
    "mover_worker.js",
    "remote_worker.js",
  ]);
  const deno = ["run", "--no-config", "--no-prompt", ...PERMISSIONS];
  const blit: Blit = [Deno.execPath(), ...deno, `${place.path}/blit.js`];
  await t.step("it starts", () => startsAndRefuses(blit));
  await t.step("it copies", () => copiesInWorkers(blit));
  await t.step("it hashes", () => hashesInWasm(blit));
  await t.step("it imports only chunks", () => {
    for (const { name } of Deno.readDirSync(place.path)) {
      const code = Deno.readTextFileSync(`${place.path}/${name}`);
      for (const [, from = ""] of code.matchAll(/^(?:import|export) .*?"([^"]+)";$/gm)) {
        assert.match(from, /^\.\/[\w-]+\.js$/, name);
      }
    }
  });
});
