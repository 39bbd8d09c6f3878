import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  bash,
  command,
  type CommandOutput,
  onGround,
  plant,
  programFile,
  type ProgramName,
  readTree,
} from "../support/mod.ts";
import { blitWords, inShell, utilsWords } from "./cli_shell.ts";

const ONE = { on: "disk", only: "linux" } as const;

function program(name: ProgramName, ...args: string[]) {
  const path = programFile(name);
  const rights = ["--no-prompt", "--allow-read", "--allow-env", "--allow-ffi"];
  return command(Deno.execPath(), ["run", "--quiet", ...rights, path, ...args]);
}

onGround("a wrong command line ends with 64 and changes nothing", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, {});
  const wrong: [string[], RegExp][] = [
    [["copy", "--dryrun", "source/", "destination"], /Did you mean --dry-run\?/],
    [["copy", "-qv", "source/", "destination"], /contradict each other/],
    [["copy", "--delete", "source/", "destination"], /blit mirror/],
    [["copy", "source/"], /one path was given/],
    [["copy", "source/", "host:/module"], /"host:\/module\/".*"host:\/\/module"/],
    [["copy", "source/", "user@host:dir"], /names a user/],
    [["copy", "source/", "host:/m/x", "destination"], /give them in two runs/],
    [["move", "one:/m/x", "two:/m/y", "destination"], /on two servers/],
    [["mirror", "host:/m/../x/", "destination"], /leads upwards/],
    [["copy", "--max-size", "much", "source/", "destination"], /"much" is not a size/],
    [["copy", "--files-from", "none", "source/", "destination"], /"none": no such file/],
    [["cp", "source/", "destination"], /Did you mean "blit copy"\?/],
    [[], /give a verb/],
  ];
  for (const [args, sentence] of wrong) {
    const output = await g.blit(...args);
    assertSentence(output, [64], sentence, /^blit: /);
    assert.equal(output.stdout, "");
  }
  assert.deepEqual(Object.keys(await readTree(g.path)), ["destination/", "source/", "source/a"]);
}, ONE);

onGround("help and version go to stdout and end with 0", async (g) => {
  const golden = new URL("../golden/help/", import.meta.url);
  const read = (name: string) => Deno.readTextFile(new URL(`${name}.txt`, golden));
  const help: [string[], string][] = [
    [["--help"], "blit"],
    [["help"], "blit"],
    [["mirror", "--help"], "blit-mirror"],
    [["help", "copy"], "blit-copy"],
    [["copy", "a", "-nh"], "blit-copy"],
  ];
  for (const [args, name] of help) {
    const output = await g.blit(...args);
    assertCode(output, 0);
    assert.equal(output.stdout, await read(name));
  }
  assert.match((await g.blit("--version")).stdout, /^blit \d+\.\d+\.\d+\n$/);
}, ONE);

onGround("what rsync users type by habit is told, and the copy made", async (g) => {
  await plant(g.source, { "a": "a" });
  const output = await g.blit("copy", "-rt", "source/", "destination");
  assertCode(output, 0);
  assert.match(output.stderr, /^blit: -r: not needed.*\nblit: -t: not needed.*\n$/);
  assert.deepEqual(await readTree(g.destination), { "a": "a" });
}, ONE);

onGround("an argument that is not UTF-8 reaches the right file", async (g) => {
  await bash(`printf odd > "$1"/$'bad\\xff'; printf other > "$1"/$'bad\\xef\\xbf\\xbd'`, [g.path]);
  const copied = await inShell(g, `${blitWords("copy")} $'bad\\xff' $'to\\xfe'`);
  assertCode(copied, 0);
  assert.equal(await bash(`cat "$1"/$'to\\xfe'`, [g.path]), "odd");
  assertCode(await g.blit("copy", "bad\u{fffd}", "plain"), 0);
  assert.equal(await Deno.readTextFile(`${g.path}/plain`), "other");
}, ONE);

onGround("a reader of the listing that goes away does not stop the copy", async (g) => {
  await bash(`mkdir "$1"; cd "$1"; for i in $(seq 3000); do echo $i > file-$i; done`, [g.source]);
  const words = blitWords("copy", "-v", "source/", "destination");
  const output = await inShell(g, `${words} | head -n 1; echo "\${PIPESTATUS[0]}"`);
  assert.match(output.stdout, /^create .*\n0\n$/);
  assert.equal(output.stderr, "");
  await g.compare();
}, ONE);

onGround("a report that cannot be written is said, and the work done ends with 1", async (g) => {
  const SAID = /^blit: Cannot write to standard output: No space left on device/m;
  await plant(g.source, { "a": "a", "b": "b" });
  const ended = async (words: string): Promise<void> => {
    const output = await inShell(g, `${words} > /dev/full`);
    assert.deepEqual([words, output.code], [words, 1]);
    assert.match(output.stderr, SAID);
  };
  for (const way of [["--version"], ["--help"], ["help", "copy"], ["completions", "bash"]]) {
    await ended(blitWords(...way));
  }
  await ended(blitWords("mirror", "-n", "--json", "source/", "destination"));
  await ended(blitWords("check", "source/", "empty"));
  await ended(blitWords("copy", "-n", "source/", "destination"));
  for (const [at, way] of [["--json"], ["-v"], []].entries()) {
    await ended(blitWords("copy", ...way, "source/", `there-${at}`));
    assert.deepEqual(await readTree(`${g.path}/there-${at}`), { "a": "a", "b": "b" });
  }
  await ended(utilsWords("rm", "-r", "-y", "-v", "there-0"));
  await ended(utilsWords("find", "source"));
  // Nothing is printed, so nothing is lost.
  assertCode(await inShell(g, `${blitWords("copy", "-q", "source/", "to")} > /dev/full`), 0);
  // What had to stop stops with its own code.
  const missing = await inShell(g, `${blitWords("copy", "--bogus", "a", "b")} > /dev/full`);
  assertCode(missing, 64);
}, ONE);

onGround("blit-utils hashes, and blit-daemon says what it would serve", async (g) => {
  await plant(g.source, { "a": "abc" });
  const hashed = await program("blit-utils", "hash", `${g.source}/a`);
  assert.equal(hashed.stdout, (await g.blit("hash", `${g.source}/a`)).stdout);
  assert.match((await program("blit-utils", "--help")).stdout, /^blit-utils: /);
  assertSentence(
    await program("blit-utils", "copy", "a", "b"),
    [64],
    /^blit-utils: Unknown verb/,
  );
  assertCode(await program("blit-daemon", "--help"), 0);
  assert.match((await program("blit-daemon", "--version")).stdout, /^blit-daemon \d/);
  const checked = await program("blit-daemon", "--check", "--root", g.source);
  assert.match(checked.stdout, /^Exports ".*source" as server:\/\/ \(read and write\)\.\n/);
}, ONE);

Deno.test("a program that waits for what nothing can bring about has not done its work", async () => {
  const module = new URL("../../cli/exit_after.ts", import.meta.url).href;
  const ends = async (program: string): Promise<CommandOutput> => {
    const code = `import { exitAfter } from "${module}"; exitAfter(${program});`;
    return await command(Deno.execPath(), ["eval", code]);
  };
  assertCode(await ends("Promise.resolve(0)"), 0);
  assertCode(await ends("Promise.resolve(3)"), 3);
  assertSentence(await ends("new Promise(() => {})"), [1], /nothing is left to wait for/);
});
