import assert from "node:assert/strict";
import {
  bash,
  bigFile,
  blitCommand,
  compareTrees,
  joinNamespaces,
  makePlace,
  mountTmpfs,
  needing,
  noNamespaces,
  plant,
  runBlit,
  runIn,
  startDaemon,
  temporariesIn,
  unmet,
} from "../support/mod.ts";
import { needingFuse } from "../support/stalling_mount.ts";
import { type Direction, interrupt, type Interruption, operands } from "./interruptions.ts";

const MIB = 1 << 20;
const SIZE = 64 * MIB + 123;
/** With BLIT_SOAK=1 there are 110 in all kinds together, and a few more. */
const ROUNDS = unmet(["soak"]) ? 2 : 11;
/** Half a second for the file, so that a cable can be pulled in it. */
const CABLE = { roundTripMs: 2, rateMbit: 1000 };

const KINDS: readonly (readonly [Direction, Interruption])[] = [
  ["local", "SIGKILL"],
  ["local", "a dead link"],
  ["local", "a full disk"],
  ["push", "SIGKILL"],
  ["push", "a dead link"],
  ["push", "a pulled cable"],
  ["push", "a full disk"],
  ["pull", "SIGKILL"],
  ["pull", "a dead link"],
  ["pull", "a pulled cable"],
  ["pull", "a full disk"],
];

/** The name and fate of the test of a kind. */
function fateOf(direction: Direction, how: Interruption): { name: string; ignore: boolean } {
  const name = `after ${how}, a ${direction} mirror goes on and ends in the source`;
  if (how === "a pulled cable") {
    // Nobody hears of it for twelve seconds: remote_network_test.ts pulls one in the short form.
    const missing = unmet(["tmpfs", "remote", "soak"]) ?? noNamespaces(CABLE);
    return missing === undefined
      ? { name, ignore: false }
      : { name: `${name} (needs ${missing})`, ignore: true };
  }
  if (direction !== "local") return needing(name, "tmpfs", "remote");
  return how === "a dead link" ? needingFuse(name) : needing(name, "tmpfs");
}

for (const [direction, how] of KINDS) {
  Deno.test({
    ...fateOf(direction, how),
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await plant(`${path}/source`, { "a/small": "small", "z": "z" });
      await bigFile(`${path}/source/a/big`, SIZE);
      await Deno.mkdir(`${path}/destination`);
      await using _disk = await mountTmpfs(`${path}/destination`, `size=${SIZE * 3}`);
      await using net = how === "a pulled cable" ? await joinNamespaces(CABLE) : undefined;
      await using daemon = direction === "local"
        ? undefined
        : await startDaemon({ root: path, ...(net && { namespace: net.server }) });
      const scene = { path, direction, size: SIZE, daemon, net };
      let [hits, saved, moved] = [0, 0, 0];
      const rounds = how === "a pulled cable" ? Math.ceil(ROUNDS / 2) : ROUNDS;
      for (let round = 0; round < rounds; round++) {
        // Of what is hit early nothing may be left: each second time it is late.
        const least = round % 2 === 0 ? 0.6 : 0.05;
        // One in four is interrupted once more.
        const times = Math.random() < 0.25 ? 2 : 1;
        // A run may be over before it is hit.
        do await bash(`rm -rf "$1/destination/in"`, [path]); while (
          !(await interrupt(scene, how, least)) ||
          (times > 1 && !(await interrupt(scene, how, 0.05)))
        );
        hits += times;
        const words = ["mirror", "-y", "--resume", "--json", ...operands(scene)];
        const { program, args, env } = blitCommand(words);
        const output = net === undefined
          ? await runBlit(words, { cwd: path })
          : await runIn(net.client, program, args, { cwd: path, env });
        assert.equal(output.code, 0, output.stdout + output.stderr);
        const summary = JSON.parse(output.stdout.trimEnd().split("\n").at(-1) ?? "");
        saved += summary.bytes_resumed;
        moved += summary.bytes_transferred;
        await compareTrees(`${path}/source`, `${path}/destination/in`);
        assert.deepEqual(await temporariesIn(`${path}/destination`), []);
      }
      const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;
      console.log(`${hits} times ${how} (${direction}): ${mib(saved)} saved, ${mib(moved)} moved`);
      assert.ok(hits >= rounds);
      assert.ok(saved > 0, "nothing was gone on with");
    },
  });
}
