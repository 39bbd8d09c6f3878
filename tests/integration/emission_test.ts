import assert from "node:assert/strict";
import {
  bash,
  blitCommand,
  compareTrees,
  inBackground,
  makePlace,
  onRemote,
} from "../support/mod.ts";
import { mountSlowly, needingFuse, type StallingMount } from "../support/stalling_mount.ts";
import { DIRECTIONS, TRANSPORTS } from "../support/remote_ground.ts";

/** Directories beside the one that blocks, and files in each. */
const DIRECTORIES = 40;
const FILES = 5;

/** A tree of which one directory among many is a file system of its own, which stands still. */
async function plantBlocking(path: string): Promise<StallingMount> {
  await bash(
    `mkdir -p "$1/behind" "$1/source/blocked" "$1/source/wide"
    for n in 1 2 3; do echo "$n" > "$1/behind/$n"; done
    for d in $(seq ${DIRECTORIES}); do
      mkdir -p "$1/source/d$d/sub"
      for n in $(seq ${FILES}); do echo "$d $n" > "$1/source/d$d/$n"; done
      echo sub > "$1/source/d$d/sub/file"
    done
    for n in $(seq 400); do echo "$n" > "$1/source/wide/$n"; done
    head -c 3000000 /dev/urandom > "$1/source/wide/large"`,
    [path],
  );
  const mount = await mountSlowly(`${path}/behind`, `${path}/source/blocked`);
  await mount.freeze();
  return mount;
}

/** Waits until all that does not block has arrived. */
async function allElseArrives(path: string): Promise<void> {
  const all = DIRECTORIES * (FILES + 1) + 400;
  const found = await bash(
    `for _ in $(seq 300); do
      found=$(find "$1/destination" -type f -size -2 -not -name '.*' 2>/dev/null | wc -l || true)
      large=$(stat -c %s "$1/destination/wide/large" 2>/dev/null || echo 0)
      [ "$found" = ${all} ] && [ "$large" = 3000000 ] && break
      sleep 0.1
    done; echo "$found $large"`,
    [path],
  );
  assert.equal(found.trim(), `${all} 3000000`);
  const blocked = await bash(`find "$1/destination/blocked" -type f 2>/dev/null | wc -l || true`, [
    path,
  ]);
  assert.equal(blocked.trim(), "0");
}

Deno.test({
  ...needingFuse("what is found arrives while another directory blocks"),
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    await using blocking = await plantBlocking(path);
    const { program, args, env } = blitCommand(["copy", "source/", "destination"]);
    await using run = inBackground(program, args, { cwd: path, env });
    await allElseArrives(path);
    await blocking.thaw();
    assert.equal((await run.ended()).code, 0, run.stderr());
    await compareTrees(`${path}/source`, `${path}/destination`);
  },
});

if (!needingFuse("").ignore) {
  onRemote("what is found arrives while another directory blocks", async (ground) => {
    const { path, carry } = ground;
    await using blocking = await plantBlocking(path);
    const { program, args, env } = blitCommand(["copy", ...carry, ground.from(), ground.to()]);
    await using run = inBackground(program, args, { cwd: path, env });
    await allElseArrives(path);
    await blocking.thaw();
    assert.equal((await run.ended()).code, 0, run.stderr());
    await ground.compare();
  }, { directions: DIRECTIONS, transports: TRANSPORTS });
}
