import assert from "node:assert/strict";
import { bash, bigFile, bigTree, plant, requires } from "../support/mod.ts";

/** Content hashes of every regular file, by path. */
export async function hashes(root: string): Promise<Map<string, string>> {
  requires("b3sum");
  const list = await bash(
    `cd "$1"; find . -type f -print0 | xargs -0 -r b3sum --num-threads 1`,
    [root],
  );
  const files = list.split("\n").filter((line) => line !== "");
  return new Map(files.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** Files that are there on both sides, on one only, small and large, linked, and extras. */
export async function plantOldAndNew(source: string, old: string): Promise<void> {
  await bigTree(source, 24, 40, 3000);
  await bigTree(old, 16, 40, 2000);
  for (let n = 0; n < 6; n++) await bigFile(`${source}/big-${n}`, 6_000_000 + n, 10 + n);
  for (let n = 0; n < 3; n++) await bigFile(`${old}/big-${n}`, 5_000_000 + n, 20 + n);
  await bigTree(`${old}/extra`, 4, 40, 500);
  await plant(old, { "an-extra": "extra", "z-extra": "extra" });
  await bash(
    `cd "$1"; ln big-5 directory-3/linked; ln directory-1/file-1 directory-2/linked
    touch -d @1000000 directory-*/file-3*; cd "$2"; touch -d @1000000 directory-*/file-3*`,
    [source, old],
  );
}

function isExtra(path: string): boolean {
  return path.includes("extra");
}

/** What must hold after a run was killed: nothing half, nothing lost, nothing deleted too early. */
export async function assertWhole(
  destination: string,
  before: Map<string, string>,
  source: Map<string, string>,
  sizes: Map<string, number>,
  when: string,
): Promise<void> {
  const after = await hashes(destination);
  let complete = true;
  for (const [path, hash] of source) {
    const now = after.get(path);
    if (now !== hash) complete = false;
    // A small file that was not there may be cut short; a large one must not be.
    if (before.has(path) || (sizes.get(path) ?? 0) >= 1_048_576 && now !== undefined) {
      assert.ok(
        now === hash || now === before.get(path) && now !== undefined,
        `${path} is ${now === undefined ? "gone" : "torn"} ${when}`,
      );
    }
  }
  for (const [path, hash] of before) {
    if (!isExtra(path)) continue;
    const now = after.get(path);
    if (now === undefined) {
      assert.ok(complete, `${path} was deleted before all had arrived ${when}`);
    } else assert.equal(now, hash, `${path} is torn ${when}`);
  }
}
