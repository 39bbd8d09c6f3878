import assert from "node:assert/strict";
import { assertCode, bigFile, bigTree, compareTrees, onRemote, run } from "../support/mod.ts";

const MANY_COPIES = new URL("./many_copies.ts", import.meta.url).pathname;

// From five programs, ten from each: fifty that start at once would be a test of the machine. It
// runs alone all the same, see build/tests.ts.
onRemote("fifty sessions at once all arrive, and the daemon serves on", async (g) => {
  await bigTree(g.source, 4, 25, 3000);
  await bigFile(`${g.source}/big`, 2_000_000, 9);
  // Directories that hold none are with the daemon sooner than anything else of what comes unasked.
  for (const name of ["a", "b", "c"]) {
    await Deno.mkdir(`${g.source}/empty-${name}/deeper`, { recursive: true });
  }
  await Deno.mkdir(`${g.path}/out`);
  const clients = Array.from({ length: 5 }, (_, client) => {
    const operands = Array.from(
      { length: 10 },
      (_, number) =>
        number % 2 === 0
          ? ["source/", g.daemon.endpoint(`out/${client}${number}`)]
          : [g.daemon.endpoint("source/"), `out/${client}${number}`],
    );
    return run(Deno.execPath(), ["run", "--quiet", "-A", MANY_COPIES, ...operands.flat()], {
      cwd: g.path,
    });
  });
  await Promise.all(clients);
  const copies = [...Deno.readDirSync(`${g.path}/out`)].map(({ name }) => name);
  assert.equal(copies.length, 50);
  for (const name of copies) await compareTrees(g.source, `${g.path}/out/${name}`);
  assertCode(await g.blit("copy", "source/", g.daemon.endpoint("destination")), 0);
  await g.compare();
}, { directions: ["push"] });
