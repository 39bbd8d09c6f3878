import assert from "node:assert/strict";
import {
  bash,
  blitCommand,
  DIRECTIONS,
  listTree,
  onRemote,
  OWN_BACKEND,
  type RemoteGround,
} from "../support/mod.ts";

/** Runs blit from bash, which can write any byte into an argument; `$FROM` and `$TO` are bash. */
async function copyBytes(g: RemoteGround, from: string, to: string): Promise<void> {
  const { program, args, env } = blitCommand(["copy"]);
  const endpoint = (at: typeof g.sourceDaemon): string => at === undefined ? "" : at.endpoint();
  await bash(
    `from=$1; to=$2; shift 2; "$@" "$from"${from} "$to"${to}`,
    [endpoint(g.sourceDaemon), endpoint(g.destinationDaemon), program, ...args],
    { cwd: g.path, env },
  );
}

// Deno knows no names that are not UTF-8.
const HAS_BYTES = OWN_BACKEND.features.includes("bytes");

if (HAS_BYTES) {
  onRemote("operands may hold any byte, at both ends", async (g) => {
    await bash(
      String
        .raw`mkdir -p "$1/"$'so\xff\nurce'; cd "$1/"$'so\xff\nurce'; echo a >$'\xfe'; echo b >b`,
      [g.path],
    );
    await copyBytes(g, String.raw`$'so\xff\nurce/'`, String.raw`$'des\x80t'`);
    const entries = (await listTree(g.path)).map(({ path }) => path);
    assert.ok(entries.includes("des\x80t/\xfe"), entries.join());
    assert.ok(entries.includes("des\x80t/b"));
  }, { directions: DIRECTIONS });
}

onRemote("colons, spaces, percent signs and dashes in operands mean themselves", async (g) => {
  for (const name of ["a:b", "with space", "per%20cent", "-dash", "q?x#y", "[::1]", "..."]) {
    await Deno.mkdir(`${g.path}/${name}`);
    await Deno.writeTextFile(`${g.path}/${name}/file`, name);
    const local = (path: string) => `./${path}`;
    const from = g.sourceDaemon === undefined ? local(`${name}/`) : g.from(`${name}/`);
    const target = `to ${name}`;
    const to = g.destinationDaemon === undefined ? local(target) : g.to(target);
    const output = await g.blit("copy", from, to);
    assert.equal(output.code, 0, `${name}: ${output.stderr}`);
    assert.equal(await Deno.readTextFile(`${g.path}/${target}/file`), name);
  }
}, { directions: DIRECTIONS });
