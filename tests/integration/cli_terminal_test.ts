// deno-lint-ignore-file no-control-regex -- what is drawn at a terminal is looked at here
import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  type Ground,
  onGround,
  plant,
  readTree,
  temporariesIn,
} from "../support/mod.ts";
import { mountSlowly, needingFuse } from "../support/stalling_mount.ts";
import { answering, atTerminal } from "./cli_shell.ts";

const LINUX = { on: "disk", only: "linux" } as const;

async function plantExtras(ground: Ground): Promise<void> {
  await plant(ground.source, { "a": "a" });
  const extras = Array.from({ length: 12 }, (_, index) => [`extra-${index}`, "x"]);
  await plant(ground.destination, Object.fromEntries(extras));
}

onGround("at a terminal a deletion is asked for, with the count and some names", async (g) => {
  await plantExtras(g);
  const { text, code } = await atTerminal(
    g,
    ["mirror", "source/", "destination"],
    answering("n\n"),
  );
  assert.equal(code, 2, text);
  assert.match(text, /does not have 12 of the destination's 12 entries:/);
  assert.equal(text.match(/^ {2}extra-\d+\r$/gm)?.length, 10);
  assert.match(text, / {2}and 2 more\r\nDelete them\? \[y\/N\] /);
  assert.match(text, /Nothing is deleted\.\r\n/);
  assert.doesNotMatch(text, /--yes/);
  assert.equal(Object.keys(await readTree(g.destination)).length, 13);
}, LINUX);

onGround("only a yes deletes, at a terminal too", async (g) => {
  await plantExtras(g);
  for (const answer of ["\n", "yeah\n", "\x04"]) {
    const refused = await atTerminal(g, ["mirror", "source/", "destination"], answering(answer));
    assert.equal(refused.code, 2, refused.text);
  }
  const agreed = await atTerminal(g, ["mirror", "source/", "destination"], answering("Y\n"));
  assert.equal(agreed.code, 0, agreed.text);
  assert.deepEqual(await readTree(g.destination), { "a": "a" });
}, LINUX);

onGround("Ctrl-C at the question deletes nothing and ends with 130", async (g) => {
  await plantExtras(g);
  const asked = await atTerminal(g, ["mirror", "source/", "destination"], answering("\x03"));
  assert.equal(asked.code, 130, asked.text);
  assert.equal(Object.keys(await readTree(g.destination)).length, 13);
}, LINUX);

onGround("-p shows one line at a terminal, and leaves the terminal clean", async (g) => {
  await plant(g.source, { "a": "a" });
  const { text, code } = await atTerminal(g, ["copy", "-p", "source/", "destination"], () => "");
  assert.equal(code, 0, text);
  assert.match(text, /\r100% {2}1 file {2}1 B.*\r\x1b\[K1 file, .* copied/);
  // The cursor is never hidden, so that it need not be shown again.
  assert.doesNotMatch(text, /\x1b\[\?25l/);
}, LINUX);

onGround(
  "a short run at a terminal shows no progress, errors in red but not with NO_COLOR",
  async (g) => {
    await plant(g.source, { "a": "a" });
    const quick = await atTerminal(g, ["copy", "source/", "destination"], () => undefined);
    assert.match(quick.text, /^1 file, [^\r]*\r\n$/);
    const red = await atTerminal(g, ["copy", "missing", "destination"], () => undefined);
    assert.match(red.text, /^\x1b\[1;31mblit:\x1b\[0m The source "missing"/);
    const plain = { ...g, backend: { ...g.backend, env: { NO_COLOR: "1" } } };
    const words = ["copy", "missing", "destination"];
    assert.doesNotMatch((await atTerminal(plain, words, () => undefined)).text, /\x1b/);
  },
  LINUX,
);

onGround("Ctrl-C in a copy removes what is half-written and ends with 130", async (g) => {
  const isSlow = !needingFuse("").ignore;
  await bash(`mkdir "$1"; head -c $2 /dev/zero | tr '\\0' x > "$1/large"`, [
    g.source,
    // Where nothing can slow it down, as much as takes a while.
    isSlow ? "80M" : "1G",
  ]);
  await plant(g.destination, { "large": "old" });
  await using slow = isSlow ? await mountSlowly(g.source, `${g.path}/slow`, 10_000_000) : undefined;
  const from = slow === undefined ? "source/" : "slow/";
  let pressed = false;
  const { text, code } = await atTerminal(g, ["copy", "-p", from, "destination"], (shown) => {
    if (pressed || !/\d+%/.test(shown)) return undefined;
    pressed = true;
    return "\x03";
  });
  assert.equal(code, 130, text);
  assert.match(text, /\r\x1b\[K[^\r]*Interrupted\. .*\r\n$/);
  assert.deepEqual(await temporariesIn(g.destination), []);
  assert.deepEqual(await readTree(g.destination), { "large": "old" });
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  await g.compare();
}, LINUX);
