import assert from "node:assert/strict";
import { mirror } from "../../core/transfer/mod.ts";
import { isProvenClean } from "../../core/watch/asking/ask.ts";
import { openWatcher } from "../../core/watch/open_watcher.ts";
import {
  assertCode,
  assertSentence,
  bash,
  blitCommand,
  command,
  hasTool,
  inBackground,
  makePlace,
  mountRamfs,
  mountTmpfs,
  needing,
  needsOf,
  rsyncWork,
  runBlit,
  startWatch,
  WATCHED_BY,
  type WatchedBy,
  watchedPair,
} from "../support/mod.ts";
import { asks, clean, plantEqual, until } from "../support/asking.ts";

const EDITS: readonly (readonly [string, string])[] = [
  ["a file that is made", `echo > "$1/a/new"`],
  ["a file that is written to", `echo more >> "$1/a/b/1"`],
  ["a file that is cut", `truncate -s 0 "$1/a/b/1"`],
  [
    "a file of the same size and time",
    `touch -r "$1/d/1" ref; echo 7 > "$1/d/1"; touch -r ref "$1/d/1"`,
  ],
  ["a mode", `chmod 600 "$1/a/b/2"`],
  ["a time", `touch -d 2001-01-01 "$1/a/b/2"`],
  ["a directory's mode", `chmod 700 "$1/a/b/c"`],
  ["a directory's time", `touch -d 2001-01-01 "$1/a/b/c"`],
  ["a rename within a directory", `mv "$1/a/b/1" "$1/a/b/9"`],
  ["a rename between directories", `mv "$1/a/b/1" "$1/d/9"`],
  ["a rename out of the tree", `mv "$1/a/b" out`],
  ["a rename into the tree", `mkdir -p in/x && echo > in/x/y && mv in "$1/a/in"`],
  ["directories made at once", `mkdir -p "$1/m/n/o/p" && echo > "$1/m/n/o/p/q"`],
  ["a directory that is removed", `rm -r "$1/a"`],
  ["a link that leads elsewhere", `ln -sfn d/2 "$1/link"`],
  ["a link in a directory's place", `mv "$1/d" "$1/e" && ln -s e "$1/d"`],
  ["a new hard link", `ln "$1/a/b/1" "$1/d/again"`],
  ["a file written to by its other name", `ln "$1/d/linked" out; sleep .5; echo more >> out`],
  ["a pipe", `mkfifo "$1/pipe"`],
];

for (const by of WATCHED_BY) {
  for (const tree of ["source", "destination"] as const) {
    Deno.test({
      ...needing(
        `a watcher by ${by} calls nothing clean after any edit of the ${tree}`,
        ...needsOf(by),
      ),
      fn: () => afterAnyEdit(by, tree),
    });
  }
}

async function afterAnyEdit(by: WatchedBy, tree: "source" | "destination"): Promise<void> {
  await using pair = await watchedPair("memory", by);
  await plantEqual(pair);
  await using watch = await pair.watch();
  for (const [what, script] of EDITS) {
    await clean(pair, `before ${what}`);
    await bash(`cd "$2" && rm -rf out in ref && ${script}`, [pair[tree], pair.path]);
    assert.ok(!asks(pair), `clean after ${what}`);
    // Whatever it was, the tree is made equal again, and that is noticed.
    await bash(
      `rm -rf "$1"/* && cp -a "$2"/. "$1"`,
      tree === "source" ? [pair.source, pair.destination] : [pair.destination, pair.source],
    );
    await mirror(`${pair.source}/`, pair.destination, { confirm: () => true });
    assert.equal(await rsyncWork(pair.source, pair.destination), "");
  }
  await clean(pair, "at the end");
  assert.equal(watch.background.stderr(), "");
}

Deno.test("a mirror of a clean pair ends at once, and one with other options looks itself", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  await using _watch = await pair.watch();
  await clean(pair, "at first");
  const run = async (...args: string[]): Promise<string> => {
    const output = await runBlit(["mirror", ...args, pair.destination], { env: pair.env });
    assertCode(output, 0);
    return output.stdout;
  };
  // On a machine that is busy an answer may be late, and then a mirror looks itself.
  const proven = async (...args: string[]): Promise<string> => {
    for (let round = 0;; round++) {
      const stdout = await run(...args, `${pair.source}/`);
      if (/proven/.test(stdout)) return stdout;
      assert.ok(round < 20, stdout);
    }
  };
  assert.match(await proven(), /^nothing to copy, proven clean by blit watch \(/);
  assert.match(await proven("-n"), /proven clean/);
  assert.equal(JSON.parse((await proven("--json")).trim()).proven_by_watch, true);
  const others = ["--sweep", "-c", "-X", "-u", "--size-only", "--ignore-times", "--exclude=x"];
  for (const other of [...others, "--ignore-existing", "--max-age=1d", "--durable"]) {
    await clean(pair, `before ${other}`);
    assert.doesNotMatch(await run(other, `${pair.source}/`), /proven/, other);
  }
  // Another pair: the directory itself, into the destination.
  assert.doesNotMatch(await run("-n", pair.source), /proven/);
});

Deno.test("a source without a slash is watched as the directory that it becomes", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  await mirror(pair.source, `${pair.path}/run`);
  const args = ["watch", "--json", pair.source, `${pair.path}/run`];
  await using watch = await startWatch(args, pair.env);
  await watch.clean();
  const run = (...operands: string[]): boolean =>
    isProvenClean(`${pair.path}/run/blit`, operands[0] ?? "", operands[1] ?? "", {});
  await until(() => run(pair.source, `${pair.path}/run`), "as it was given");
  await until(() => run(`${pair.source}/`, `${pair.path}/run/source`), "as what it becomes");
  Deno.writeTextFileSync(`${pair.source}/new`, "");
  assert.ok(!run(pair.source, `${pair.path}/run`));
});

Deno.test("a second watcher of a pair is refused, and a killed one leaves nothing in its way", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  {
    await using watch = await pair.watch();
    const args = ["watch", `${pair.source}/`, pair.destination];
    assertSentence(await runBlit(args, { env: pair.env }), [1], /are watched already/);
    await watch.clean();
    watch.background.signal("SIGKILL");
    await watch.background.ended();
  }
  // Its socket is there still, and nobody answers.
  assert.equal([...Deno.readDirSync(`${pair.path}/run/blit`)].length, 2);
  assert.ok(!asks(pair));
  Deno.writeTextFileSync(`${pair.source}/while-nobody-looked`, "");
  await using watch = await pair.watch();
  assert.ok(!asks(pair));
  await mirror(`${pair.source}/`, pair.destination);
  await clean(pair, "after a mirror");
  watch.background.signal("SIGTERM");
  assert.equal((await watch.background.ended()).code, 0);
  assert.deepEqual([...Deno.readDirSync(`${pair.path}/run/blit`)], []);
});

for (const by of WATCHED_BY) {
  Deno.test({
    ...needing(
      `a watcher by ${by} that is stopped makes a mirror look itself, and so does one that has lost events`,
      ...needsOf(by),
    ),
    fn: () => afterLostEvents(by),
  });
}

async function afterLostEvents(by: WatchedBy): Promise<void> {
  await using pair = await watchedPair("memory", by);
  await plantEqual(pair);
  await using watch = await pair.watch();
  await watch.clean();
  watch.background.signal("SIGSTOP");
  Deno.writeTextFileSync(`${pair.source}/new`, "");
  assert.ok(!asks(pair));
  const bound = Number(Deno.readTextFileSync(`/proc/sys/fs/${by}/max_queued_events`));
  if (bound <= 100_000) {
    // Names that differ: fanotify makes one event of all that is done to one. The last of them is
    // in a directory that nobody watches yet.
    await bash(
      `cd "$1/a" && for ((i = 0; i <= $2; i++)); do : > many-$i; done
       mkdir -p deep/er && echo > deep/er/file && find . -name 'many-*' -delete`,
      [pair.source, String(bound)],
    );
  }
  watch.background.signal("SIGCONT");
  assert.ok(!asks(pair));
  await mirror(`${pair.source}/`, pair.destination, { confirm: () => true });
  await clean(pair, "after what was lost");
  if (bound <= 100_000) {
    const whole = watch.events().filter((event) => event.type === "swept" && event.whole === true);
    assert.ok(whole.length > 1, "nothing was lost");
  }
  // The directory that came meanwhile is watched.
  Deno.writeTextFileSync(`${pair.source}/a/deep/er/file`, "other");
  assert.ok(!asks(pair));
}

Deno.test({
  ...needing(
    "a queue for whole file systems that overflows again and again is given up",
    "fanotify",
  ),
  fn: async () => {
    await using pair = await watchedPair("memory", "fanotify");
    await plantEqual(pair);
    await using watch = await pair.watch();
    const { pid } = watch.background.process;
    const hearsBy = (kind: string): Promise<string> =>
      bash(`readlink /proc/$1/fd/* | grep -c "$2" || true`, [String(pid), `anon_inode:.*${kind}`]);
    const bound = Deno.readTextFileSync("/proc/sys/fs/fanotify/max_queued_events").trim();
    for (let round = 0; round < 3; round++) {
      await clean(pair, `before overflow ${round}`);
      assert.equal((await hearsBy("fanotify")).trim(), "1");
      watch.background.signal("SIGSTOP");
      // Elsewhere on the file system: that is what there may be too much of.
      await bash(
        `mkdir "$1/many" && cd "$1/many" && for ((i = 0; i <= $2; i++)); do : > $i; done
         cd .. && rm -r many`,
        [pair.path, bound],
      );
      watch.background.signal("SIGCONT");
    }
    await clean(pair, "by the other");
    const end = performance.now() + 90_000;
    while ((await hearsBy("inotify")).trim() !== "1") {
      assert.ok(performance.now() < end, "it is not given up");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal((await hearsBy("fanotify")).trim(), "0");
    Deno.writeTextFileSync(`${pair.source}/a/b/1`, "heard of by inotify");
    assert.ok(!asks(pair));
  },
});

Deno.test("what a killed run has left keeps a pair from being clean until a mirror has removed it", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  await using watch = await pair.watch();
  await clean(pair, "at first");
  const told = watch.events().length;
  const left = `${pair.destination}/a/.blit-tmp-0123456789-0-0`;
  Deno.writeTextFileSync(left, "half of a file");
  Deno.utimeSync(left, 0, 0);
  // It may be over before anybody looks.
  await watch.until(() => watch.events().slice(told).some(({ state }) => state === "sweeping"));
  await watch.until(({ type, state }) => type === "state" && state === "dirty");
  assert.ok(!asks(pair));
  const output = await runBlit(["mirror", `${pair.source}/`, pair.destination], { env: pair.env });
  assertCode(output, 0);
  assert.throws(() => Deno.lstatSync(left), Deno.errors.NotFound);
  await clean(pair, "after it was removed");
});

Deno.test("a watcher answers and ends, though others have connected and say nothing", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  await using watch = await pair.watch();
  await clean(pair, "at first");
  const path = String(watch.events().find(({ type }) => type === "watching")?.socket);
  const silent = [];
  for (let count = 0; count < 50; count++) {
    silent.push(await Deno.connect({ transport: "unix", path }));
  }
  await clean(pair, "among those that say nothing");
  watch.background.signal("SIGTERM");
  assert.equal((await watch.background.ended()).code, 0);
  for (const connection of silent) connection.close();
});

for (const by of WATCHED_BY) {
  Deno.test({
    ...needing(
      `a watcher by ${by} hears of a file that got another name elsewhere, as far as is promised`,
      ...needsOf(by),
    ),
    fn: async () => {
      await using pair = await watchedPair("memory", by);
      await plantEqual(pair);
      Deno.linkSync(`${pair.source}/a/b/2`, `${pair.path}/elsewhere`);
      await using _watch = await pair.watch();
      await clean(pair, "at first");
      // One that had several names when the watcher came.
      const elsewhere = `${pair.path}/elsewhere`;
      Deno.writeTextFileSync(elsewhere, "by the name that it had before");
      assert.ok(!asks(pair));
      await mirror(`${pair.source}/`, pair.destination);
      await clean(pair, "after a mirror of that");
      const [outside, inside] = [`${pair.path}/outside`, `${pair.source}/a/b/1`];
      Deno.linkSync(inside, outside);
      await clean(pair, "with one more name elsewhere");
      Deno.writeTextFileSync(outside, "by the other name");
      // inotify tells of it no earlier than everything is looked at anew (docs/watch.md).
      if (by === "inotify") return;
      assert.ok(!asks(pair));
      await mirror(`${pair.source}/`, pair.destination);
      await clean(pair, "after a mirror");
      // A file from outside gets a name in the tree, and is changed by the other.
      Deno.writeTextFileSync(`${pair.path}/guest`, "before");
      Deno.linkSync(`${pair.path}/guest`, `${pair.source}/d/guest`);
      await mirror(`${pair.source}/`, pair.destination);
      await clean(pair, "after a guest came");
      Deno.chmodSync(`${pair.path}/guest`, 0o600);
      assert.ok(!asks(pair));
    },
  });
}

Deno.test({
  ...needing("a file system that fanotify cannot tell of is watched by inotify", "mount"),

  fn: async () => {
    await using pair = await watchedPair();
    await using mounted = await mountRamfs(`${pair.path}/ram`);
    await bash(`mkdir "$1"/{source,destination}`, [mounted.path]);
    const args = ["watch", "--json", `${mounted.path}/source/`, `${mounted.path}/destination`];
    await using watch = await startWatch(args, pair.env, "inotify");
    await watch.clean();
    Deno.writeTextFileSync(`${mounted.path}/source/new`, "");
    await watch.until(({ type, state }) => type === "state" && state === "dirty");
  },
});

Deno.test({
  ...needing("what is done elsewhere on a marked file system changes nothing", "fanotify"),
  fn: async () => {
    await using pair = await watchedPair("memory", "fanotify");
    await plantEqual(pair);
    await using watch = await pair.watch();
    await clean(pair, "at first");
    const told = watch.events().length;
    await bash(
      `cd "$1" && mkdir -p x/y/z && echo > x/y/z/f && mv x/y x/q && echo >> x/q/z/f && rm -r x`,
      [pair.path],
    );
    await clean(pair, "after what was done elsewhere");
    // Nothing was dirty meanwhile, nor swept.
    assert.equal(watch.events().length, told);
    // A directory comes from there, and what it holds nobody told of.
    await bash(`cd "$1" && mkdir -p in/x && echo > in/x/y && mv in source/a`, [pair.path]);
    assert.ok(!asks(pair));
    await mirror(`${pair.source}/`, pair.destination);
    await clean(pair, "after a mirror");
    Deno.writeTextFileSync(`${pair.source}/a/in/x/y`, "more");
    assert.ok(!asks(pair));
  },
});

Deno.test("what cannot be watched is refused in a sentence", async () => {
  await using pair = await watchedPair();
  const refused = async (words: RegExp, ...operands: string[]): Promise<void> => {
    const output = await runBlit(["watch", ...operands], { env: pair.env });
    assertSentence(output, [1, 64], words);
  };
  const remote = /reads as a place on a server, and watch takes paths of this machine alone/;
  await refused(remote, "server:/module/", pair.destination);
  await refused(remote, `${pair.source}/`, "server://");
  await refused(/does not exist/, `${pair.path}/nothing/`, pair.destination);

  await refused(/Two directories can be watched/, `${pair.source}/`, `${pair.path}/nothing`);
  await refused(/overlap|lies in|inside/, `${pair.path}/`, pair.destination);
  Deno.chmodSync(`${pair.path}/run`, 0o755);
  Deno.mkdirSync(`${pair.path}/run/blit`, { recursive: true });
  Deno.chmodSync(`${pair.path}/run/blit`, 0o777);
  await refused(/not a folder of this user's own/, `${pair.source}/`, pair.destination);
});

Deno.test("a mirror that watches makes equal whatever changes, and deletes only when told to", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  {
    await using watch = await pair.watch("--mirror");
    await bash(`cd "$1" && mkdir -p x/y && echo > x/y/z && echo more >> d/1`, [pair.source]);
    await clean(pair, "after some edits");
    await bash(`echo spoilt > "$1/d/2"`, [pair.destination]);
    await watch.until(() => Deno.readTextFileSync(`${pair.destination}/d/2`) === "2\n");
    Deno.removeSync(`${pair.source}/d/3`);
    await watch.until(() => watch.events().some(({ code }) => code === "deletion-unconfirmed"));
    assert.ok(Deno.statSync(`${pair.destination}/d/3`).isFile);
    assert.ok(!asks(pair));
  }
  await using _watch = await pair.watch("--mirror", "--yes");
  await clean(pair, "once deletion is allowed");
  await bash(`cd "$1" && mv a aa && mv d/1 aa/moved && rm link && chmod 700 aa`, [pair.source]);
  await clean(pair, "after renames");
});

Deno.test("a watcher ends when its trees are elsewhere, though only a directory above was renamed", async () => {
  await using pair = await watchedPair();
  const [above, aside] = [`${pair.path}/above`, `${pair.path}/aside`];
  await bash(`mkdir -p "$1"/{source,destination}`, [above]);
  const args = ["watch", "--json", `${above}/source/`, `${above}/destination`];
  await using watch = await startWatch(args, pair.env);
  await watch.clean();
  await bash(`mv "$1" "$2" && mkdir -p "$1"/{source,destination} && echo > "$2/source/new"`, [
    above,
    aside,
  ]);
  assert.equal((await watch.background.ended()).code, 1);
  assert.equal(watch.events().at(-1)?.code, "watch-lost");
});

Deno.test({
  ...needing(
    "a directory above a marked file system that was renamed is noticed, though nobody tells of it",
    "fanotify",
    "mount",
  ),
  fn: async () => {
    await using place = await makePlace();
    const [above, aside] = [`${place.path}/above`, `${place.path}/aside`];
    await using _mounted = await mountTmpfs(`${above}/marked`, "size=1m");
    const trees = ["source", "destination"].map((tree) => `${above}/marked/${tree}`);
    for (const tree of trees) Deno.mkdirSync(`${tree}/a/b`, { recursive: true });
    const watcher = await openWatcher(trees.map((tree) => new TextEncoder().encode(`${tree}\0`)));
    try {
      assert.equal(watcher.by, "fanotify");
      watcher.drain();
      Deno.renameSync(above, aside);
      // In a directory that has not been heard of yet.
      Deno.writeTextFileSync(`${aside}/marked/source/a/b/new`, "");
      const away = watcher.drain();
      Deno.renameSync(aside, above);
      const back = watcher.drain();
      for (const { lost } of [away, back]) assert.match(lost ?? "", /was moved or removed/);
    } finally {
      watcher.end();
    }
  },
});

Deno.test("a store through a mapping is seen when the file is closed", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  await using _watch = await pair.watch();
  await clean(pair, "at first");
  // Stores, says so, and closes the file by its end.
  const script = `
import mmap, sys
with open(sys.argv[1], "r+b") as file:
    bytes = mmap.mmap(file.fileno(), 0)
    bytes[0:1] = b"X"
    print("stored", file=sys.stderr, flush=True)
`;
  await using program = inBackground("python3", ["-c", script, `${pair.source}/a/b/1`]);
  await program.said(/stored/);
  await program.ended();
  assert.ok(!asks(pair));
  await mirror(`${pair.source}/`, pair.destination);
  assert.equal(Deno.readTextFileSync(`${pair.destination}/a/b/1`), "X\n");
  await clean(pair, "after the file was closed");
});

Deno.test("a program that goes on writing keeps its directory from being clean", async () => {
  await using pair = await watchedPair();
  await plantEqual(pair);
  await using _watch = await pair.watch();
  await clean(pair, "at first");
  using file = Deno.openSync(`${pair.source}/a/b/1`, { append: true });
  for (let round = 0; round < 5; round++) {
    file.writeSync(new Uint8Array([65]));
    assert.ok(!asks(pair));
    await mirror(`${pair.source}/`, pair.destination);
    await clean(pair, `after write ${round}`);
  }
});

Deno.test({
  name: "a user without watches left is told how to get more, and mirrors look themselves",
  ignore: !mayUnshare(),
  fn: async () => {
    await using pair = await watchedPair("disk");
    await plantEqual(pair);
    const { program, args, env } = blitCommand(["watch", `${pair.source}/`, pair.destination]);
    // That file is the namespace's own, the one in sys/fs/inotify is everybody's (namespaces(7)).
    const output = await command("unshare", [
      "--user",
      "--map-root-user",
      "bash",
      "-c",
      `echo 4 > /proc/sys/user/max_inotify_watches && exec "$@"`,
      "bash",
      program,
      ...args,
    ], { env: { ...env, ...pair.env } });
    assertSentence(output, [1], /no watches left/, /max_user_watches/);
    assert.ok(!asks(pair));
  },
});

/** Whether a user namespace can be had, which many containers forbid. */
function mayUnshare(): boolean {
  if (Deno.build.os !== "linux" || !hasTool("unshare")) return false;
  return new Deno.Command("unshare", { args: ["--user", "--map-root-user", "true"] })
    .outputSync().success;
}
