import assert from "node:assert/strict";
import { assertCode, bash, onGround, plant, readTree, setMtime } from "../support/mod.ts";

async function inode(path: string): Promise<number | null> {
  return (await Deno.stat(path)).ino;
}

onGround("files of the same size and time are taken to be the same", async (g) => {
  await plant(g.source, { "f": "new" });
  await plant(g.destination, { "f": "old" });
  await setMtime(1000, `${g.source}/f`, `${g.destination}/f`);
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "f": "old" });
});

onGround("a nanosecond is a difference", async (g) => {
  await plant(g.source, { "f": "new" });
  await plant(g.destination, { "f": "old" });
  await bash(`touch -d @1000.000000001 "$1/f"; touch -d @1000.000000002 "$2/f"`, [
    g.source,
    g.destination,
  ]);
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "f": "new" });
}, { only: "linux" });

onGround("a millisecond is a difference", async (g) => {
  await plant(g.source, { "f": "new" });
  await plant(g.destination, { "f": "old" });
  await bash(`touch -d @1000.001 "$1/f"; touch -d @1000.002 "$2/f"`, [g.source, g.destination]);
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "f": "new" });
});

onGround("--checksum finds a difference that size and time hide", async (g) => {
  await plant(g.source, { "f": "new", "same": "same" });
  await plant(g.destination, { "f": "old", "same": "same" });
  await setMtime(1000, `${g.source}/f`, `${g.destination}/f`);
  assertCode(await g.blit("copy", "--checksum", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "f": "new", "same": "same" });
});

onGround("--checksum finds one changed byte in a large file", async (g) => {
  await plant(g.source, { "a": "x".repeat(3_000_000), "b": "y".repeat(3_000_000) });
  await plant(g.destination, {
    "a": "x".repeat(2_999_999) + "!",
    "b": "y".repeat(1_500_000) + "!" + "y".repeat(1_499_999),
  });
  for (const file of ["a", "b"]) {
    await setMtime(1000, `${g.source}/${file}`, `${g.destination}/${file}`);
  }
  assertCode(await g.blit("copy", "-c", "source/", "destination"), 0);
  await g.compare({ roots: false });
});

onGround("--checksum sets the time of equal content and does not write it again", async (g) => {
  await plant(g.source, { "f": "content", "big": "b".repeat(2_000_000) });
  await plant(g.destination, { "f": "content", "big": "b".repeat(2_000_000) });
  await setMtime(1000, `${g.source}/f`, `${g.source}/big`);
  const before = [await inode(`${g.destination}/f`), await inode(`${g.destination}/big`)];
  assertCode(await g.blit("copy", "-c", "source/", "destination"), 0);
  assert.deepEqual(
    [await inode(`${g.destination}/f`), await inode(`${g.destination}/big`)],
    before,
  );
  await g.compare({ roots: false });
});

onGround("--size-only takes files of the same size to be the same", async (g) => {
  await plant(g.source, { "f": "new", "longer": "longer" });
  await plant(g.destination, { "f": "old", "longer": "long" });
  await setMtime(1000, `${g.source}/f`);
  assertCode(await g.blit("copy", "--size-only", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "f": "old", "longer": "longer" });
});

onGround("--ignore-times transfers everything again", async (g) => {
  await plant(g.source, { "f": "new", "same": "same" });
  await plant(g.destination, { "f": "old", "same": "same" });
  await setMtime(1000, `${g.source}/f`, `${g.destination}/f`);
  await setMtime(1000, `${g.source}/same`, `${g.destination}/same`);
  const before = await inode(`${g.destination}/same`);
  assertCode(await g.blit("copy", "--ignore-times", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), { "f": "new", "same": "same" });
  assert.notEqual(await inode(`${g.destination}/same`), before);
});

onGround("--ignore-existing leaves what is there and adds what is not", async (g) => {
  await plant(g.source, { "there": "new", "added": "added", "sub/there": "new", "sub/added": "a" });
  await plant(g.destination, { "there": "old!", "sub/there": "old!" });
  assertCode(await g.blit("copy", "--ignore-existing", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), {
    "added": "added",
    "sub/": null,
    "sub/added": "a",
    "sub/there": "old!",
    "there": "old!",
  });
});

onGround("--update leaves files that are newer at the destination", async (g) => {
  await plant(g.source, { "newer": "source", "older": "source", "equal": "new", "added": "added" });
  await plant(g.destination, { "newer": "destination", "older": "destination", "equal": "old!" });
  await setMtime(2000, `${g.source}/older`, `${g.destination}/newer`);
  await setMtime(1000, `${g.source}/newer`, `${g.destination}/older`);
  await setMtime(1500, `${g.source}/equal`, `${g.destination}/equal`);
  assertCode(await g.blit("copy", "-u", "source/", "destination"), 0);
  assert.deepEqual(await readTree(g.destination), {
    "added": "added",
    "equal": "new",
    "newer": "destination",
    "older": "source",
  });
});

onGround("only what differs in mode or time is set without writing content", async (g) => {
  await plant(g.source, { "mode": "same", "sub/": null });
  await plant(g.destination, { "mode": "same", "sub/": null });
  await setMtime(1000, `${g.source}/mode`, `${g.destination}/mode`);
  await Deno.chmod(`${g.source}/mode`, 0o600);
  await Deno.chmod(`${g.source}/sub`, 0o700);
  const before = await inode(`${g.destination}/mode`);
  assertCode(await g.blit("mirror", "source/", "destination"), 0);
  assert.equal(await inode(`${g.destination}/mode`), before);
  await g.compare();
});
