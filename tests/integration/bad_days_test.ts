import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  bigFile,
  fingerprint,
  flatTree,
  makeImage,
  mountBind,
  mountImage,
  mountTmpfs,
  onGround,
  plant,
  readTree,
  startBlit,
  temporariesIn,
} from "../support/mod.ts";

/** Runs a bash script in the background until disposed of. */
function inBackground(script: string, ...args: readonly string[]): AsyncDisposable {
  const child = new Deno.Command("bash", {
    args: ["-c", script, "bash", ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It ended by itself.
      }
      await child.status;
      // The command that bash was running outlives it: it holds this pipe until it has ended.
      await child.stdout.pipeTo(new WritableStream());
    },
  };
}

onGround("files that vanish during a copy are told of, and the rest arrives", async (g) => {
  await flatTree(`${g.source}/going`, 3000, 64);
  await flatTree(`${g.source}/staying`, 500, 64);
  let code: number;
  {
    await using _ = inBackground(`cd "$1" && for f in *; do rm "$f"; done`, `${g.source}/going`);
    const output = await g.blit("copy", "source/", "destination");
    assertSentence(output, [0, 2]);
    code = output.code;
  }
  const staying = Object.keys(await readTree(`${g.destination}/staying`));
  assert.equal(staying.length, 500);
  for (const [name, content] of Object.entries(await readTree(`${g.destination}/going`))) {
    assert.equal(content?.length, 64, `${name} is whole (exit ${code})`);
  }
  assert.deepEqual(await temporariesIn(g.destination), []);
  await bash(`rm -rf "$1/going"`, [g.source]);
  assertCode(await g.blit("mirror", "-y", "--force-delete", "source/", "destination"), 0);
  await g.compare();
});

onGround("directories that vanish and come back during a mirror do no harm", async (g) => {
  for (let n = 0; n < 20; n++) await flatTree(`${g.source}/stay-${n}`, 60, 64);
  await plant(g.source, { "flicker/a/b/c": "c", "flicker/a/d": "d" });
  {
    await using _ = inBackground(
      `cd "$1" && while :; do mv flicker ../away; mv ../away flicker; done`,
      g.source,
    );
    for (let n = 0; n < 3; n++) {
      assertSentence(await g.blit("mirror", "-y", "source/", "destination"), [0, 2]);
    }
  }
  await bash(`cd "$1"; if [ -e ../away ]; then rm -rf flicker; mv ../away flicker; fi`, [g.source]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await g.compare();
});

onGround(
  "a file that grows while it is copied is right at the latest by the next run",
  async (g) => {
    await plant(g.source, { "log": "start\n" });
    await bigFile(`${g.source}/big-log`, 20_000_000);
    await flatTree(`${g.source}/many`, 1000, 32);
    {
      await using _ = inBackground(
        `cd "$1"; while :; do for n in {1..50}; do echo "line $n" >>log; echo more >>big-log; done; done`,
        g.source,
      );
      for (let n = 0; n < 3; n++) {
        assertSentence(await g.blit("copy", "source/", "destination"), [0, 2]);
        // What arrived is what the file once began with.
        await bash(
          `for f in log big-log; do
          [ ! -e "$2/$f" ] || cmp -n "$(stat -c %s "$2/$f")" "$1/$f" "$2/$f"
        done`,
          [g.source, g.destination],
        );
      }
    }
    assertCode(await g.blit("copy", "source/", "destination"), 0);
    await g.compare();
  },
);

onGround("files that shrink, are replaced and change kind are right by the next run", async (g) => {
  await flatTree(`${g.source}/many`, 800, 5000);
  await bigFile(`${g.source}/shrinking`, 20_000_000);
  await plant(g.source, { "kind": "file" });
  {
    await using _ = inBackground(
      `cd "$1"; while :; do
        truncate -s 10M shrinking; truncate -s 20M shrinking; truncate -s 3 shrinking
        for n in 1 2 3 4 5; do echo "$RANDOM" >new; mv new "many/file-$n"; done
        rm -rf kind; mkdir kind; echo inside >kind/file; rm -r kind; ln -s x kind; rm kind; echo >kind
      done`,
      g.source,
    );
    for (let n = 0; n < 3; n++) {
      assertSentence(await g.blit("mirror", "-y", "source/", "destination"), [0, 2]);
    }
  }
  await bash(`rm -rf "$1/new"`, [g.source]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
  await g.compare({ blocks: "any" });
});

for (const limit of ["size=4m", "size=64m,nr_inodes=150"]) {
  onGround(`a full disk (${limit}) stops with a sentence and damages nothing`, async (g) => {
    await using small = await mountTmpfs(g.destination, `${limit},mode=755`);
    await flatTree(`${small.path}/many`, 100, 2000);
    await bigFile(`${small.path}/big`, 1_500_000, 7);
    await plant(small.path, { "extra": "extra" });
    const old = await bash(`cd "$1"; find . -type f | sort | xargs sha256sum`, [small.path]);
    await flatTree(`${g.source}/many`, 2000, 3000);
    await bigFile(`${g.source}/big`, 6_000_000, 8);
    const output = await g.blit("mirror", "-y", "source/", "destination");
    assertSentence(output, [1, 2], /no space left/i);
    assert.deepEqual(await temporariesIn(small.path), []);
    await assertOldOrNew(g.source, small.path, old);
    assert.equal(await Deno.readTextFile(`${small.path}/extra`), "extra");
    // With room again, the same command completes.
    await bash(`mount -o remount,size=64m,nr_inodes=10000 "$1"`, [small.path]);
    assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
    await g.compare();
  }, { needs: ["mount"] });
}

/** Every file listed in `old` (as sha256sum lists) holds its old or its new content. */
async function assertOldOrNew(source: string, destination: string, old: string): Promise<void> {
  const list = `${source}.old`;
  await Deno.writeTextFile(list, old);
  const report = await bash(
    `cd "$2"; { sha256sum --check --quiet "$3" 2>/dev/null || true; } | sed 's/: FAILED.*//' | while read -r f; do
      [ "$f" = ./extra ] || cmp "$1/$f" "$f" 2>&1 || true
    done; cut -c67- "$3" | while read -r f; do [ -e "$f" ] || echo "$f is gone"; done`,
    [source, destination, list],
  );
  assert.equal(report, "");
}

onGround("a read-only destination is a sentence, and nothing is changed", async (g) => {
  await plant(g.source, { "a": "new", "sub/b": "b" });
  await plant(`${g.path}/real`, { "a": "old", "extra": "extra" });
  const before = await fingerprint(`${g.path}/real`);
  await using _ = await mountBind(`${g.path}/real`, g.destination, "ro");
  for (const verb of ["copy", "mirror"]) {
    const output = await g.blit(verb, "source/", "destination");
    assertSentence(output, [1, 2], /read-only file system/i);
    await assertUntouched(`${g.path}/real`, before);
  }
}, { needs: ["mount"] });

onGround("a read-only source is all that copy needs", async (g) => {
  await plant(`${g.path}/real`, { "a": "a", "sub/b": "b" });
  await using _ = await mountBind(`${g.path}/real`, g.source, "ro");
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  await g.compare();
}, { needs: ["mount"] });

onGround(
  "move from a read-only source delivers all and says what it could not remove",
  async (g) => {
    await plant(`${g.path}/real`, { "a": "a", "sub/b": "b" });
    await using _ = await mountBind(`${g.path}/real`, g.source, "ro");
    assertSentence(await g.blit("move", "source/", "destination"), [2], /read-only file system/i);
    assert.deepEqual(await readTree(g.destination), { "a": "a", "sub/": null, "sub/b": "b" });
  },
  { needs: ["mount"] },
);

onGround("EIO on read loses one file, is told of, and keeps the extras", async (g) => {
  // btrfs checks what it reads: content changed behind its back gives a real EIO.
  const image = `${g.path}/image`;
  await makeImage("btrfs", image);
  await Deno.mkdir(g.source);
  {
    await using _ = await mountImage(image, g.source);
    await bash(
      `cd "$1"; head -c 300000 /dev/urandom >good; head -c 300000 /dev/urandom >good-too
      { printf SPOIL-ME; head -c 300000 /dev/urandom; } >bad; sync -f .`,
      [g.source],
    );
  }
  await bash(
    `offset=$(LC_ALL=C grep -obUaP -m1 'SPOIL-ME' "$1" | head -1 | cut -d: -f1)
    printf SPOILED- | dd of="$1" bs=1 seek=$((offset + 5000)) conv=notrunc status=none`,
    [image],
  );
  await using _ = await mountImage(image, g.source);
  await assert.rejects(Deno.readFile(`${g.source}/bad`), /os error 5/);
  await plant(g.destination, { "bad": "old", "extra": "extra" });
  const output = await g.blit("mirror", "-y", "source/", "destination");
  assertSentence(output, [2], /bad.*input\/output error/i);
  await bash(`cmp "$1/good" "$2/good"; cmp "$1/good-too" "$2/good-too"`, [g.source, g.destination]);
  assert.equal(await Deno.readTextFile(`${g.destination}/bad`), "old");
  assert.equal(await Deno.readTextFile(`${g.destination}/extra`), "extra");
  assert.deepEqual(await temporariesIn(g.destination), []);
}, { on: "disk", needs: ["fs:btrfs"] });

onGround("an immutable file at the destination is told of, and the rest arrives", async (g) => {
  await plant(g.source, { "fixed": "newer", "good": "good" });
  await plant(g.destination, { "fixed": "old" });
  await bash(`chattr +i "$1"`, [`${g.destination}/fixed`]);
  try {
    const output = await g.blit("copy", "source/", "destination");
    assertSentence(output, [2], /fixed.*not permitted/i);
    assert.deepEqual(await readTree(g.destination), { "fixed": "old", "good": "good" });
    assert.deepEqual(await temporariesIn(g.destination), []);
  } finally {
    await bash(`chattr -i "$1"`, [`${g.destination}/fixed`]);
  }
}, { on: "disk", needs: ["immutable"] });

onGround("a running program at the destination is replaced", async (g) => {
  await plant(g.source, { "program": "new program" });
  await plant(g.destination, {});
  await Deno.copyFile("/bin/sleep", `${g.destination}/program`);
  const child = new Deno.Command(`${g.destination}/program`, { args: ["60"] }).spawn();
  try {
    assertCode(await g.blit("copy", "source/", "destination"), 0);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
  assert.deepEqual(await readTree(g.destination), { "program": "new program" });
});

onGround("a leftover temporary of a dead run is removed by the next", async (g) => {
  // Real ones, from runs that were killed while they replaced files.
  await flatTree(`${g.source}/sub`, 4000, 600);
  await bigFile(`${g.source}/sub/big`, 100_000_000);
  let left: string[] = [];
  for (let tries = 0; tries < 30 && left.length === 0; tries++) {
    await bash(`rm -rf "$1"`, [g.destination]);
    await flatTree(`${g.destination}/sub`, 4000, 500);
    await plant(g.destination, { "sub/big": "old" });
    const child = startBlit(["copy", "source/", "destination"], {
      cwd: g.path,
      env: g.backend.env,
    });
    // The large file's is there for some milliseconds.
    let running = true;
    const ended = child.status.then(() => running = false);
    const isWriting = (): boolean =>
      [...Deno.readDirSync(`${g.destination}/sub`)].some(({ name }) => name.startsWith(".blit-"));
    while (running && !isWriting()) await new Promise((resolve) => setTimeout(resolve, 1));
    try {
      child.kill("SIGKILL");
    } catch {
      // It was faster.
    }
    await ended;
    left = await temporariesIn(g.destination);
  }
  assert.notEqual(left.length, 0, "no run left a temporary behind");
  assertCode(await g.blit("copy", "source/", "destination"), 0);
  assert.deepEqual(await temporariesIn(g.destination), []);
  await g.compare();
});
