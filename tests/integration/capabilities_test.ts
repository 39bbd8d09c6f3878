import assert from "node:assert/strict";
import { pairKey } from "../../core/capabilities/mod.ts";
import { nameOf } from "../../core/entry/mod.ts";
import { openSys } from "../../core/sys/mod.ts";
import { copy } from "../../mod.ts";
import {
  assertCode,
  bash,
  bigFile,
  type CommandOutput,
  type ImageType,
  makeImage,
  makePlace,
  mountFresh,
  mountImage,
  mountRamfs,
  mountSpelling,
  mountTmpfs,
  type Need,
  needing,
  type Place,
  run,
  runBlit,
} from "../support/mod.ts";

const LARGE = 112 << 20;

interface Scene extends Place {
  readonly env: Record<string, string>;
  readonly file: string;
  blit(...args: string[]): Promise<CommandOutput>;
  known(): { pairs: Record<string, { rates: number[]; refusesReflink: boolean; atMs: number }> };
}

function onScene(
  name: string,
  needs: readonly Need[],
  fn: (scene: Scene) => Promise<void>,
): void {
  Deno.test({
    ...needing(name, ...needs),
    ...(Deno.build.os === "linux" ? {} : { ignore: true }),
    async fn() {
      await using place = await makePlace("disk");
      const { path } = place;
      const env = {
        BLIT_DISABLE_LOCAL_TELEMETRY: "0",
        XDG_CONFIG_HOME: `${path}/config`,
        BLIT_SYS: "linux",
      };
      const file = `${path}/config/blit/mounts.json`;
      await fn({
        ...place,
        env,
        file,
        blit: (...args) => runBlit(args, { cwd: path, env }),
        known: () => JSON.parse(Deno.readTextFileSync(file)),
      });
    },
  });
}

async function isSame(one: string, other: string): Promise<boolean> {
  return await bash(`cmp "$1" "$2" && echo same`, [one, other]) === "same\n";
}

onScene("what was found out of a large file is kept, of small ones nothing", [], async (scene) => {
  const { path, blit, file, known } = scene;
  await bigFile(`${path}/small`, 8 << 20);
  await bigFile(`${path}/large`, LARGE);
  assertCode(await blit("copy", "small", "small2"), 0);
  await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
  assertCode(await blit("copy", "large", "large2"), 0);
  const [[key, pair] = [], ...more] = Object.entries(known().pairs);
  // Shared extents are not measured, and there are none on what the tests run on as a rule.
  if (key === undefined) return;
  assert.deepEqual(more, []);
  assert.match(key, /^([0-9a-f]{16}) \1$/);
  assert.equal(pair?.refusesReflink, true);
  assert.ok(await isSame(`${path}/large`, `${path}/large2`));
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600); // of Linux
  assertCode(await blit("copy", "large", "large3"), 0);
  assert.deepEqual(Object.keys(known().pairs), [key]);
  assert.ok(await isSame(`${path}/large`, `${path}/large3`));
  const text = Deno.readTextFileSync(file);
  for (const word of ["large", path, "tmp"]) assert.ok(!text.includes(word));
});

onScene("nothing is kept by who does not want it, nor by the library", [], async (scene) => {
  const { path, env } = scene;
  await bigFile(`${path}/large`, LARGE);
  const off = { ...env, BLIT_DISABLE_LOCAL_TELEMETRY: "1" };
  assertCode(await runBlit(["copy", "large", "a"], { cwd: path, env: off }), 0);
  await copy(`${path}/large`, `${path}/b`);
  await assert.rejects(Deno.stat(`${path}/config`), Deno.errors.NotFound);
});

onScene("a way that was remembered and cannot be is followed by another", ["tmpfs"], async (g) => {
  await using there = await mountTmpfs(`${g.path}/there`, "size=400m");
  await bigFile(`${g.path}/large`, LARGE);
  assertCode(await g.blit("copy", "large", "there/a"), 0);
  const [[key, pair] = []] = Object.entries(g.known().pairs);
  assert.ok(key !== undefined && pair !== undefined);
  // Between file systems of two types copy_file_range gives EXDEV.
  assert.equal(pair.rates[0], 0);
  const lie = { version: 1, mounts: {}, pairs: { [key]: { ...pair, rates: [9e15, 0, 0] } } };
  Deno.writeTextFileSync(g.file, JSON.stringify(lie));
  assertCode(await g.blit("copy", "large", "there/b"), 0);
  assert.ok(await isSame(`${g.path}/large`, `${there.path}/b`));
  assert.equal(g.known().pairs[key]?.rates[0], 0);
});

onScene("what is too old is found out again", [], async (g) => {
  await bigFile(`${g.path}/large`, LARGE);
  assertCode(await g.blit("copy", "large", "a"), 0);
  const [[key, pair] = []] = Object.entries(g.known().pairs);
  if (key === undefined || pair === undefined) return; // extents are shared
  for (const atMs of [0, Date.now() + 30 * 24 * 3600 * 1000]) {
    const odd = { [key]: { ...pair, rates: [1, 2, 3], atMs } };
    Deno.writeTextFileSync(g.file, JSON.stringify({ version: 1, mounts: {}, pairs: odd }));
    assertCode(await g.blit("copy", "large", `a${atMs}`), 0);
    assert.ok((g.known().pairs[key]?.rates ?? []).every((rate) => rate > 1000));
  }
});

const HOSTILE: Readonly<Record<string, string>> = {
  "is empty": `: > "$1"`,
  "is no JSON": `head -c 5000 /dev/urandom > "$1"`,
  "is huge": `truncate -s 3G "$1"`,
  "is cut off": `printf '{"version":1,"mounts":{"0123' > "$1"`,
  "holds what it must not":
    `printf '{"version":1,"pairs":{"__proto__":{"atMs":1,"rates":[-1,null,"x"]}},"mounts":[1]}' > "$1"`,
  "is a directory": `mkdir "$1"`,
  "is a link": `echo precious > "$1.target"; ln -s "$1.target" "$1"`,
  "is a fifo": `mkfifo "$1"`,
  "has another name": `echo precious > "$1"; ln "$1" "$1.twin"`,
  "cannot be replaced": `echo '{}' > "$1"; chmod 0500 "$(dirname "$1")"`,
  "is being written by somebody": `: > "$1.new"`,
  "was left half-written": `: > "$1.new"; touch -d '1 hour ago' "$1.new"`,
  "was left half-written in the future": `: > "$1.new"; touch -d '1 hour' "$1.new"`,
};

onScene("whatever the file is, the copy is right and the run ends with 0", [], async (g) => {
  await bigFile(`${g.path}/large`, LARGE);
  for (const [what, script] of Object.entries(HOSTILE)) {
    await bash(`mkdir -p "$(dirname "$1")"; ${script}`, [g.file]);
    const output = await g.blit("copy", "large", "copy");
    assertCode(output, 0);
    assert.equal(output.stderr.replace(/^.*copied in.*\n/gm, ""), "", what);
    assert.ok(await isSame(`${g.path}/large`, `${g.path}/copy`), what);
    const left = await bash(`cat "$1.target" "$1.twin" 2>/dev/null || true`, [g.file]);
    assert.equal(left, /link|name/.test(what) ? "precious\n" : "", what);
    await bash(`chmod -R u+rwX "$2/config"; rm -rf "$2/config" "$2/copy"`, [g.file, g.path]);
  }
});

onScene("what a later blit has written is left as it is", [], async (g) => {
  await bigFile(`${g.path}/large`, LARGE);
  const later = `{"version":2,"mounts":"of another kind"}\n`;
  await bash(`mkdir -p "$(dirname "$1")"; printf %s "$2" > "$1"`, [g.file, later]);
  assertCode(await g.blit("copy", "large", "copy"), 0);
  assert.equal(Deno.readTextFileSync(g.file), later);
});

onScene("a file that cannot share its content stops no other from it", ["fs:btrfs"], async (g) => {
  const [image, disk] = [`${g.path}/disk.img`, `${g.path}/disk`];
  await makeImage("btrfs", image);
  await bash(`truncate -s 1G "$1"`, [image]);
  await using _ = await mountImage(image, disk);
  // A file without checksums: its copy would have them.
  await bash(
    `PATH=$PATH:/usr/sbin; btrfs filesystem resize max "$1" > /dev/null
    mkdir "$1/source"; cd "$1/source"; : > a; chattr +C a`,
    [disk],
  );
  await bigFile(`${disk}/plain`, LARGE);
  await bash(`cat "$1/plain" > "$1/source/a"; mv "$1/plain" "$1/source/b"`, [disk]);
  assertCode(await g.blit("copy", `${disk}/source`, `${disk}/copy/`), 0);
  assert.ok(await isSame(`${disk}/source/a`, `${disk}/copy/source/a`));
  assert.deepEqual(await sharedOf(`${disk}/copy/source`), { a: false, b: true });
  assert.deepEqual(Object.values(g.known().pairs).map((pair) => pair.refusesReflink), [false]);
  assertCode(await g.blit("copy", `${disk}/source/b`, `${disk}/again/`), 0);
  assert.deepEqual(await sharedOf(`${disk}/again`), { b: true });
});

/** Which files of a directory share their content with another one. */
async function sharedOf(directory: string): Promise<Record<string, boolean>> {
  const listed = await bash(
    `cd "$1"; sync -f .; PATH=$PATH:/usr/sbin
    for f in *; do echo "$f $(filefrag -v "$f" | grep -c shared || true)"; done`,
    [directory],
  );
  const rows = listed.trimEnd().split("\n").map((line) => line.split(" "));
  return Object.fromEntries(rows.map(([name, extents]) => [name, Number(extents) > 0]));
}

onScene("several blits at once leave a whole file", [], async (g) => {
  await bigFile(`${g.path}/large`, LARGE);
  const outputs = await Promise.all(
    Array.from({ length: 4 }, (_, at) => g.blit("copy", "large", `copy${at}`)),
  );
  for (const output of outputs) assertCode(output, 0);
  assert.ok(Object.keys(g.known().pairs).length <= 1);
  await assert.rejects(Deno.stat(`${g.file}.new`), Deno.errors.NotFound);
});

/** What stands for the mount of a directory. */
async function keyAt(path: string): Promise<string> {
  const { sys } = await openSys("linux");
  const held = sys.openRoot(nameOf(path));
  const key = pairKey(sys, held);
  sys.close(held);
  sys.end();
  assert.ok(key !== undefined);
  return key;
}

for (const type of ["ext4", "xfs", "btrfs"] as const satisfies readonly ImageType[]) {
  onScene(
    `a mount is told from the next one, whatever that is (${type})`,
    [`fs:${type}`],
    async ({ path }) => {
      const [image, place] = [`${path}/disk.img`, `${path}/disk`];
      await makeImage(type, image);
      const keys: string[] = [];
      {
        await using _ = await mountImage(image, place);
        await Deno.mkdir(`${place}/sub`);
        keys.push(await keyAt(place));
        assert.equal(await keyAt(`${place}/sub`), keys[0]);
        await bash(`head -c 1000000 /dev/zero > "$1/sub/file"; sync -f "$1"`, [place]);
        assert.equal(await keyAt(place), keys[0]);
        await run("mount", ["-o", "remount,noatime", place]);
        keys.push(await keyAt(place));
        await run("mount", ["-o", "remount,ro", place]);
        keys.push(await keyAt(place));
      }
      await Deno.remove(image);
      await makeImage(type, image);
      {
        await using _ = await mountImage(image, place);
        keys.push(await keyAt(place));
      }
      await using _ = await mountTmpfs(place, "size=8m");
      keys.push(await keyAt(place));
      assert.equal(new Set(keys).size, keys.length, keys.join(" "));
    },
  );
}

/** What `profile --probe` tries of a directory. */
async function probed(path: string, env: Record<string, string>): Promise<Record<string, unknown>> {
  const output = await runBlit(["profile", "--json", "--probe", path], {
    program: "blit-utils",
    env,
  });
  const line = output.stdout.split("\n").find((line) => line.includes(`"type":"mount"`));
  assert.ok(line !== undefined, output.stderr);
  return JSON.parse(line);
}

const PROBED: Readonly<Record<string, readonly [ImageType, readonly string[], object]>> = {
  "ext4": ["ext4", [], { reflink: false, holes: true, attributes: true, time_step_ns: 1 }],
  "ext4 of small inodes": ["ext4", ["-I", "128"], { unnamed_files: true, time_step_ns: 1e9 }],
  "xfs": ["xfs", [], { reflink: true, copy_range: true, folds_case: false }],
  "xfs without shared extents": ["xfs", ["-m", "reflink=0"], { reflink: false }],
  "btrfs": ["btrfs", [], { reflink: true, holes: true, folds_form: false }],
};

for (const [what, [type, options, expected]] of Object.entries(PROBED)) {
  onScene(`the probe finds what ${what} can do`, [`fs:${type}`], async ({ path, env }) => {
    await using mount = await mountFresh(type, `${path}/disk`, options);
    const found = await probed(mount.path, env);
    assert.deepEqual({ ...found, ...expected }, found);
    assert.equal(found.filesystem, type);
    assert.equal(await bash(`ls -A "$1" | grep blit || true`, [mount.path]), "");
  });
}

onScene("the probe finds what names are folded", ["fusepy"], async ({ path, env }) => {
  for (const folds of ["case", "form", "both"] as const) {
    await using mount = await mountSpelling(`${path}/${folds}`, folds);
    const { folds_case, folds_form } = await probed(mount.path, env);
    assert.deepEqual([folds_case, folds_form], [folds !== "form", folds !== "case"]);
  }
});

onScene(
  "a file system without attributes is told, and the dump names none",
  ["mount"],
  async (g) => {
    await using mount = await mountRamfs(`${g.path}/precious-name`);
    assert.equal((await probed(mount.path, g.env)).attributes, false);
    const dump = await g.blit("diagnostics", "dump");
    assert.match(dump.stdout, /Mounts that were probed\n {2}ramfs +copyRange, sendFile/);
    assert.doesNotMatch(dump.stdout, /precious-name/);
  },
);
