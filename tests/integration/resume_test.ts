import assert from "node:assert/strict";
import { copy } from "../../mod.ts";
import {
  assertCode,
  bash,
  bigFile,
  type Ground,
  onGround,
  summaryOf,
  temporariesIn,
  type Tolerance,
} from "../support/mod.ts";
import { bytesIn, killWhenWritten, leftOf } from "./resume_ground.ts";

const MIB = 1 << 20;
const SIZE = 128 * MIB + 4321;
/** What is written meanwhile, and what is compared in pieces. */
const SLACK = 2 * MIB;

/** Cuts a copy off when `share` of `source/big` is written; gives what is left. */
function killAt(g: Ground, share: number): Promise<string> {
  return killWhenWritten(g, share * SIZE, ["source/", "destination"]);
}

async function goOn(
  g: Ground,
  tolerance: Tolerance = {},
): Promise<{ moved: number; resumed: number }> {
  const output = await g.blit("copy", "--resume", "--json", "source/", "destination");
  assertCode(output, 0);
  const { bytes_transferred: moved, bytes_resumed: resumed } = summaryOf(output);
  assert.deepEqual(await temporariesIn(g.destination), []);
  await g.compare(tolerance);
  return { moved: Number(moved), resumed: Number(resumed) };
}

async function plantBig(g: Ground): Promise<void> {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await bigFile(`${g.source}/big`, SIZE);
}

onGround("killed in a large file, a copy goes on where it was", async (g) => {
  await plantBig(g);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  const partial = await killAt(g, 0.5);
  const { mode } = await Deno.stat(partial);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  const written = await bytesIn(partial);
  const { moved, resumed } = await goOn(g);
  assert.equal(moved + resumed, SIZE);
  assert.ok(moved <= SIZE - written + SLACK, `${moved} bytes moved, ${written} were there`);
}, { onlyLocal: true });

onGround("whatever changed meanwhile, at either end, the copy is the source", async (g) => {
  await plantBig(g);
  const file = `${g.source}/big`;
  const edit =
    `touch -r "$1" "$1.time"; printf x | dd of="$1" bs=1 seek=20000000 conv=notrunc status=none
    touch -r "$1.time" "$1"; rm "$1.time"`;
  await killAt(g, 0.4);
  await bash(edit, [file]);
  await goOn(g);
  await Deno.remove(`${g.destination}/big`);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  const partial = await killAt(g, 0.4);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await bash(edit, [partial]);
  const { moved } = await goOn(g);
  assert.ok(moved > 0 && moved < 0.8 * SIZE);
  await Deno.remove(`${g.destination}/big`);
  // Now shorter than what is left.
  assert.ok(await bytesIn(await killAt(g, 0.4)) > 31_000_000);
  await bash(`truncate -s 30000000 "$1"; printf more >> "$1"`, [file]);
  await goOn(g);
}, { onlyLocal: true });

onGround("what has the partial's name and is none is not touched through it", async (g) => {
  await plantBig(g);
  const outside = `${g.path}/outside`;
  await bigFile(outside, 20 * MIB, 9);
  const before = await Deno.readFile(outside);
  const name = (await killAt(g, 0.1)).split("/").at(-1) ?? "";
  const partial = `${g.destination}/${name}`;
  for (
    const make of [
      `ln -s "$2" "$1"`,
      `ln "$2" "$1"`,
      `mkfifo "$1"`,
      `mkdir "$1"`,
      `: > "$1"`,
      `head -c 300 /dev/urandom > "$1"`,
    ]
  ) {
    await bash(`rm -rf "$1" "$3/big"; ${make}`, [partial, outside, g.destination]);
    const output = await g.blit("copy", "--resume", "source/", "destination");
    assertCode(output, 0);
    await bash(`cmp "$1" "$2"; rm -rf "$3"`, [`${g.source}/big`, `${g.destination}/big`, partial]);
    assert.deepEqual(await Deno.readFile(outside), before, make);
  }
}, { onlyLocal: true });

onGround("holes stay holes, and become none where content has come", async (g) => {
  await plantBig(g);
  const file = `${g.source}/big`;
  const holes = `for at in $2; do fallocate -p -o $((at * 1048576 + 5000)) -l 9000000 "$1"; done`;
  await bash(holes, [file, "10 40 100"]);
  await killAt(g, 0.4);
  await goOn(g);
  await Deno.remove(`${g.destination}/big`);
  await killAt(g, 0.7);
  await bash(holes, [file, "25 75"]);
  // The portable backend cannot make holes where something stands, only write zeros.
  await goOn(g, g.backend.name === "portable" ? { blocks: "any" } : {});
}, { onlyLocal: true, on: "disk" });

onGround("runs without --resume, and for other files, remove what is left", async (g) => {
  await plantBig(g);
  await killAt(g, 0.3);
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  await g.compare();
  assert.deepEqual(await temporariesIn(g.destination), []);
  await Deno.remove(`${g.destination}/big`);
  await killAt(g, 0.3);
  assertCode(await g.blit("copy", "source/big", "destination"), 0);
  assert.deepEqual(await temporariesIn(g.destination), []);
  await Deno.remove(`${g.destination}/big`);
  await killAt(g, 0.3);
  // The file is gone: nobody will go on with it.
  await Deno.rename(`${g.source}/big`, `${g.source}/other`);
  assertCode(await g.blit("copy", "--resume", "source/", "destination"), 0);
  assert.deepEqual(await temporariesIn(g.destination), []);
}, { onlyLocal: true });

onGround("two runs at once never share what is left, and both copy all", async (g) => {
  await plantBig(g);
  await killAt(g, 0.3);
  const both = await Promise.all(
    [0, 1].map(() => g.blit("copy", "--resume", "source/", "destination")),
  );
  for (const output of both) assertCode(output, 0);
  await g.compare();
  assert.deepEqual(await temporariesIn(g.destination), []);
}, { onlyLocal: true });

onGround(
  "interrupted by its caller, a copy leaves what is there, and a dry run leaves it alone",
  async (g) => {
    await plantBig(g);
    // So much that it is not over before the first word of how it goes.
    const size = 4 * SIZE;
    await bigFile(`${g.source}/big`, size);
    const abort = new AbortController();
    const [source, destination] = [`${g.source}/`, g.destination];
    const options = { resume: true, signal: abort.signal, progressIntervalMs: 1 };
    await assert.rejects(copy([source], destination, {
      ...options,
      onEvent: (event) => {
        if (event.type === "progress" && event.bytesTransferred > 0.2 * SIZE) abort.abort();
      },
    }));
    await leftOf(destination);
    assertCode(await g.blit("copy", "-n", "--resume", "source/", "destination"), 0);
    const partial = await leftOf(destination);
    const written = await bytesIn(partial);
    const { moved } = await goOn(g);
    assert.ok(moved <= size - written + SLACK, `${moved} bytes moved, ${written} were there`);
  },
  { onlyLocal: true },
);
