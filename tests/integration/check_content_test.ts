import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  blitCommand,
  inBackground,
  onGround,
  requires,
  summaryOf,
} from "../support/mod.ts";

/**
 * Two trees that are the same but for a byte here and there: files for one task, for many, and for
 * one alone; in one directory, and one inode with two names.
 */
const PLANT = `set -e
mkdir -p source/sub
head -c 21000001 /dev/urandom > source/huge-1
for n in 2 3 4; do cp source/huge-1 source/huge-$n; done
for n in 1 2 3 4 5; do head -c 9000000 source/huge-1 > source/large-$n; done
for n in $(seq 40); do head -c 1000003 source/huge-1 > source/sub/file-$n; done
: > source/empty
cp source/huge-1 source/linked-1
ln source/linked-1 source/linked-2
cp -a source destination
touch -h -d @1000 source/* source/sub/* destination/* destination/sub/*`;

/** Changes one byte of a file at the destination, and nothing of its metadata. */
const EDIT = `printf '\\377' | dd of=destination/$1 bs=1 seek=$2 conv=notrunc status=none
printf '\\376' | dd of=source/$1 bs=1 seek=$2 conv=notrunc status=none
touch -d @1000 source/$1 destination/$1`;

const EDITED: readonly (readonly [string, number])[] = [
  ["huge-2", 0],
  ["huge-3", 21000000],
  ["large-4", 8999999],
  ["linked-1", 20999999],
  ["sub/file-17", 500000],
  ["sub/file-40", 1000002],
];

onGround("content is compared to the last byte, however files are shared out", async (g) => {
  requires("rsync");
  const inPlace = { cwd: g.path };
  await bash(PLANT, [], inPlace);
  const same = await g.blit("check", "-c", "--json", "source/", "destination");
  assertCode(same, 0);
  // One that is a link to another is not compared for itself.
  assert.equal(summaryOf(same).same, 53);
  for (const [name, at] of EDITED) await bash(EDIT, [name, String(at)], inPlace);
  const found = await g.blit("check", "-c", "--json", "source/", "destination");
  assertCode(found, 3);
  const { same: kept, different, metadata, missing, extra } = summaryOf(found);
  assert.deepEqual([kept, different, metadata, missing, extra], [46, 7, 0, 0, 0]);
  const paths = found.stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ type }) => type === "difference").map(({ path }) => path);
  const theirs = await bash(
    `rsync -aHnc --out-format=%n source/ destination | grep -v '/$' | sort`,
    [],
    inPlace,
  );
  // Which name of an inode stands for it is left to chance.
  const named = (path: string): string => path.replace("linked-2", "linked-1");
  const ours = [...new Set(paths.map(named))].sort();
  assert.deepEqual(ours, [...new Set(theirs.trim().split("\n").map(named))]);
  const mended = await g.blit("mirror", "-c", "-y", "--json", "source/", "destination");
  assertCode(mended, 0);
  const edited = 3 * 21000001 + 9000000 + 2 * 1000003;
  assert.equal(summaryOf(mended).bytes_transferred, edited);
  await g.compare({ roots: false });
});

onGround("a check that reads one file for hours hears Ctrl-C", async (g) => {
  await bash(
    `for side in source destination; do mkdir $side; truncate -s 8T $side/endless; done`,
    [],
    {
      cwd: g.path,
    },
  );
  await bash(`touch -d @1000 */endless`, [], { cwd: g.path });
  const { program, args, env } = blitCommand(["check", "-c", "source/", "destination"]);
  await using check = inBackground(program, args, {
    cwd: g.path,
    env: { ...env, ...g.backend.env },
  });
  // It reads when the file has moved on.
  const reads = `for fd in /proc/$1/fd/*; do
    [ "$(readlink "$fd")" = "$2" ] && grep -q '^pos:.*[1-9]' "/proc/$1/fdinfo/\${fd##*/}" && exit 0
  done; exit 1`;
  const file = await Deno.realPath(`${g.source}/endless`);
  for (;;) {
    const at = await new Deno.Command("bash", {
      args: ["-c", reads, "bash", String(check.process.pid), file],
      stderr: "null",
    }).output();
    if (at.success) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  check.signal("SIGINT");
  assert.equal((await check.ended()).code, 130, check.stderr());
}, { only: "linux", onlyLocal: true });
