import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { SpelledNames } from "../../../core/remote/destination/spelled_names.ts";
import { openSys } from "../../../core/sys/mod.ts";
import { makePlace, mountSpelling, unmet } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

Deno.test("a directory that is listed by another name is another one", {
  ignore: unmet(["fusepy"]) !== undefined,
}, async () => {
  await using place = await makePlace();
  const destination = `${place.path}/destination`;
  await Deno.mkdir(destination);
  await Deno.mkdir(`${place.path}/source`);
  await using _ = await mountSpelling(destination, "case");
  const { sys } = await openSys();
  const job = plainJob({ root: `${place.path}/source`, destination }, "always");
  const context = new MoverContext(sys, job, newMemory(), 0, undefined, () => {});
  const spelled = new SpelledNames(context);
  const isOther = (path: string): boolean => spelled.isOther(0, nameOf(path));
  await Deno.mkdir(`${destination}/sub/Name`, { recursive: true });
  assert.deepEqual(["sub", "SUB", "none"].map(isOther), [false, true, false]);
  assert.deepEqual(["sub/Name", "sub/nAME", "sub/none"].map(isOther), [false, true, false]);
  // Made after the names were listed.
  await Deno.mkdir(`${destination}/sub/later`);
  assert.deepEqual(["sub/later", "sub/LATER", "sub/Name"].map(isOther), [false, true, false]);
  context.release();
  sys.end();
});
