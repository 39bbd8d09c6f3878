import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  bigFile,
  onGround,
  onRemote,
  summaryOf,
  temporariesIn,
} from "../support/mod.ts";
import { killWhenWritten } from "./resume_ground.ts";

const MIB = 1 << 20;
const SIZE = 128 * MIB + 77;
/** More than one batch. */
const MANY = `cd "$1"; for n in $(seq 5000); do : > "small-$n"; done`;

/** Leaves a partial of `source/big` among many files, in one batch or in several. */
async function leavePartial(g: Parameters<typeof killWhenWritten>[0]): Promise<void> {
  await killWhenWritten(g, SIZE / 4, ["source/", "destination"]);
}

async function plant(g: { source: string; destination: string }): Promise<void> {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await bigFile(`${g.source}/big`, SIZE);
  await bash(MANY, [g.source]);
}

onGround(
  "in a directory of several batches, what nobody wants goes, and what is wanted is gone on with",
  async (g) => {
    await plant(g);
    await leavePartial(g);
    const gone = await g.blit("copy", "--resume", "--json", "source/", "destination");
    assertCode(gone, 0);
    assert.ok(Number(summaryOf(gone).bytes_resumed) > 0, gone.stdout);
    assert.deepEqual(await temporariesIn(g.destination), []);
    await Deno.remove(`${g.destination}/big`);
    await leavePartial(g);
    // Somebody else has brought it meanwhile.
    await bash(`cp -p "$1/big" "$2/big"`, [g.source, g.destination]);
    assertCode(await g.blit("copy", "--resume", "source/", "destination"), 0);
    assert.deepEqual(await temporariesIn(g.destination), []);
    await g.compare();
    await Deno.remove(`${g.destination}/big`);
    await leavePartial(g);
    await Deno.rename(`${g.source}/big`, `${g.source}/other`);
    assertCode(await g.blit("copy", "--resume", "source/", "destination"), 0);
    assert.deepEqual(await temporariesIn(g.destination), []);
    await g.compare();
  },
  { onlyLocal: true },
);

onGround(
  "of several sources, the one that has the file goes on with it, and what is complete leaves nothing",
  async (g) => {
    await Deno.mkdir(`${g.path}/first`);
    await Deno.writeTextFile(`${g.path}/first/note`, "first");
    await Deno.mkdir(g.source);
    await Deno.mkdir(g.destination);
    await bigFile(`${g.source}/big`, SIZE);
    const both = ["first/", "source/", "destination"];
    await killWhenWritten(g, SIZE / 4, both);
    const output = await g.blit("copy", "--resume", "--json", ...both);
    assertCode(output, 0);
    assert.ok(Number(summaryOf(output).bytes_resumed) > 0, output.stdout);
    assert.deepEqual(await temporariesIn(g.destination), []);
    await Deno.remove(`${g.destination}/big`);
    await killWhenWritten(g, SIZE / 4, both);
    await bash(`cp -p "$1/big" "$2/big"`, [g.source, g.destination]);
    assertCode(await g.blit("copy", "--resume", ...both), 0);
    assert.deepEqual(await temporariesIn(g.destination), []);
    await bash(`cmp "$1/big" "$2/big"`, [g.source, g.destination]);
  },
  { onlyLocal: true },
);

onRemote("what is complete leaves nothing, in a directory of several batches too", async (g) => {
  await plant(g);
  await leavePartial(g);
  await bash(`cp -p "$1/big" "$2/big"`, [g.source, g.destination]);
  assertCode(await g.blit("copy", "--resume", g.from(), g.to()), 0);
  assert.deepEqual(await temporariesIn(g.destination), []);
  await g.compare();
});
