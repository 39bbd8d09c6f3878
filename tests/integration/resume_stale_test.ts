import assert from "node:assert/strict";
import { nameOf } from "../../core/entry/mod.ts";
import { partialName } from "../../core/movers/temporary.ts";
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
  "a source that is empty, as one that is not mounted, costs no partial, unless all is to go",
  async (g) => {
    await plant(g);
    await leavePartial(g);
    await bash(
      `rm -f "$1"/small-* "$2"/small-* && mkdir "$1/sub" "$2/sub" "$3/empty" && mv "$1/big" "$1/sub/" &&
        mv "$2"/.blit-tmp* "$2/sub/"`,
      [g.source, g.destination, g.path],
    );
    const mirror = ["mirror", "--yes", "--resume", "--json"];
    assertCode(await g.blit(...mirror, "empty/", "destination"), 2);
    assert.equal((await temporariesIn(g.destination)).length, 1);
    const gone = await g.blit(...mirror, "source/", "destination");
    assertCode(gone, 0);
    assert.ok(Number(summaryOf(gone).bytes_resumed) > 0, gone.stdout);
    await g.compare();
    await bash(`: > "$1/sub/.blit-tmp-1234567890-1-0"`, [g.destination]);
    assertCode(await g.blit(...mirror, "--force-delete", "empty/", "destination"), 0);
    assert.deepEqual([...Deno.readDirSync(g.destination)], []);
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

onGround(
  "what turns out to be complete once its content is read leaves nothing",
  async (g) => {
    // One for a task that goes on in steps, the others for the directory's and for one of several.
    const sizes = { huge: 20 * MIB, large: 9 * MIB, larger: 9 * MIB + 1, largest: 9 * MIB + 2 };
    await Deno.mkdir(g.source);
    for (const [name, size] of Object.entries(sizes)) await bigFile(`${g.source}/${name}`, size);
    await bash(`cp -a "$1" "$2"`, [g.source, g.destination]);
    for (const name of Object.keys(sizes)) {
      const partial = new TextDecoder().decode(partialName(nameOf(name)).slice(0, -1));
      await bash(`head -c 9000000 "$1" > "$2"`, [
        `${g.source}/${name}`,
        `${g.destination}/${partial}`,
      ]);
    }
    await bash(`touch -d @1000 "$1" "$2"`, [g.source, g.destination]);
    assert.equal((await temporariesIn(g.destination)).length, 4);
    assertCode(await g.blit("copy", "--resume", "--checksum", "source/", "destination"), 0);
    assert.deepEqual(await temporariesIn(g.destination), []);
    await g.compare();
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
