import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  bigTree,
  command,
  compareTrees,
  makePlace,
  plant,
  readTree,
  startDaemon,
} from "../support/mod.ts";

const ROOT = new URL("../../", import.meta.url);

/** A program that mirrors by the library with the permissions given. */
async function withPermissions(
  place: string,
  permissions: readonly string[],
  { destination = `${place}/destination`, workers }: {
    destination?: string;
    workers?: number;
  } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = workers === undefined ? "" : `, workers: ${workers}`;
  const program = `
    import { mirror } from ${JSON.stringify(new URL("mod.ts", ROOT).href)};
    const summary = await mirror(${JSON.stringify(`${place}/source/`)},
      ${JSON.stringify(destination)}, { confirm: () => true${options} });
    console.log(JSON.stringify(summary));`;
  await Deno.writeTextFile(`${place}/program.ts`, program);
  return await command(Deno.execPath(), [
    "run",
    "--quiet",
    "--no-prompt",
    `--config=${fileURLToPath(new URL("deno.json", ROOT))}`,
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

Deno.test("without permission to read the Workers' code, the main thread does all by itself", async () => {
  await using place = await makePlace();
  await bigTree(`${place.path}/source`, 100, 20, 100);
  await plant(place.path, { "destination/extra": "extra" });
  const { code, stdout, stderr } = await withPermissions(place.path, [
    `--allow-read=${place.path}/source,${place.path}/destination`,
    `--allow-write=${place.path}/destination`,
  ], { workers: 4 });
  assert.equal(code, 0, stderr);
  const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  assert.deepEqual([summary.movers, summary.exitCode], [1, 0]);
  await compareTrees(`${place.path}/source`, `${place.path}/destination`, {
    timeStepNs: 1_000_000,
  });
});

Deno.test("between machines it says which permission its Workers need, and changes nothing", async () => {
  await using place = await makePlace();
  await plant(place.path, { "source/a": "a", "export/kept": "kept" });
  await using daemon = await startDaemon({ root: `${place.path}/export` });
  const { code, stdout, stderr } = await withPermissions(place.path, [
    "--allow-net",
    `--allow-read=${place.path}/source`,
  ], { destination: daemon.endpoint() });
  assert.equal(code, 1, stdout);
  assert.match(
    stderr,
    /need Workers, and Deno may not read file:\S+\/core\/remote\/mover\/worker\.ts: allow that with --allow-read,/,
  );
  assert.deepEqual(await readTree(`${place.path}/export`), { "kept": "kept" });
});

Deno.test("between machines it works with the network and permission to read", async () => {
  await using place = await makePlace();
  await plant(place.path, { "source/a": "a", "source/sub/b": "b", "export/kept": "kept" });
  await using daemon = await startDaemon({ root: `${place.path}/export` });
  const destination = daemon.endpoint("pushed");
  const permissions = ["--allow-net", "--allow-read"];
  const { code, stderr } = await withPermissions(place.path, permissions, { destination });
  assert.equal(code, 0, stderr);
  await compareTrees(`${place.path}/source`, `${place.path}/export/pushed`, {
    timeStepNs: 1_000_000,
  });
});
