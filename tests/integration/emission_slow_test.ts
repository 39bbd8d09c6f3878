import assert from "node:assert/strict";
import {
  bash,
  blitCommand,
  compareTrees,
  inBackground,
  makePlace,
  onRemote,
  summaryOf,
} from "../support/mod.ts";
import { mountSlowly, needingFuse, needingHold } from "../support/stalling_mount.ts";
import { TRANSPORTS } from "../support/remote_ground.ts";

/** Small files that are read slowly: all of them fit one shard. */
const FILES = 200;
const FILE_BYTES = 4000;
/** Bytes a second. */
const RATE = 200_000;
/** What each stat of a slow source takes. */
const STAT_US = 20_000;

async function plantFiles(path: string, files = FILES): Promise<void> {
  await bash(
    `mkdir "$1" && for n in $(seq ${files}); do
      head -c ${FILE_BYTES} /dev/urandom > "$1/file$n"; done
    mkdir "$1/sub" && echo x > "$1/sub/x"`,
    [path],
  );
}

async function count(directory: string): Promise<number> {
  return Number(
    await bash(`find "$1" -name 'file*' -not -name '.*' 2>/dev/null | wc -l || true`, [directory]),
  );
}

if (!needingFuse("").ignore) {
  onRemote("small files arrive while others of their shard are read", async (ground) => {
    const { path, carry } = ground;
    await plantFiles(`${path}/behind`);
    await using slow = await mountSlowly(`${path}/behind`, `${path}/source`, RATE);
    const { program, args, env } = blitCommand(["copy", ...carry, ground.from(), ground.to()]);
    await using run = inBackground(program, args, { cwd: path, env });
    for (let wait = 0; wait < 600 && await count(`${path}/destination`) === 0; wait++) {
      await bash("sleep 0.05");
    }
    await slow.freeze();
    await bash("sleep 1"); // what has been read lands
    const arrived = await count(`${path}/destination`);
    await slow.thaw();
    assert.ok(arrived > 0 && arrived < FILES, `${arrived} of ${FILES} had arrived`);
    assert.equal((await run.ended()).code, 0, run.stderr());
    await ground.compare();
  }, { transports: TRANSPORTS });
}

Deno.test({
  ...needingFuse("a directory of slow files is shared by movers, and each file is counted once"),
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    await plantFiles(`${path}/behind`);
    await using _slow = await mountSlowly(`${path}/behind`, `${path}/source`, RATE);
    const words = ["copy", "--json", "source/", "destination"];
    const { program, args, env } = blitCommand(words);
    await using run = inBackground(program, args, { cwd: path, env });
    assert.equal((await run.ended()).code, 0, run.stderr());
    await compareTrees(`${path}/behind`, `${path}/destination`);
    const told = summaryOf({ code: 0, stdout: run.stdout(), stderr: run.stderr() });
    const bytes = FILES * FILE_BYTES + 2;
    assert.deepEqual(
      [told.entries_scanned, told.files_created, told.bytes_transferred, told.bytes_total],
      [FILES + 2, FILES + 1, bytes, bytes],
    );
  },
});

/** Files whose stats take some seconds together. */
const SLOW_STATS = 150;

Deno.test({
  ...needingHold("a mirror whose source is looked at slowly deletes extras alone"),
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    await plantFiles(`${path}/behind`, SLOW_STATS);
    await bash(
      `cp -a "$1/behind" "$1/destination"; echo more >> "$1/behind/file7"
      mkdir "$1/destination/gone"; touch "$1/destination/gone/x" "$1/destination/extra"`,
      [path],
    );
    await using slow = await mountSlowly(`${path}/behind`, `${path}/source`);
    await using _held = await slow.hold("newfstatat,lstat", STAT_US);
    const words = ["mirror", "--yes", "--json", "source/", "destination"];
    const { program, args, env } = blitCommand(words);
    await using run = inBackground(program, args, { cwd: path, env });
    assert.equal((await run.ended()).code, 0, run.stderr());
    await compareTrees(`${path}/behind`, `${path}/destination`);
    const told = summaryOf({ code: 0, stdout: run.stdout(), stderr: run.stderr() });
    assert.deepEqual(
      [told.entries_scanned, told.files_updated, told.entries_same, told.entries_deleted],
      [SLOW_STATS + 2, 1, SLOW_STATS + 1, 3],
    );
  },
});

if (!needingHold("").ignore) {
  onRemote("a mirror whose source is looked at slowly deletes extras alone", async (ground) => {
    const { path, carry } = ground;
    await plantFiles(`${path}/behind`, SLOW_STATS);
    await bash(
      `cp -a "$1/behind" "$1/destination"; echo more >> "$1/behind/file7"
      mkdir "$1/destination/gone"; touch "$1/destination/gone/x" "$1/destination/extra"`,
      [path],
    );
    await using slow = await mountSlowly(`${path}/behind`, `${path}/source`);
    await using _held = await slow.hold("newfstatat,lstat", STAT_US);
    const run = await ground.blit(
      "mirror",
      ...carry,
      "--yes",
      "--json",
      ground.from(),
      ground.to(),
    );
    assert.equal(run.code, 0, run.stderr);
    await compareTrees(`${path}/behind`, `${path}/destination`);
    const told = summaryOf(run);
    assert.deepEqual(
      [told.entries_scanned, told.files_updated, told.entries_deleted],
      [SLOW_STATS + 2, 1, 3],
    );
  });
}
