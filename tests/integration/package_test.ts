import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { assertCode, command, makePlace, PERMISSIONS, run } from "../support/mod.ts";
import { pushesAndPulls } from "./package_smoke.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Published besides the TypeScript of the folders below. */
const FILES = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "deno.json",
  "mod.ts",
  "wasm/blit.wasm",
];
const FOLDERS = ["cli", "core", "daemon", "proto/generated", "utils"];
/** What writes pages that are not in the package. */
const LEFT_OUT = ["cli/generate.ts", "cli/help/reference.ts", "cli/manual/"];

/** What `deno publish` would send, which also checks types and that none is slow. */
async function published(): Promise<string[]> {
  const output = await command(Deno.execPath(), ["publish", "--dry-run", "--allow-dirty"], {
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    timeoutMs: 120_000,
  });
  assertCode(output, 0);
  const said = output.stdout + output.stderr;
  assert.doesNotMatch(said, /warning/i);
  const root = new URL("../../", import.meta.url).href;
  return [...said.matchAll(/^\s+(file:\S+) \([\d.]+\w+\)$/gm)]
    .map(([, url = ""]) => decodeURI(url.slice(root.length)))
    .sort();
}

function typeScriptIn(folder: string): string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap(({ name, isDirectory }) =>
    isDirectory ? typeScriptIn(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

Deno.test("the package passes deno publish and holds just the programs and the library", async () => {
  const expected = [...FILES, ...FOLDERS.flatMap(typeScriptIn)]
    .filter((path) => !LEFT_OUT.some((start) => path.startsWith(start))).sort();
  assert.deepEqual(await published(), expected);
  for (
    const path of [
      "core/remote/mover/worker.ts",
      "daemon/main.ts",
      "proto/generated/blit.ts",
    ]
  ) {
    assert.ok(expected.includes(path), `${path} is not in the package`);
  }
  // Shells read their scripts as they are.
  const others = [...FILES, "cli/completions/scripts/"];
  const odd = expected.filter((path) =>
    !others.some((start) => path.startsWith(start)) && !path.endsWith(".ts")
  );
  assert.deepEqual(odd, []);
});

Deno.test("the package's files alone are enough to copy, to serve, to hash and to use the library", async () => {
  await using place = await makePlace();
  const copy = join(place.path, "package");
  for (const path of await published()) {
    const target = join(copy, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(join(ROOT, path), target);
  }
  // Whoever uses the package has a lock file of his own.
  const deno = ["run", "--quiet", "--no-prompt", "--no-lock", ...PERMISSIONS];
  const blit = (...args: string[]): Promise<string> =>
    run(Deno.execPath(), [...deno, "cli/main.ts", ...args], {
      cwd: copy,
      env: { NO_COLOR: "1" },
    });
  await blit("copy", "core/", "../copied");
  await run("diff", ["--recursive", "core", "../copied"], { cwd: copy });
  await pushesAndPulls(
    [Deno.execPath(), ...deno, join(copy, "cli/main.ts")],
    [Deno.execPath(), ...deno, join(copy, "daemon/main.ts")],
  );
  assert.match(await blit("hash", "LICENSE"), /^[0-9a-f]{64} {2}LICENSE\n$/);
  assert.match(await blit("completions", "bash"), /^complete .* blit blit-utils blit-daemon$/m);
  await Deno.writeTextFile(
    join(copy, "use.ts"),
    'import { mirror } from "@blit/core"; console.log((await mirror("core/", "../m")).exitCode);',
  );
  const used = await run(Deno.execPath(), [...deno, "use.ts"], { cwd: copy });
  assert.equal(used, "0\n");
});
