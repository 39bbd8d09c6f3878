import assert from "node:assert/strict";
import { assertCode, bash, DIRECTIONS, onGround, onRemote } from "../support/mod.ts";

/** What a name, its mode or its time is changed by; `$1` is the source, `$2` the destination. */
interface Scene {
  readonly words: string;
  readonly script: string;
  readonly options?: readonly string[];
}

/** Two files of equal content and time, the same at both ends. */
const EQUAL = `
  cd "$1"; mkdir sub; echo text >a; echo text >sub/c; echo other >d; touch -d @1000 a sub/c d
  cp -a "$1" "$2"`;

// Of all these the destination's inode has as many names as the source's, but not the same.
const SCENES: readonly Scene[] = [
  { words: "mode", script: `ln "$1/a" "$1/b"; ln -f "$2/a" "$2/sub/c"; chmod 0600 "$1/a"` },
  {
    words: "mode, when its new name is in another directory",
    script: `ln "$1/a" "$1/sub/b"; ln -f "$2/a" "$2/sub/c"; chmod 0600 "$1/a"`,
  },
  {
    words: "time, when contents are read",
    script: `ln "$1/a" "$1/b"; ln -f "$2/a" "$2/sub/c"; touch -d @2000 "$1/a"`,
    options: ["--checksum"],
  },
  {
    words: "mode, when both are linked, to others",
    script: `ln "$1/a" "$1/b"; ln "$1/sub/c" "$1/e"; ln -f "$2/a" "$2/sub/c"; chmod 0600 "$1/a"`,
  },
];

for (const { words, script, options = [] } of SCENES) {
  const name = `another file that shares its inode is not given a hard link's ${words}`;
  onGround(name, async (g) => {
    await bash(`mkdir "$1"; ${EQUAL}; ${script}`, [g.source, g.destination]);
    assertCode(
      await g.blit("mirror", ...g.backend.archive, "-y", ...options, "source/", "destination/"),
      0,
    );
    await g.compare();
  });
  onRemote(`${name}, remotely`, async (g) => {
    await bash(`mkdir "$1"; ${EQUAL}; ${script}`, [g.source, g.destination]);
    assertCode(await g.blit("mirror", "-a", "-y", ...options, g.from(), g.to()), 0);
    await g.compare();
  }, { directions: DIRECTIONS });
}

/** All of the inode's names at the destination are names of one inode at the source. */
const OWN: readonly Scene[] = [
  { words: "all its names", script: `chmod 0600 "$1/a"` },
  { words: "all its names but a new one", script: `chmod 0600 "$1/a"; ln "$1/a" "$1/e"` },
];

for (const { words, script } of OWN) {
  const links = `ln "$1/a" "$1/b"; ln "$2/a" "$2/b"; ln "$1/a" "$1/sub/f"; ln "$2/a" "$2/sub/f"`;
  const name = `metadata is set without content on a hard link that has ${words}`;
  onGround(name, async (g) => {
    await bash(`mkdir "$1"; ${EQUAL}; ${links}; ${script}`, [g.source, g.destination]);
    const before = await inodeOf(`${g.destination}/a`);
    assertCode(await g.blit("mirror", ...g.backend.archive, "-y", "source/", "destination/"), 0);
    await g.compare();
    assert.equal(await inodeOf(`${g.destination}/a`), before);
  });
  onRemote(`${name}, remotely`, async (g) => {
    await bash(`mkdir "$1"; ${EQUAL}; ${links}; ${script}`, [g.source, g.destination]);
    const before = await inodeOf(`${g.destination}/a`);
    assertCode(await g.blit("mirror", "-a", "-y", g.from(), g.to()), 0);
    await g.compare();
    assert.equal(await inodeOf(`${g.destination}/a`), before);
  });
}

onGround(
  "a name that is excluded keeps its metadata, though it shares a link's inode",
  async (g) => {
    await bash(`mkdir "$1"; ${EQUAL}; ln "$1/a" "$1/b"; ln "$2/a" "$2/kept"; chmod 0600 "$1/a"`, [
      g.source,
      g.destination,
    ]);
    const mirror = await g.blit(
      "mirror",
      "-y",
      "--exclude",
      "kept",
      "source/",
      "destination/",
    );
    assertCode(mirror, 0);
    const { mode } = await Deno.lstat(`${g.destination}/kept`);
    assert.equal((mode ?? 0) & 0o777, 0o644);
  },
);

async function inodeOf(path: string): Promise<number | null> {
  return (await Deno.lstat(path)).ino;
}
