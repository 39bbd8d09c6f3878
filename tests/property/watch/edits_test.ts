import assert from "node:assert/strict";
import fc from "fast-check";
import { mirror } from "../../../core/transfer/mod.ts";
import {
  bash,
  needing,
  needsOf,
  rsyncWork,
  WATCHED_BY,
  type WatchedBy,
  type WatchedPair,
  watchedPair,
} from "../../support/mod.ts";

const RUNS = 60;

const name = fc.constantFrom("a", "b", "c");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));

/** One edit, as a command that may fail: what it names need not be there. */
const edit = fc.oneof(
  path.map((at) => `mkdir -p ${at}`),
  path.map((at) => `mkdir -p ${at}/b/c && echo quick > ${at}/b/c/a`),
  path.map((at) => `echo $RANDOM > ${at}`),
  path.map((at) => `echo more >> ${at}`),
  path.map((at) => `truncate -s 1 ${at}`),
  path.map((at) => `rm -rf ${at}`),
  fc.tuple(path, path).map(([at, to]) => `mv -T ${at} ${to}`),
  fc.tuple(path, path).map(([at, to]) => `cp -a ${at} ${to}`),
  fc.tuple(path, path).map(([at, to]) => `ln -f ${at} ${to}`),
  fc.tuple(path, path).map(([at, to]) => `ln -sfn ${at} ${to}`),
  path.map((at) => `rm -rf ../aside && mv ${at} ../aside`),
  path.map((at) => `mv -T ../aside ${at}`),
  path.map((at) => `touch -r ${at} ../ref && echo $RANDOM >> ${at} && touch -r ../ref ${at}`),
  path.map((at) => `touch -d 2001-01-01 ${at}`),
  path.map((at) => `chmod 7$((RANDOM % 8))0 ${at}`),
  fc.constant(`touch -d 2002-02-02 .`),
);

/** By names that are in no tree: inotify promises less there (docs/watch.md). */
const elsewhere = fc.oneof(
  fc.tuple(path, name).map(([at, to]) => `ln -f ${at} ../${to}-elsewhere`),
  fc.tuple(path, name).map(([at, to]) => `ln -f ../${to}-elsewhere ${at}`),
  name.map((at) => `echo $RANDOM > ../${at}-elsewhere`),
  name.map((at) => `echo more >> ../${at}-elsewhere`),
  name.map((at) => `chmod 7$((RANDOM % 8))0 ../${at}-elsewhere`),
  name.map((at) => `rm ../${at}-elsewhere`),
);

const roundOf = (edit: fc.Arbitrary<string>) =>
  fc.record({
    tree: fc.constantFrom("source" as const, "destination" as const),
    edits: fc.array(edit, { minLength: 1, maxLength: 6 }),
    /** Milliseconds until the mirror: before, while and after the watcher looks. */
    waitMs: fc.constantFrom(0, 60, 130, 300, 400),
    mirrors: fc.boolean(),
  });

async function edits(pair: WatchedPair, tree: "source" | "destination", scripts: string[]) {
  const lines = scripts.map((script) => `{ ${script}; } 2>/dev/null || true`);
  await bash(`cd "$1" || exit 1\n${lines.join("\n")}`, [pair[tree]]);
}

async function proven(pair: WatchedPair): Promise<boolean> {
  const { provenByWatch } = await mirror(`${pair.source}/`, pair.destination, {
    dryRun: true,
    trustWatch: true,
    confirm: () => true,
  });
  return provenByWatch === true;
}

for (const by of WATCHED_BY) {
  for (const args of [[], ["--mirror", "--yes", "--force-delete"]]) {
    const how = args.length === 0 ? "that only looks" : "that mirrors";
    Deno.test({
      ...needing(
        `whatever is done to two trees, a watcher by ${by} ${how} never calls them clean wrongly`,
        ...needsOf(by),
      ),
      fn: () => neverWrong(by, args),
    });
  }
}

async function neverWrong(by: WatchedBy, args: readonly string[]): Promise<void> {
  await using pair = await watchedPair("memory", by);
  const before = Deno.env.get("XDG_RUNTIME_DIR");
  Deno.env.set("XDG_RUNTIME_DIR", `${pair.path}/run`);
  try {
    await using watch = await pair.watch(...args);
    let clean = 0;
    await fc.assert(
      fc.asyncProperty(
        roundOf(by === "fanotify" ? fc.oneof(edit, elsewhere) : edit),
        async ({ tree, edits: scripts, waitMs, mirrors }) => {
          await edits(pair, tree, scripts);
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
          // A watcher that mirrors writes by itself: nothing may be written between the two.
          const isProven = await proven(pair);
          if (isProven) {
            clean++;
            assert.equal(await rsyncWork(pair.source, pair.destination), "", scripts.join("; "));
          }
          if (mirrors) {
            const options = { confirm: () => true, forceDelete: true, trustWatch: true };
            await mirror(`${pair.source}/`, pair.destination, options);
          }
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    const end = performance.now() + 20_000;
    const options = { confirm: () => true, forceDelete: true };
    await mirror(`${pair.source}/`, pair.destination, options);
    while (!await proven(pair)) {
      assert.ok(performance.now() < end, watch.background.stdout() + watch.background.stderr());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(await rsyncWork(pair.source, pair.destination), "");
    assert.equal(watch.background.stderr(), "");
    console.log(`clean ${clean} times of ${RUNS}`);
  } finally {
    if (before === undefined) Deno.env.delete("XDG_RUNTIME_DIR");
    else Deno.env.set("XDG_RUNTIME_DIR", before);
  }
}
