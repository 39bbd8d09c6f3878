import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  type CommandOutput,
  type OddFeature,
  onGround,
  onRemote,
  rsyncDifferences,
  type Tolerance,
} from "../support/mod.ts";

/** How names of one inode lie; `$1` is the source, `$2` the destination, made by `EQUAL`. */
interface Scene {
  readonly words: string;
  readonly script: string;
  /** Files that share content and time may stay one inode at the destination, as with rsync. */
  readonly mayShare?: true;
  /** What not every backend can make. */
  readonly feature?: OddFeature;
}

/** Files of equal content and time in two directories, and three that are one; both ends alike. */
const EQUAL = `
  mkdir -p "$1/one" "$1/two"; cd "$1"
  for name in a b c d; do echo text >one/$name; echo text >two/$name; done
  echo three >one/x; ln one/x one/y; ln one/x one/z; touch -d @1000 */*
  cp -a "$1" "$2"`;

const SCENES: readonly Scene[] = [
  { words: "that are all new", script: `rm -r "$2"; cd "$1/one"; ln -f a b; ln -f c d` },
  {
    words: "that are new in a directory that is there",
    script: `rm "$2"/one/*; cd "$1/one"; ln -f b a; ln -f d c`,
  },
  {
    words: "that are symbolic links",
    script: `cd "$1/one"; ln -s a s1; ln -P s1 s2`,
  },
  {
    words: "that are fifos",
    script: `cd "$1/one"; mkfifo f1; ln f1 f2; ln f1 ../two/f3; mkfifo g1; ln g1 g2`,
    feature: "fifo",
  },
  { words: "that are the same", script: `for at in "$1" "$2"; do ln -f $at/one/a $at/one/b; done` },
  { words: "that are apart at the destination", script: `ln -f "$1/one/a" "$1/one/b"` },
  { words: "of which one is new", script: `ln "$1/one/x" "$1/one/w"` },
  { words: "of which one is new, elsewhere", script: `ln "$1/one/x" "$1/two/w"` },
  { words: "of which one is gone", script: `rm "$1/one/x"` },
  {
    words: "of which one is another file now",
    script: `cp -a --remove-destination "$1/one/a" "$1/one/x"`,
  },
  { words: "in two directories", script: `cd "$1"; ln -f one/a two/a; ln -f one/b two/c` },
  {
    words: "that are linked crosswise",
    script: `
      cd "$1/one"; ln -f a b; ln -f c d; touch -d @1000 a c
      cd "$2/one"; ln -f a c; ln -f b d; touch -d @1000 a b`,
    mayShare: true,
  },
  {
    words: "that are linked crosswise in two directories",
    script: `
      cd "$1"; ln -f one/a one/b; ln -f two/a two/b
      cd "$2"; ln -f one/a two/a; ln -f one/b two/b`,
    mayShare: true,
  },
  {
    words: "that are links to an extra as well",
    script: `ln -f "$1/one/a" "$1/one/b"; cd "$2/one"; ln -f a b; ln a extra`,
  },
  {
    words: "that another file is a link to",
    script: `ln -f "$1/one/a" "$1/one/b"; cd "$2/one"; ln -f a b; ln -f a c`,
    mayShare: true,
  },
  { words: "with new content", script: `echo other text >"$1/one/x"` },
  { words: "with another mode", script: `chmod 0600 "$1/one/x"` },
  {
    words: "with another mode, that an extra is a link to",
    script: `chmod 0600 "$1/one/x"; ln "$2/one/x" "$2/two/extra"`,
  },
  {
    words: "of which a directory is in the way",
    script: `cd "$2/one"; rm y; mkdir y; touch y/extra; rm z`,
  },
  {
    words: "with a name outside the tree",
    script: `ln "$1/one/a" "$1-out"; ln -f "$1/one/a" "$1/one/b"; ln "$2/one/c" "$2-out"`,
    mayShare: true,
  },
  {
    words: "in more directories than are held open",
    script: `cd "$1"; for i in {1..40}; do mkdir d$i; ln one/x d$i/x; ln one/a d$i/a; done
      cp -a "$1/d7" "$2/d7"; mkdir "$2/d9"; ln -f "$2/one/x" "$2/d9/x"`,
  },
  {
    words: "that are many",
    script: `cd "$1/two"; for i in {1..300}; do echo $i >m$i; ln m$i l$i; ln m$i ../one/k$i; done
      mkdir ../new; cd ../new; for i in {1..300}; do echo $i >m$i; ln m$i l$i; done`,
  },
];

/** What a run is held against. */
interface Trees {
  readonly source: string;
  readonly destination: string;
  readonly tolerance: Tolerance;
  compare(): Promise<void>;
  mirror(...args: string[]): Promise<CommandOutput>;
}

async function check({ script, mayShare }: Scene, trees: Trees): Promise<void> {
  const { source, destination } = trees;
  await bash(`set -e; ${EQUAL}; ${script}`, [source, destination]);
  const planned = entriesOf(await trees.mirror("-n"));
  assert.deepEqual(entriesOf(await trees.mirror()), planned, "the run did what the plan said");
  assert.equal(await rsyncDifferences(source, destination, trees.tolerance), "");
  if (mayShare === undefined) await trees.compare();
  const before = await inodes(destination);
  assert.deepEqual(entriesOf(await trees.mirror()), [], "nothing is left to do");
  assert.equal(await inodes(destination), before);
}

/** What a run says it does, in one order. */
function entriesOf(output: CommandOutput): string[] {
  assertCode(output, 0);
  return output.stdout.split("\n").filter((line) => line.includes('"type":"entry"')).sort();
}

function inodes(path: string): Promise<string> {
  return bash(`cd "$1"; find . -printf '%p %i %C@\n' | sort`, [path]);
}

for (const scene of SCENES) {
  const name = `hard links ${scene.words} become what they are at the source`;
  onGround(name, async (g) => {
    if (scene.feature !== undefined && !g.backend.features.includes(scene.feature)) return;
    const ends = ["source/", "destination/"];
    const options = [...g.backend.archive, "-y", "--force-delete", "--json", "-v"];
    await check(scene, {
      source: g.source,
      destination: g.destination,
      tolerance: g.backend.tolerance,
      compare: () => g.compare(),
      mirror: (...args) => g.blit("mirror", ...options, ...args, ...ends),
    });
  });
  onRemote(`${name}, remotely`, (g) => {
    const options = ["-a", "-y", "--force-delete", "--json", "-v"];
    return check(scene, {
      source: g.source,
      destination: g.destination,
      tolerance: {},
      compare: () => g.compare(),
      mirror: (...args) => g.blit("mirror", ...options, ...args, g.from(), g.to()),
    });
  }, { directions: ["push"] });
}
