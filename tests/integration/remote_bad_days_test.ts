import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  bash,
  bigFile,
  bigTree,
  DIRECTIONS,
  flatTree,
  mountTmpfs,
  onOwnDaemons,
  onRemote,
  plant,
  readTree,
  startBlit,
  temporariesIn,
} from "../support/mod.ts";

for (const limit of ["size=4m", "size=64m,nr_inodes=150"]) {
  onRemote(`a full disk (${limit}) stops with a sentence and damages nothing`, async (g) => {
    await using small = await mountTmpfs(g.destination, `${limit},mode=755`);
    await flatTree(`${small.path}/many`, 100, 2000);
    await bigFile(`${small.path}/big`, 1_500_000, 7);
    await plant(small.path, { "extra": "extra" });
    const old = await bash(`cp -a "$1" "$2"; cd "$1"; find . -type f`, [
      small.path,
      `${g.path}/old`,
    ]);
    await flatTree(`${g.source}/many`, 2000, 3000);
    await bigFile(`${g.source}/big`, 6_000_000, 8);
    const output = await g.blit("mirror", "-y", g.from(), g.to());
    assertSentence(output, [1, 2], /no space left/i);
    assert.deepEqual(await temporariesIn(small.path), []);
    for (const file of old.trim().split("\n")) {
      const is = await Deno.readFile(`${small.path}/${file}`);
      const was = await Deno.readFile(`${g.path}/old/${file}`);
      const due = await Deno.readFile(`${g.source}/${file}`).catch(() => was);
      assert.ok(equal(is, was) || equal(is, due), `${file} is torn`);
    }
    assert.equal(await Deno.readTextFile(`${small.path}/extra`), "extra");
    // With room again, the same command completes.
    await bash(`mount -o remount,size=64m,nr_inodes=10000 "$1"`, [small.path]);
    assertCode(await g.blit("mirror", "-y", g.from(), g.to()), 0);
    await g.compare();
  }, { needs: ["mount"], directions: DIRECTIONS });
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

onOwnDaemons(
  "what may not be read or written at an end is told of, and the rest arrives",
  async (g) => {
    await plant(g.source, {
      "good": "good",
      "closed": "secret",
      "dir/good": "good",
      "shut/x": "x",
    });
    await plant(g.destination, { "fixed/kept": "kept" });
    await plant(g.source, { "fixed/new": "new" });
    await Deno.chmod(`${g.source}/closed`, 0);
    await Deno.chmod(`${g.source}/shut`, 0);
    await Deno.chmod(`${g.destination}/fixed`, 0o555);
    await Deno.chown(g.destination, 65534, 65534);
    await Deno.chown(g.path, 65534, 65534);
    const output = await g.blitWith({ asNobody: true }, "copy", g.from(), g.to());
    assertSentence(output, [2], /closed/, /shut/, /fixed/, /[Pp]ermission denied/);
    const tree = await bash(`cd "$1"; cat good dir/good fixed/kept; ls`, [g.destination]);
    assert.match(tree, /^goodgoodkept/);
    assert.doesNotMatch(tree, /closed/);
  },
  { needs: ["nobody", "mount"], daemon: { asNobody: true }, directions: DIRECTIONS },
);

onOwnDaemons(
  "a mirror deletes nothing when a hard link could not be read",
  async (g) => {
    await plant(g.source, { "good": "good", "closed": "secret" });
    await plant(g.destination, { "extra": "extra" });
    await bash(`ln "$1/closed" "$1/other"; chmod 0 "$1/closed"`, [g.source]);
    for (const path of [g.path, g.source, g.destination]) await Deno.chown(path, 65534, 65534);
    const output = await g.blitWith({ asNobody: true }, "mirror", "-y", g.from(), g.to());
    assertSentence(output, [2], /closed/, /Because of 2 failures 1 extra entry is left/);
    assert.deepEqual(await readTree(g.destination), { "extra": "extra", "good": "good" });
  },
  { needs: ["nobody", "mount"], daemon: { asNobody: true }, directions: DIRECTIONS },
);

onOwnDaemons(
  "a directory of the destination that may not be looked into is told of by those who only look, too",
  async (g) => {
    await plant(g.source, { "shut/x": "x" });
    await plant(g.destination, { "shut/x": "x" });
    await Deno.chmod(`${g.destination}/shut`, 0);
    await Deno.chown(g.path, 65534, 65534);
    for (const words of [["check"], ["copy", "-n"], ["mirror", "-n", "-y"], ["copy"]]) {
      const output = await g.blitWith({ asNobody: true }, ...words, g.from(), g.to());
      assertSentence(output, [2], /shut/, /[Pp]ermission denied/);
      assert.doesNotMatch(output.stdout, /create|missing/, words.join(" "));
    }
  },
  { needs: ["nobody", "mount"], daemon: { asNobody: true }, directions: DIRECTIONS },
);

onOwnDaemons("a destination that may not be written to at all is a sentence", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, { "kept": "kept" });
  const output = await g.blitWith({ asNobody: true }, "mirror", "-y", g.from(), g.to());
  assertSentence(output, [1, 2], /[Pp]ermission denied/);
  assert.deepEqual(await readTree(g.destination), { "kept": "kept" });
}, { needs: ["nobody", "mount"], daemon: { asNobody: true } });

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  onRemote(
    `${signal} at the client ends the run at both ends and leaves nothing half`,
    async (g) => {
      await bigTree(g.source, 40, 40, 2000);
      await bigFile(`${g.source}/big`, 100_000_000);
      await plant(g.destination, { "big": "old", "extra": "extra" });
      const child = startBlit(["mirror", "-y", g.from(), g.to()], { cwd: g.path });
      while ([...Deno.readDirSync(g.destination)].length < 6) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      child.kill(signal);
      const { code } = await child.status;
      assert.ok([0, 130, 143].includes(code), `ended ${code}`);
      // The daemon hears of it a moment later.
      for (let tries = 0; tries < 50 && (await temporariesIn(g.destination)).length > 0; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.deepEqual(await temporariesIn(g.destination), []);
      const { size } = await Deno.stat(`${g.destination}/big`);
      assert.ok(size === 3 || size === 100_000_000, `big has ${size} bytes`);
      assertCode(await g.blit("mirror", "-y", g.from(), g.to()), 0);
      await g.compare();
    },
    { directions: DIRECTIONS },
  );
}

onOwnDaemons("SIGTERM lets the daemon finish its sessions, and then it is gone", async (g) => {
  await bigTree(g.source, 30, 100, 2000);
  await bigFile(`${g.source}/big`, 100_000_000);
  await Deno.mkdir(g.destination);
  const running = g.blit("copy", g.from(), g.to());
  while ([...Deno.readDirSync(g.destination)].length < 4) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const stopping = g.daemon.stop();
  assertCode(await running, 0);
  await g.compare();
  const { success, code, signal } = await stopping;
  assert.ok(success || code === 143, `the daemon ended with ${signal ?? code}`);
  assertSentence(await g.blit("copy", g.from(), g.to()), [1], /refused|reach/i);
});
