import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  assertCode,
  assertSentence,
  bash,
  bigFile,
  bigTree,
  listTree,
  onGround,
  temporariesIn,
} from "../support/mod.ts";

/** Whether two files hold the same. */
function isSame(root: string, a: string, b: string): boolean {
  return Buffer.from(Deno.readFileSync(`${root}/${a}`)).equals(Deno.readFileSync(`${root}/${b}`));
}

onGround("two mirrors onto one destination at once end with it equal to the source", async (g) => {
  await bigTree(g.source, 20, 60, 300);
  await bigFile(`${g.source}/big`, 30_000_000);
  await bigTree(g.destination, 10, 60, 200);
  const outputs = await Promise.all([
    g.blit("mirror", "-y", "source/", "destination"),
    g.blit("mirror", "-y", "source/", "destination"),
  ]);
  for (const output of outputs) assertSentence(output, [0, 1, 2]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await g.compare();
  assert.deepEqual(await temporariesIn(g.destination), []);
});

onGround("two copies of different trees onto one destination leave only whole files", async (g) => {
  await bigTree(`${g.path}/one`, 5, 200, 700);
  await bigTree(`${g.path}/two`, 5, 200, 900);
  await bash(`find "$1" -type f -exec sed -i 's/\\./2/g' {} +`, [`${g.path}/two`]);
  await bigFile(`${g.path}/one/big`, 9_000_000, 1);
  await bigFile(`${g.path}/two/big`, 8_000_000, 2);
  for (let round = 0; round < 2; round++) {
    const outputs = await Promise.all([
      g.blit("copy", "--ignore-times", "one/", "destination"),
      g.blit("copy", "--ignore-times", "two/", "destination"),
    ]);
    for (const output of outputs) assertSentence(output, [0, 2]);
    const torn = (await listTree(g.destination)).filter(({ type, path }) =>
      type === "f" &&
      !["one", "two"].some((tree) => isSame(g.path, `destination/${path}`, `${tree}/${path}`))
    );
    assert.deepEqual(torn, [], `torn in round ${round}`);
    assert.deepEqual(await temporariesIn(g.destination), []);
  }
});
