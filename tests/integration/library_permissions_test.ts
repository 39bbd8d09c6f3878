import assert from "node:assert/strict";
import { bigTree, command, compareTrees, makePlace, plant, readTree } from "../support/mod.ts";

/** A program that uses the library with the permissions given. */
async function withPermissions(
  place: string,
  permissions: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = `
    import { mirror } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
    const summary = await mirror(${JSON.stringify(`${place}/source/`)},
      ${JSON.stringify(`${place}/destination`)}, { confirm: () => true });
    console.log(JSON.stringify(summary));`;
  await Deno.writeTextFile(`${place}/program.ts`, program);
  return await command(Deno.execPath(), [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-config",
    ...permissions,
    `${place}/program.ts`,
  ]);
}

const PERMISSION_SETS: Readonly<Record<string, [permissions: string[], backend: string]>> = {
  "read, write and ffi": [["--allow-read", "--allow-write", "--allow-ffi"], "linux"],
  "read and write": [["--allow-read", "--allow-write"], "portable"],
};

for (const [what, [permissions, backend]] of Object.entries(PERMISSION_SETS)) {
  Deno.test({
    name: `the library works with the permissions ${what} alone, on ${backend}`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      await using place = await makePlace();
      await bigTree(`${place.path}/source`, 10, 200, 100);
      await plant(place.path, { "destination/extra": "extra" });
      const { code, stdout, stderr } = await withPermissions(place.path, permissions);
      assert.equal(code, 0, stderr);
      const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
      assert.equal(summary.backend, backend);
      assert.equal(summary.exitCode, 0);
      await compareTrees(`${place.path}/source`, `${place.path}/destination`, {
        timeStepNs: backend === "linux" ? 1 : 1_000_000,
      });
    },
  });
}

Deno.test("the library works with read and write of its two trees alone", async () => {
  await using place = await makePlace();
  await plant(place.path, { "source/a": "a", "source/sub/b": "b", "destination/extra": "extra" });
  const { code, stderr } = await withPermissions(place.path, [
    `--allow-read=${place.path}/source,${place.path}/destination`,
    `--allow-write=${place.path}/destination`,
  ]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(await readTree(`${place.path}/destination`), {
    "a": "a",
    "sub/": null,
    "sub/b": "b",
  });
});
