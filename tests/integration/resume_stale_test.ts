import assert from "node:assert/strict";
import { nameOf } from "../../core/entry/mod.ts";
import { partialName } from "../../core/movers/temporary.ts";
import {
  assertCode,
  bash,
  bigFile,
  type Ground,
  inBackground,
  onGround,
  onRemote,
  summaryOf,
  temporariesIn,
} from "../support/mod.ts";
import { killWhenWritten, untilLocked } from "./resume_ground.ts";

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
      await bash(`head -c 9000000 "$1" > "$2"`, [
        `${g.source}/${name}`,
        `${g.destination}/${partialNameOf(name)}`,
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

/** What a run that was killed would have left of a file that was of 9 MB then. */
async function plantPartial(directory: string, name: string): Promise<string> {
  const partial = partialNameOf(name);
  await bash(`head -c 9000000 /dev/urandom > "$1"; chmod 600 "$1"`, [`${directory}/${partial}`]);
  return partial;
}

function partialNameOf(name: string): string {
  return new TextDecoder().decode(partialName(nameOf(name)).slice(0, -1));
}

/** How the file and what is at the destination are when a run begins. */
const STATES: Readonly<Record<string, string>> = {
  "is to be copied": `rm -f "$2/big"`,
  "is to be replaced": `echo other > "$2/big"`,
  "is the same": `cp -p "$1/big" "$2/big"`,
  "has another mode": `cp -p "$1/big" "$2/big"; chmod 600 "$2/big"`,
};

/**
 * Runs blit with each state and size of `source/big` when partials of it and of another file
 * are there: the first goes, the other stays.
 */
async function leavesTheOther(
  g: Pick<Ground, "path" | "source" | "destination" | "blit">,
  args: readonly string[],
  sizes: readonly string[] = ["3M"],
): Promise<void> {
  await Deno.mkdir(g.source, { recursive: true });
  await Deno.mkdir(g.destination, { recursive: true });
  const other = await plantPartial(g.destination, "other");
  for (const size of sizes) {
    for (const [state, script] of Object.entries(STATES)) {
      await bash(`rm -f "$1/big"; head -c ${size} /dev/urandom > "$1/big"; ${script}`, [
        g.source,
        g.destination,
      ]);
      await plantPartial(g.destination, "big");
      assertCode(await g.blit(...args), 0);
      const said = `${args.join(" ")}: ${size}, ${state}`;
      assert.deepEqual(await temporariesIn(g.destination), [other], said);
      if (args[0] === "move") continue;
      await bash(`cmp "$1/big" "$2/big"`, [g.source, g.destination]);
    }
  }
}

/** Files of every need, and a partial of each. */
async function plantTransfer(
  { source, destination }: Pick<Ground, "source" | "destination">,
  many: string,
): Promise<void> {
  await bash(
    `${many || `cd "$1"`}; head -c 3M /dev/urandom > big; head -c 4M /dev/zero > same
rm -f a b "$2/a" "$2/b" "$2/big"; head -c 9M /dev/urandom > a; ln a b
cp -p same mode; cp -p same mode "$2"; chmod 600 "$2/mode"`,
    [source, destination],
  );
  for (const name of ["big", "same", "mode", "a", "b"]) await plantPartial(destination, name);
}

onGround("a file that was cut off and is small now leaves nothing when it is named", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  for (const args of [["copy", "--resume"], ["copy"], ["move"]]) {
    await bigFile(`${g.source}/big`, SIZE);
    await killWhenWritten(g, SIZE / 4, ["source/big", "destination/"]);
    await Deno.truncate(`${g.source}/big`, 3 * MIB);
    assertCode(await g.blit(...args, "source/big", "destination/"), 0);
    assert.deepEqual(await temporariesIn(g.destination), [], args.join(" "));
    await Deno.remove(`${g.destination}/big`);
  }
}, { onlyLocal: true });

onGround("a file that is named takes its own partial away and leaves the others", async (g) => {
  await leavesTheOther(g, ["copy", "--resume", "source/big", "destination/"], ["3M", "9M"]);
  await leavesTheOther(g, ["copy", "source/big", "destination/"], ["3M", "9M"]);
  await leavesTheOther(g, ["copy", "source/big", "destination/big"]);
  await leavesTheOther(g, ["move", "source/big", "destination/"]);
  await leavesTheOther(g, ["copy", "--resume", "--checksum", "source/big", "destination/"]);
  assertCode(await g.blit("copy", "source/", "destination/"), 0);
  assert.deepEqual(await temporariesIn(g.destination), []);
}, { onlyLocal: true });

onGround("a partial that a run is at work on stays", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await bash(`head -c 3M /dev/urandom > "$1/big"`, [g.source]);
  const partial = await plantPartial(g.destination, "big");
  for (const args of [["copy"], ["copy", "--resume"], ["move"]]) {
    await using held = inBackground("flock", ["-F", `${g.destination}/${partial}`, "sleep", "60"]);
    await untilLocked(`${g.destination}/${partial}`);
    assertCode(await g.blit(...args, "source/big", "destination/"), 0);
    assert.deepEqual(await temporariesIn(g.destination), [partial], args.join(" "));
    held.signal("SIGKILL");
  }
}, { onlyLocal: true });

onGround(
  "in directories what was transferred leaves no partial, in one batch or more",
  async (g) => {
    await Deno.mkdir(g.source);
    await Deno.mkdir(g.destination);
    for (const many of ["", MANY]) {
      await plantTransfer(g, many);
      assertCode(await g.blit("copy", "--resume", "source/", "destination/"), 0);
      assert.deepEqual(await temporariesIn(g.destination), []);
      await g.compare();
    }
  },
  { onlyLocal: true },
);

onRemote("a file that is named leaves no partial of its own between machines", async (g) => {
  const [from, to] = [g.from("source/big"), g.to("destination/")];
  await leavesTheOther(g, ["copy", "--resume", from, to], ["3M", "9M"]);
  await leavesTheOther(g, ["copy", from, to]);
  await leavesTheOther(g, ["move", from, to]);
});

onRemote(
  "what was transferred leaves no partial between machines, in one batch or more",
  async (g) => {
    await Deno.mkdir(g.source);
    await Deno.mkdir(g.destination);
    for (const many of ["", MANY]) {
      await plantTransfer(g, many);
      assertCode(await g.blit("copy", "--resume", g.from(), g.to()), 0);
      assert.deepEqual(await temporariesIn(g.destination), []);
      await g.compare();
    }
  },
);
