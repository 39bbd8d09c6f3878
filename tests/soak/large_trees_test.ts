import {
  assertCode,
  assertUntouched,
  bash,
  bigTree,
  blitCommand,
  fingerprint,
  flatTree,
  onGround,
} from "../support/mod.ts";
import assert from "node:assert/strict";

// Long tests on large trees: BLIT_SOAK=1 deno test -A tests/soak

onGround("a flat directory of 200,000 entries arrives whole and is found the same", async (g) => {
  await flatTree(g.source, 200_000, 16);
  const mirror = () =>
    g.blitWith({ timeoutMs: 300_000 }, "mirror", "-y", "source/", "destination/");
  assertCode(await mirror(), 0);
  await g.compare();
  const before = await fingerprint(g.destination);
  assertCode(await mirror(), 0);
  await assertUntouched(g.destination, before);
}, { needs: ["soak"] });

onGround("a large node_modules is the same after a mirror", async (g) => {
  await Deno.mkdir(g.source);
  await bash(
    `cd "$1"; npm init -y >/dev/null 2>&1
    npm install --silent --no-audit --no-fund --ignore-scripts typescript webpack eslint rollup jest`,
    [g.source],
    { timeoutMs: 300_000 },
  );
  assertCode(await g.blit("mirror", ...g.backend.archive, "-y", "source/", "destination/"), 0);
  await g.compare();
}, { needs: ["soak"] });

onGround("the tree at BLIT_LINUX_TREE (Linux's source) is the same after a mirror", async (g) => {
  const tree = Deno.env.get("BLIT_LINUX_TREE");
  assert.ok(tree, "unpack Linux's source and put its path into BLIT_LINUX_TREE");
  await bash(`cp -a "$1" "$2"`, [tree, g.source], { timeoutMs: 300_000 });
  assertCode(await g.blit("mirror", ...g.backend.archive, "-y", "source/", "destination/"), 0);
  await g.compare();
}, { needs: ["soak"] });

onGround("a million files stay below 250 MiB of memory", async (g) => {
  await bigTree(g.source, 1000, 1000, 1);
  const report = await bash(
    `cd "$1"; shift; exec 3>&1; "$@" >/dev/null & pid=$!; peak=0
    while read -r _ kib _ < <(grep VmHWM "/proc/$pid/status" 2>/dev/null); do
      peak=$kib; sleep 0.2
    done; wait "$pid"; echo "$peak" >&3`,
    [g.path, ...commandLine(g.backend.env, ["copy", "source/", "destination/"])],
    { timeoutMs: 600_000 },
  );
  assert.ok(Number(report) > 0 && Number(report) < 250 * 1024, `peak was ${report} KiB`);
}, { needs: ["soak"], only: "linux" });

function commandLine(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): string[] {
  const { program, args: all } = blitCommand(args);
  return [
    "env",
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    program,
    ...all,
  ];
}
