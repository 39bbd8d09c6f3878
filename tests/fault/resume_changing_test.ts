import assert from "node:assert/strict";
import {
  bash,
  bigFile,
  onGround,
  onRemote,
  requires,
  temporariesIn,
  unmet,
} from "../support/mod.ts";
import { bytesIn, killWhenWritten, startCopy } from "../integration/resume_ground.ts";

const MIB = 1 << 20;
const SIZE = 64 * MIB + 99;

/** What happens to the file `$1` while a run goes on with it. */
const EDITS: Readonly<Record<string, string>> = {
  "it grows": `head -c 3000000 /dev/zero | tr '\\0' x >> "$1"`,
  "it shrinks": `truncate -s 30000000 "$1"`,
  "what was kept is written over":
    `printf new | dd of="$1" bs=1 seek=1000 conv=notrunc status=none`,
  "what comes is written over":
    `printf new | dd of="$1" bs=1 seek=66000000 conv=notrunc status=none`,
  "another file takes its place": `head -c ${SIZE} /dev/urandom > "$1.new"; mv "$1.new" "$1"`,
  "it goes": `rm "$1"`,
  "it becomes a directory": `rm "$1"; mkdir "$1"`,
  "it becomes a link": `rm "$1"; ln -s /etc/passwd "$1"`,
  "it is emptied": `: > "$1"`,
  "its mode changes": `chmod 600 "$1"`,
};

interface Scene {
  readonly path: string;
  readonly source: string;
  readonly destination: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly operands: readonly [string, string];
}

/** Goes on with a large file that changes meanwhile, and looks at what has come of it. */
async function changeMeanwhile(scene: Scene, edit: string): Promise<void> {
  const { path, source, destination, operands } = scene;
  const file = `${source}/big`;
  await bash(`rm -rf "$1" "$2"; mkdir "$1" "$2"`, [source, destination]);
  await bigFile(file, SIZE);
  const before = await sumOf(file);
  const partial = await killWhenWritten(
    { path, destination, ...(scene.env && { backend: { env: scene.env } }) },
    SIZE / 4,
    ["source/", "destination"],
  );
  const left = await bytesIn(partial);
  await using run = startCopy(path, ["copy", "--resume", ...operands], scene.env);
  let isOver = false;
  run.ended().then(() => isOver = true);
  while (!isOver && await bytesIn(partial).catch(() => SIZE) < left + 8 * MIB) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  run.signal("SIGSTOP");
  await bash(edit, [file]);
  run.signal("SIGCONT");
  const { code } = await run.ended();
  assert.ok(code <= 2, run.stderr());
  const after = await sumOf(file);
  const there = await sumOf(`${destination}/big`);
  // Whole, as it was at one time, or not there and said.
  if (there === "") assert.equal(code, 2, run.stderr());
  else assert.ok([before, after].includes(there), `neither before nor after: ${run.stderr()}`);
  // The next run has the last word.
  await using again = startCopy(path, ["copy", "--resume", ...operands], scene.env);
  assert.equal((await again.ended()).code, 0, again.stderr());
  if (after !== "") assert.equal(await sumOf(`${destination}/big`), after);
  assert.deepEqual(await temporariesIn(destination), []);
}

/** The hash of a regular file; empty for anything else. */
async function sumOf(file: string): Promise<string> {
  requires("b3sum");
  return await bash(
    `if [ -f "$1" ] && [ ! -L "$1" ]; then b3sum --num-threads 1 --no-names "$1"; fi`,
    [file],
  );
}

for (const [what, edit] of Object.entries(EDITS)) {
  onGround(`gone on with while ${what}, a file is whole or not there`, async (g) => {
    const { path, source, destination, backend: { env } } = g;
    const operands = ["source/", "destination"] as const;
    await changeMeanwhile({ path, source, destination, env, operands }, edit);
  }, { onlyLocal: true });
}

onRemote("gone on with while it changes, a file is whole or not there", async (g) => {
  const { path, source, destination } = g;
  // In the short form those that a source's end tells in different ways.
  const edits = Object.values(EDITS).slice(0, unmet(["soak"]) ? 4 : undefined);
  for (const edit of edits) {
    const operands = [g.from(), g.to()] as const;
    await changeMeanwhile({ path, source, destination, operands }, edit);
  }
}, { directions: ["push", "pull"] });
