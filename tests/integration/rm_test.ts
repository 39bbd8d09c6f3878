import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/removing.schema.json" with { type: "json" };
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  type BlitOptions,
  type CommandOutput,
  fingerprint,
  type Ground,
  mountTmpfs,
  oddTree,
  onGround,
  plant,
  readTree,
  symlinkTo,
} from "../support/mod.ts";
import { answering, atTerminal, type Session } from "./cli_shell.ts";

const UTILS: BlitOptions = { program: "blit-utils" };
const LOCAL = { onlyLocal: true } as const;
const LINUX = { only: "linux", onlyLocal: true } as const;

function rm(ground: Ground, ...args: string[]): Promise<CommandOutput> {
  return ground.blitWith(UTILS, "rm", ...args);
}

function lines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

const validator = new Validator(schema as ConstructorParameters<typeof Validator>[0], "2020-12");

function objects(text: string): Record<string, unknown>[] {
  const all = lines(text).map((line) => JSON.parse(line));
  for (const object of all) {
    assert.ok(validator.validate(object).valid, `not as published: ${JSON.stringify(object)}`);
  }
  return all;
}

onGround("rm -r -y leaves what rm -r leaves of a tree that does not all go", async (g) => {
  await oddTree(`${g.path}/mine`, g.backend.features);
  await bash(`cp -a "$1/mine" "$1/theirs"`, [g.path]);
  await using _one = await mountTmpfs(`${g.path}/mine/modes/mounted`, "size=1m");
  await using _two = await mountTmpfs(`${g.path}/theirs/modes/mounted`, "size=1m");
  for (const tree of ["mine", "theirs"]) await plant(`${g.path}/${tree}/modes/mounted`, { a: "a" });
  const output = await rm(g, "-r", "-y", "mine");
  assertSentence(output, [2], /Cannot remove "\/.*mine\/modes\/mounted": something is mounted/);
  await bash(`rm -r --one-file-system "$1/theirs" 2>/dev/null || true`, [g.path]);
  assert.deepEqual(await readTree(`${g.path}/mine`), await readTree(`${g.path}/theirs`));
}, { needs: ["mount"], ...LOCAL });

onGround("rm leaves a user what rm leaves him in directories he may not change", async (g) => {
  for (const tree of ["mine", "theirs"]) {
    await plant(`${g.path}/${tree}`, {
      "read-only/file": "1",
      "no-read/file": "1",
      "no-search/file": "1",
      "open/file": "1",
      "open/below/file": "1",
    });
  }
  await bash(
    `cd "$1"; chown -R 65534:65534 mine theirs; chmod 755 .
     for d in mine theirs; do chmod 555 $d/read-only; chmod 300 $d/no-read; chmod 600 $d/no-search; done
     mkdir both; chown 65534 both; mv mine theirs both/`,
    [g.path],
  );
  const options = { ...UTILS, asNobody: true };
  const output = await g.blitWith(options, "rm", "-r", "-y", "both/mine");
  assertSentence(output, [2], /Cannot remove .*read-only\/file": permission denied/);
  assert.match(output.stderr, /Cannot open .*no-read": permission denied/);
  await bash(
    `cd "$1"; setpriv --reuid=65534 --regid=65534 --clear-groups rm -rf both/theirs 2>/dev/null || true`,
    [g.path],
  );
  assert.deepEqual(await readTree(`${g.path}/both/mine`), await readTree(`${g.path}/both/theirs`));
}, { needs: ["nobody"], ...LINUX });

onGround("rm takes files and links, and directories only with -r", async (g) => {
  const tree = { "dir/file": "1", "file": "12", "link": symlinkTo("dir") };
  await plant(`${g.path}/t`, tree);
  const output = await rm(g, "-y", "t/file", "t/dir", "t/link");
  assertSentence(
    output,
    [1],
    /"t\/dir": it is a directory, and goes only with --recursive\. Nothing was removed\./,
  );
  assert.deepEqual(Object.keys(await readTree(`${g.path}/t`)).length, 4);
  assertCode(await rm(g, "-y", "t/file", "t/link"), 0);
  assert.deepEqual(await readTree(`${g.path}/t`), { "dir/": null, "dir/file": "1" });
  assertCode(await rm(g, "-r", "-y", "t/dir"), 0);
  assert.deepEqual(await readTree(`${g.path}/t`), {});
}, LOCAL);

onGround("rm looks at all operands before it removes the first", async (g) => {
  await plant(`${g.path}/t`, { "a/b": "1", "c": "2" });
  const before = await fingerprint(`${g.path}/t`);
  for (
    const [wrong, code, words] of [
      ["t/missing", 1, /"t\/missing" does not exist\. Nothing was removed\./],
      ["t/c/", 1, /it is not a directory/],
      ["t/a/.", 64, /ends with "\."/],
      ["t/a/..", 64, /ends with "\.\."/],
      [".", 64, /ends with "\."/],
      ["..", 64, /ends with "\.\."/],
      ["/", 64, /"\/" is a root and is never removed/],
      ["", 64, /An empty path/],
    ] as const
  ) {
    assertSentence(await rm(g, "-r", "-y", "t/a", "t/c", wrong), [code], words);
  }
  await assertUntouched(`${g.path}/t`, before);
}, LINUX);

onGround("without a terminal and --yes nothing goes, and rm says how much would", async (g) => {
  await plant(`${g.path}/t`, { "a/b": "12345", "c": "2" });
  const before = await fingerprint(`${g.path}/t`);
  const output = await rm(g, "-r", "t/a", "t/c");
  assertSentence(output, [2], /Nothing is removed: 3 entries, 6 B would go, .* it takes --yes\./);
  assert.equal(output.stdout, "");
  const json = await rm(g, "-r", "--json", "t/a", "t/c");
  assertCode(json, 2);
  const summary = { dry_run: false, entries: 0, bytes: 0, failures: 0, left: 3, exit_code: 2 };
  assert.deepEqual(objects(json.stdout), [{ type: "summary", ...summary }]);
  await assertUntouched(`${g.path}/t`, before);
}, LINUX);

onGround("a dry run of rm prints what rm -v then prints, and changes nothing", async (g) => {
  await plant(`${g.path}/t`, { "a/b": "12345", "c": "2", "a/d/": null, "l": symlinkTo("/") });
  const before = await fingerprint(`${g.path}/t`);
  const dry = await rm(g, "-r", "-n", "t", "t/a/b", "t//a", `${g.path}/t/c`);
  assertCode(dry, 0);
  assert.match(dry.stderr, /^6 entries, 6 B would be removed\n$/);
  await assertUntouched(`${g.path}/t`, before);
  const real = await rm(g, "-r", "-y", "-v", "t");
  assertCode(real, 0);
  assert.deepEqual(lines(real.stdout), lines(dry.stdout));
  assert.deepEqual(lines(real.stdout).sort(), ["t", "t/a", "t/a/b", "t/a/d", "t/c", "t/l"]);
  assert.match(real.stderr, /^6 entries, 6 B removed\n$/);
}, LOCAL);

onGround("rm --json tells entries, failures and a summary", async (g) => {
  await plant(`${g.path}/t`, { "a/b": "12345", "f": "1" });
  const dry = objects((await rm(g, "-r", "-n", "--json", "t/a", "t/f")).stdout);
  const entries = [
    { type: "removed", endpoint: "t/a", path: "b", kind: "file", size: 5 },
    { type: "removed", endpoint: "t/a", path: "", kind: "directory", size: 0 },
    { type: "removed", endpoint: "t/f", path: "", kind: "file", size: 1 },
  ];
  const summary = { type: "summary", entries: 3, bytes: 6, failures: 0, left: 0, exit_code: 0 };
  assert.deepEqual(dry, [...entries, { ...summary, dry_run: true }]);
  const wrong = await rm(g, "-r", "-y", "--json", "t/nope");
  assertCode(wrong, 1);
  const [error] = objects(wrong.stdout);
  assert.equal(error?.code, "path-missing");
  assert.equal(error?.exit_code, 1);
  const real = await rm(g, "-r", "-y", "-v", "--json", "t/a", "t/f");
  assert.deepEqual(objects(real.stdout), [...entries, { ...summary, dry_run: false }]);
  const quiet = await rm(g, "-r", "-y", "-q", "t");
  assert.deepEqual([quiet.stdout, quiet.stderr, quiet.code], ["", "", 0]);
}, LINUX);

onGround("names of any byte are removed, and printed as they are", async (g) => {
  await bash(`mkdir "$1/t"; cd "$1/t"; echo 1 >$'\\xff\\n'; mkdir $'d\\x1b'; echo 1 >-r`, [g.path]);
  const { code, stdout } = await new Deno.Command("bash", {
    args: [
      "-c",
      `cd "$1/t"; exec ${utilsWords()} rm -r -y -v -- $'\\xff\\n' $'d\\x1b' -r`,
      "-",
      g.path,
    ],
    stderr: "null",
  }).output();
  assert.equal(code, 0);
  const latin = Array.from(stdout, (byte) => String.fromCharCode(byte)).join("");
  assert.equal(latin, "\xff\n\nd\x1b\n-r\n");
  assert.deepEqual(await readTree(`${g.path}/t`), {});
}, LINUX);

function utilsWords(): string {
  const utils = new URL("../../utils/main.ts", import.meta.url).pathname;
  return `'${Deno.execPath()}' run --quiet -A '${utils}'`;
}

async function session(
  ground: Ground,
  args: readonly string[],
  answer: string,
): Promise<Session> {
  return await atTerminal(ground, ["rm", ...args], answering(answer), UTILS);
}

onGround("at a terminal rm shows what would go and asks", async (g) => {
  const files = Array.from({ length: 12 }, (_, number) => [`d/file-${number}`, "x"]);
  await plant(`${g.path}/t`, { ...Object.fromEntries(files), "f": "12" });
  const before = await fingerprint(`${g.path}/t`);
  for (const answer of ["n\n", "yess\n", "\x04"]) {
    const { text, code } = await session(g, ["-r", "t/d", "t/f"], answer);
    assert.equal(code, 2, text);
    assert.match(text, /These would be removed, 14 entries, 14 B:\r\n {2}t\/d\/\r\n {2}t\/f\r\n/);
    assert.match(text, / {2}t\/d\/file-\d+\r\n/);
    assert.match(text, / {2}and 4 more\r\nRemove them\? \[y\/N\]/);
    assert.match(text, /Nothing is removed\./);
  }
  await assertUntouched(`${g.path}/t`, before);
  const { text, code } = await session(g, ["t/f"], "y\n");
  assert.equal(code, 0, text);
  assert.match(text, /This would be removed, 1 entry, 2 B:\r\n {2}t\/f\r\nRemove it\? \[y\/N\]/);
  assert.match(text, /1 entry, 2 B removed/);
  assert.equal((await session(g, ["-r", "t"], "yes\n")).code, 0);
  await assert.rejects(Deno.lstat(`${g.path}/t`));
}, { on: "disk", ...LINUX });

onGround("Ctrl-C at the question of rm removes nothing and ends with 130", async (g) => {
  await plant(`${g.path}/t`, { "d/f": "1" });
  const { text, code } = await session(g, ["-r", "t"], "\x03");
  assert.equal(code, 130, text);
  assert.match(text, /Interrupted\. Nothing was removed\./);
  assert.deepEqual(await readTree(`${g.path}/t`), { "d/": null, "d/f": "1" });
}, { on: "disk", ...LINUX });

onGround("names are escaped in the question", async (g) => {
  await bash(`mkdir "$1/t"; touch "$1/t"/$'\\x1b[31m\\n'`, [g.path]);
  const { text } = await session(g, ["-r", "t"], "n\n");
  assert.ok(text.includes("  t/\\x1b[31m\\n\r\n"), text);
}, { on: "disk", ...LINUX });

onGround("with nothing named or a word it does not know, rm says how it is used", async (g) => {
  assertSentence(await rm(g), [64], /Give at least one endpoint/);
  assertSentence(await rm(g, "--recursiv", "a"), [64], /--recursive/);
}, LINUX);

onGround("rm removes what is named behind a link of what is named too", async (g) => {
  await plant(`${g.path}/other`, { "file": "1", "tree/deep": "2", "kept": "3" });
  await plant(`${g.path}/dir`, { "inside/file": "4" });
  await plant(`${g.path}/beside`, { "file": "5" });
  await Deno.symlink("../other", `${g.path}/dir/link`);
  await Deno.symlink("other", `${g.path}/link`);
  const named = ["link", "link/file", "dir", "dir/link/tree", "dir/../beside", "dir/inside/file"];
  const dry = await rm(g, "-r", "--dry-run", ...named);
  assertCode(dry, 0);
  const output = await rm(g, "-r", "-y", "-v", ...named);
  assertCode(output, 0);
  const gone = ["beside", "beside/file", "dir", "dir/inside", "dir/inside/file", "dir/link"];
  const behind = ["dir/link/tree", "dir/link/tree/deep", "link", "link/file"];
  const all = [...gone.map((path) => path.replace(/^beside/, "dir/../beside")), ...behind].sort();
  assert.deepEqual(lines(output.stdout).sort(), all);
  assert.deepEqual(lines(dry.stdout).sort(), all);
  assert.deepEqual(
    await bash(`cd "$1"; find . -mindepth 1 | sort`, [g.path]),
    "./other\n./other/kept\n",
  );
}, LOCAL);
