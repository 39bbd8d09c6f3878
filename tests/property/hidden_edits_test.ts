import assert from "node:assert/strict";
import fc from "fast-check";
import { mirror } from "../../core/transfer/mod.ts";
import type { TransferOptions } from "../../core/transfer/options.ts";
import { isProvenClean } from "../../core/watch/asking/ask.ts";
import {
  assertCode,
  bash,
  command,
  type CommandOutput,
  compareTrees,
  makePlace,
  mountTmpfs,
  needing,
  needsOf,
  onRemote,
  run,
  runBlit,
  temporariesIn,
  unmet,
  WATCHED_BY,
  watchedPair,
} from "../support/mod.ts";
import { EDITS, type HiddenEdit, PLANT, PRELUDE } from "./hidden_edits/edits.ts";
import { CHECKS, MANIFESTS, type Mode, pageWith, TRANSFERS } from "./hidden_edits/promises.ts";

const PAGE = new URL("../../docs/what-each-mode-sees.md", import.meta.url);
const IS_ROOT = unmet(["root"]) === undefined;
/** Those that can be made here. */
const HERE = EDITS.filter(({ needs }) => needs !== "root" || IS_ROOT);

Deno.test("docs/what-each-mode-sees.md tells what is tested here", () => {
  const page = Deno.readTextFileSync(PAGE);
  const wanted = pageWith(page);
  if (Deno.env.get("BLIT_UPDATE_GOLDEN") === "1") Deno.writeTextFileSync(PAGE, wanted);
  else assert.equal(page, wanted);
});

/** Makes `before` as it was, and `source` as it was edited. */
async function plantEdited(path: string): Promise<void> {
  const scripts = HERE.map(({ name, script }) => `f=${name}\n${script}`).join("\n");
  await bash(
    `set -e; mkdir "$1/before"; cd "$1/before"; ${PLANT}
cp -a . "$1/source"; cd "$1/source"; ${PRELUDE} ${scripts}
touch -d 2020-01-01 .`,
    [path],
  );
}

async function resetDestination(path: string): Promise<void> {
  await bash(`rm -rf "$1/destination"; cp -a "$1/before" "$1/destination"`, [path]);
}

/** Names of edits after which the two trees are not equal in what was edited. */
async function left(path: string): Promise<string[]> {
  const lines = HERE.map(({ name, looked = [name] }) => `same ${looked.join(" ")} || echo ${name}`);
  const { stdout } = await command("bash", [
    ...["-c", `${SAME}\n${lines.join("\n")}\necho end`, "bash"],
    ...[`${path}/source`, `${path}/destination`],
  ]);
  const names = stdout.trimEnd().split("\n");
  assert.equal(names.pop(), "end");
  return names;
}

/** Content, kind, mode, owner, time, target, attributes. */
const SAME = `
tell() { stat -c '%F %a %u %g %y' "$1" && { readlink "$1" || cat "$1"; } && getfattr -hd "$1"; }
source=$1; destination=$2
same() {
  for name; do
    cmp -s <(cd "$source" && tell "$name") <(cd "$destination" && tell "$name") || return 1
    test -e "$destination/$name" -o -h "$destination/$name" || return 1
  done
}`;

function expected({ misses }: Mode): string[] {
  return HERE.map(({ name }) => name).filter((name) => misses.includes(name));
}

type Run = (...args: string[]) => Promise<CommandOutput>;

async function eachTransfer(path: string, blit: Run, from: string, to: string): Promise<void> {
  await plantEdited(path);
  for (const mode of TRANSFERS) {
    await resetDestination(path);
    assertCode(await blit("mirror", "-y", ...mode.args, from, to), 0);
    assert.deepEqual(await left(path), expected(mode), mode.name);
  }
}

async function eachCheck(path: string, blit: Run, from: string, to: string): Promise<void> {
  await plantEdited(path);
  await resetDestination(path);
  for (const mode of CHECKS) {
    const output = await blit("check", "--json", ...mode.args, from, to);
    assertCode(output, 3);
    assert.deepEqual(unnamed(output), expected(mode), mode.name);
  }
}

/** Names of edits that a check does not name. */
function unnamed({ stdout }: CommandOutput): string[] {
  const named = new Set(stdout.trimEnd().split("\n").map((line) => JSON.parse(line).path));
  return HERE.filter(({ name, looked = [name] }: HiddenEdit) =>
    !looked.some((path) => named.has(path))
  )
    .map(({ name }) => name);
}

Deno.test("a mirror on one machine finds the hidden edits that it promises to", async () => {
  await using place = await makePlace();
  const { path } = place;
  const blit: Run = (...args) => runBlit(args, { cwd: path });
  await eachTransfer(path, blit, "source/", "destination");
});

Deno.test("a check on one machine names the hidden edits that it promises to", async () => {
  await using place = await makePlace();
  const { path } = place;
  const blit: Run = (...args) => runBlit(args, { cwd: path });
  await eachCheck(path, blit, "source/", "destination");
  await bash(`rm -rf "$1"/source`, [path]);
  await bash(`cp -a "$1/before" "$1/source"`, [path]);
  assertCode(await blit("check", "--write-manifest", "manifest", "source"), 0);
  await bash(`rm -rf "$1"/source "$1"/before`, [path]);
  await plantEdited(path);
  for (const mode of MANIFESTS) {
    const output = await blit("check", "--json", ...mode.args, "--manifest", "manifest", "source");
    assertCode(output, 3);
    assert.deepEqual(unnamed(output), expected(mode), mode.name);
  }
});

onRemote("a mirror finds the hidden edits that it promises to", async (g) => {
  await eachTransfer(g.path, g.blit, g.from(), g.to());
});

onRemote("a check names the hidden edits that it promises to", async (g) => {
  await eachCheck(g.path, g.blit, g.from(), g.to());
});

for (const by of WATCHED_BY) {
  Deno.test({
    ...needing(`a watcher by ${by} hears of every hidden edit before anybody asks`, ...needsOf(by)),
    fn: async () => {
      await using pair = await watchedPair("memory", by);
      const { path, source, destination } = pair;
      await bash(`cd "$1"; ${PLANT}\ncp -a . "$2"`, [source, destination]);
      await using _watch = await pair.watch();
      const asks = (): boolean => isProvenClean(`${path}/run/blit`, `${source}/`, destination, {});
      for (const { name, script } of HERE) {
        await until(asks, `clean before ${name}`);
        await bash(`cd "$1"; ${PRELUDE} f=${name}\n${script}`, [source]);
        assert.ok(!asks(), name);
        await mirror(`${source}/`, destination, { trustWatch: true, confirm: () => true });
      }
      await until(asks, "clean at the end");
      const plain = TRANSFERS[0];
      assert.ok(plain !== undefined);
      assert.deepEqual(await left(path), expected(plain));
    },
  });
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!holds()) {
    assert.ok(performance.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const LARGE = 24 << 20;

Deno.test({
  ...needing(
    "--resume over what is left of a file takes no content from before a hidden edit",
    "tmpfs",
  ),
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    const hidden = ["written", "mapped", "cut", "punched", "over", "swapped"];
    await bash(
      `mkdir "$1"/{source,destination}; cd "$1/source"
for f in ${hidden.join(" ")}; do
  mkdir $f; head -c ${LARGE} /dev/zero | tr '\\0' a > $f/$f; done
head -c ${LARGE} /dev/zero | tr '\\0' b > swapped/other
touch -d 2020-01-01 */*
sleep 2.1 # what was changed just now is never taken on the journal's word`,
      [path],
    );
    for (const name of hidden) {
      const { script } = HERE.find((edit) => edit.name === name)!; // they are among them
      await using room = await mountTmpfs(`${path}/destination/${name}`, "size=16m");
      const args = ["copy", "--resume", "--json", `${path}/source/${name}/${name}`, room.path];
      const cut = await runBlit(args);
      assert.equal(cut.code, 1, cut.stdout + cut.stderr);
      assert.equal((await temporariesIn(room.path)).length, 1, cut.stdout);
      await bash(`cd "$1"; size=${LARGE}; ${PRELUDE} f=${name}\n${script}`, [
        `${path}/source/${name}`,
      ]);
      await run("mount", ["-o", "remount,size=64m", room.path]);
      assertCode(await runBlit(args), 0);
      await run("cmp", [`${path}/source/${name}/${name}`, `${room.path}/${name}`]);
    }
  },
});

/** In one mode; with BLIT_SOAK=1 it takes minutes. */
const RUNS = unmet(["soak"]) ? 10 : 100;
const TIMES = ["2020-01-01", "2020-01-01 00:00:00.000000001", "1999-01-01", "2099-01-01"];
const file = fc.constantFrom("a", "b", "c", "d/e", "d/f");
const tree = fc.constantFrom("source", "destination");
const time = fc.constantFrom(...TIMES);

/** One edit of one of both trees; what it names need not be there. */
const edit = fc.tuple(
  tree,
  fc.oneof(
    fc.tuple(file, time).map(([f, at]) => `touch -c -h -d '${at}' ${f}`),
    fc.tuple(file, fc.constantFrom("1", "2")).map(([f, to]) =>
      `f=${f}; keep; echo ${to} > $f; back`
    ),
    file.map((f) => `f=${f}; keep; truncate -s 0 $f; truncate -s 2 $f; back`),
    file.map((f) => `f=${f}; keep; echo more >> $f; back`),
    fc.tuple(file, file).map(([f, to]) => `mv -T ${f} ${to}`),
    fc.tuple(file, file).map(([f, to]) => `cp -p ${f} new && mv -T new ${to}`),
    fc.tuple(file, file).map(([f, to]) => `mv -T ${f} aside; mv -T ${to} ${f}; mv -T aside ${to}`),
    fc.tuple(file, fc.constantFrom("600", "640")).map(([f, mode]) => `chmod ${mode} ${f}`),
    file.map((f) => `rm ${f}`),
    fc.constant(`touch -d 2020-01-01 d .`),
  ),
);

/** blit's words for what rsync calls by the same names. */
const MODES: Readonly<Record<string, TransferOptions>> = {
  "--times": {},
  "--checksum": { compare: "checksum" },
  "--size-only": { compare: "size" },
  "--ignore-times": { compare: "always" },
  "--update": { update: true },
  "--ignore-existing": { ignoreExisting: true },
};

/** To rsync's --update a file is not newer by a nanosecond; to blit's it is. */
function soundFor(argument: string, script: string): string {
  return argument === "--update" ? script.replaceAll("00:00:00.000000001", "00:00:07") : script;
}

for (const [argument, options] of Object.entries(MODES)) {
  Deno.test(`after hidden edits of two trees, ${argument} leaves what rsync leaves`, async () => {
    await using place = await makePlace();
    const { path } = place;
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
        const scripts = edits.map(([where, script]) =>
          `(cd ${where}; ${soundFor(argument, script)}) 2>/dev/null || true`
        );
        await bash(
          `cd "$1"; rm -rf *; mkdir -p source/d; ${PRELUDE}
for f in a b c d/e d/f; do echo 0 > source/$f; done
find source -exec touch -d 2020-01-01 {} +; cp -a source destination
${scripts.join("\n")}
rm -f source/{new,aside} destination/{new,aside}; cp -a destination theirs
rsync -aH --modify-window=-1 --delete ${argument} source/ theirs/`,
          [path],
        );
        const { exitCode } = await mirror(`${path}/source/`, `${path}/destination`, {
          ...options,
          confirm: () => true,
          forceDelete: true,
        });
        assert.equal(exitCode, 0);
        await compareTrees(`${path}/theirs`, `${path}/destination`);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
}
