import assert from "node:assert/strict";
import { onGround, startDaemon } from "../support/mod.ts";
import { oracle, sorted, utils } from "./looking_scene.ts";

/** Directories of real files that most machines have, from large to small. */
const TREES = ["/usr/include", "/usr/share/zoneinfo", "/usr/share/doc", "/usr/share/perl", "/etc"];

onGround("ls, find and du agree with GNU's on a real tree, here and on a server", async (g) => {
  const tree = TREES.find((path) => {
    try {
      return Deno.lstatSync(path).isDirectory;
    } catch {
      return false;
    }
  });
  assert.ok(tree, "this machine has none of the directories looked for");
  await using daemon = await startDaemon({ root: tree });
  const names = sorted(await oracle(tree, "find . -mindepth 1 -printf '%P\\0'"), "\0");
  const listed = await oracle(tree, "ls -1RA .");
  const taken = sorted(await oracle(tree, "du -0 -B1 ."), "\0");
  const sizes = sorted(await oracle(tree, "du -0 -b ."), "\0");
  for (const place of [`${tree}/`, daemon.endpoint()]) {
    const relative = (text: string): string =>
      text.replaceAll(place, "./").replaceAll(/\.\/(?=[:\0])/g, ".");
    const found = await utils(g, "find", "-0", place);
    assert.deepEqual(sorted(found.stdout, "\0"), [...names, "."].sort(), place);
    assert.equal(relative((await utils(g, "ls", "-R", place)).stdout), listed);
    const usage = async (...options: string[]): Promise<string[]> =>
      sorted(relative((await utils(g, "du", "-0", "--bytes", ...options, place)).stdout), "\0");
    assert.deepEqual(await usage(), taken);
    assert.deepEqual(await usage("--apparent"), sizes);
  }
}, { only: "linux", onlyLocal: true });
