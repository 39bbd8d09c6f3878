import assert from "node:assert/strict";
import { mirror } from "../../core/transfer/mod.ts";
import {
  inBackground,
  needing,
  needsOf,
  WATCHED_BY,
  type WatchedBy,
  type WatchedPair,
  watchedPair,
} from "../support/mod.ts";
import { asks, clean, plantEqual } from "../support/asking.ts";

const { linkSync, removeSync, renameSync, writeTextFileSync } = Deno;

/** What gives `a/late` to a file that stays open by another name, and where that was. */
const LINKS: readonly (readonly [string, string, (opened: string, late: string) => void])[] = [
  ["a name that is gone", "source/d/1", (opened, late) => {
    linkSync(opened, late);
    removeSync(opened);
  }],
  ["a name that another file has taken", "source/d/1", (opened, late) => {
    linkSync(opened, late);
    removeSync(opened);
    writeTextFileSync(opened, "other");
  }],
  ["a name that another file was renamed to", "source/d/1", (opened, late) => {
    linkSync(opened, late);
    writeTextFileSync(`${opened}-new`, "other");
    renameSync(`${opened}-new`, opened);
  }],
  ["a name outside", "out", (opened, late) => {
    linkSync(opened, late);
    removeSync(opened);
  }],
  ["a name outside, and was renamed then", "out", (opened, late) => {
    linkSync(opened, `${late}-first`);
    removeSync(opened);
    renameSync(`${late}-first`, late);
  }],
  ["a name outside, in a directory that was renamed then", "out", (opened, late) => {
    const directory = late.slice(0, late.lastIndexOf("/"));
    linkSync(opened, late);
    removeSync(opened);
    renameSync(directory, `${directory}-new`);
  }],
];

for (const by of WATCHED_BY) {
  Deno.test({
    ...needing(
      `a watcher by ${by} hears of what is written to a file that was opened by another name`,
      ...needsOf(by),
    ),
    fn: () => writtenByOldName(by),
  });
  Deno.test({
    ...needing(
      `a watcher by ${by} hears of what is written to a file that had no name at first`,
      ...needsOf(by),
    ),
    fn: () => writtenUnnamed(by),
  });
}

async function writtenByOldName(by: WatchedBy): Promise<void> {
  for (const [what, name, link] of LINKS) {
    await using pair = await watchedPair("memory", by);
    await plant(pair);
    const opened = `${pair.path}/${name}`;
    Deno.writeTextFileSync(`${pair.path}/out`, "out");
    await using _watch = await pair.watch();
    await clean(pair, "at first");
    using file = Deno.openSync(opened, { append: true });
    link(opened, `${pair.source}/a/late`);
    await makeEqual(pair, what);
    file.writeSync(new TextEncoder().encode("more"));
    assert.ok(!asks(pair), `clean after a write by ${what}`);
    await settled();
    assert.ok(!asks(pair), `clean a while after a write by ${what}`);
    await makeEqual(pair, what);
  }
}

async function writtenUnnamed(by: WatchedBy): Promise<void> {
  for (const where of ["source/d", "."]) {
    await using pair = await watchedPair("memory", by);
    await plant(pair);
    await using _watch = await pair.watch();
    await clean(pair, "at first");
    const script = `
import os, sys, time
file = os.open(sys.argv[1], os.O_TMPFILE | os.O_RDWR)
os.link(f"/proc/self/fd/{file}", sys.argv[2], src_dir_fd=0, follow_symlinks=True)
print("linked", file=sys.stderr, flush=True)
sys.stdin.read(1)
os.write(file, b"late")
print("written", file=sys.stderr, flush=True)
time.sleep(60)
`;
    await using program = inBackground("bash", [
      "-c",
      `exec python3 -c "$1" "$2" "$3" < <(until [ -e "$4" ]; do sleep .02; done; echo)`,
      "bash",
      script,
      `${pair.path}/${where}`,
      `${pair.source}/a/late`,
      `${pair.path}/run/go`,
    ]);
    await program.said(/linked/);
    await makeEqual(pair, `linked from ${where}`);
    Deno.writeTextFileSync(`${pair.path}/run/go`, "");
    await program.said(/written/);
    assert.ok(!asks(pair), `clean after a write to what had no name, from ${where}`);
    await settled();
    assert.ok(!asks(pair), `clean a while after it`);
  }
}

/** Without hard links: where there are any, everything is compared, whatever was heard. */
async function plant(pair: WatchedPair): Promise<void> {
  await plantEqual(pair);
  for (const name of ["d/linked", "a/linked"]) removeSync(`${pair.source}/${name}`);
  await mirror(`${pair.source}/`, pair.destination, { confirm: () => true });
}

async function makeEqual(pair: WatchedPair, when: string): Promise<void> {
  await mirror(`${pair.source}/`, pair.destination, { confirm: () => true, forceDelete: true });
  await clean(pair, when);
}

/** The watcher has looked at what it thinks has changed. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}
