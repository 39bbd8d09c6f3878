import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  bash,
  compareTrees,
  fingerprint,
  listTree,
  makePlace,
  makeSocket,
  oddTree,
  onGround,
  plant,
  readTree,
  run,
  unmet,
} from "../support/mod.ts";

for (const on of ["memory", "disk"] as const) {
  onGround(`mirror keeps every oddity of a tree, in ${on}`, async (g) => {
    await oddTree(g.source, g.backend.features);
    assertCode(await g.blit("mirror", ...g.backend.archive, "-y", "source/", "destination/"), 0);
    await g.compare();
  }, { on });
}

onGround("mirror keeps every oddity when it replaces another tree", async (g) => {
  const { features, archive } = g.backend;
  await oddTree(g.source, features);
  // The same names with other kinds, content, modes, owners, attributes and links.
  await oddTree(g.destination, features);
  await bash(
    `cd "$1"
    mv names modes-moved; mv modes names; mv modes-moved modes
    find sizes -type f -exec truncate -s 77 {} +
    chmod -R u+rwX,g=,o= hard times; rm hard/m; echo other >hard/m
    ln -f sizes/1 hard/a/big; mv links/dangling links/itself
    rm -r empty-directory; echo file >empty-directory
    touch -h times/*; touch .`,
    [g.destination],
  );
  assertCode(await g.blit("mirror", ...archive, "-y", "source/", "destination/"), 0);
  await g.compare();
});

onGround("a second mirror of an odd tree touches nothing at all", async (g) => {
  const { features, archive } = g.backend;
  await oddTree(g.source, features);
  const mirror = () => g.blit("mirror", ...archive, "-y", "source/", "destination/");
  assertCode(await mirror(), 0);
  const before = await fingerprint(g.destination);
  assertCode(await mirror(), 0);
  await assertUntouched(g.destination, before);
});

onGround("hard links between symbolic links and between fifos are kept", async (g) => {
  await oddTree(g.source, ["fifo", "odd-links"]);
  assertCode(await g.blit("mirror", "-a", "-y", "source/", "destination/"), 0);
  await g.compare();
}, { only: "linux" });

onGround("paths past PATH_MAX are copied, found the same, and deleted", async (g) => {
  await oddTree(g.source, ["deep"]);
  const mirror = () => g.blit("mirror", "-y", "source/", "destination/");
  assertCode(await mirror(), 0);
  await compareTrees(g.source, g.destination, { rsync: false });
  const before = await fingerprint(g.destination);
  assertCode(await mirror(), 0);
  await assertUntouched(g.destination, before);
  await bash(`rm -r "$1/deep"`, [g.source]);
  assertCode(await mirror(), 0);
  await g.compare({ roots: false });
}, { only: "linux" });

onGround("paths past PATH_MAX are refused with a sentence, and the rest copied", async (g) => {
  await oddTree(g.source, ["deep"]);
  const output = await g.blit("copy", "source/", "destination/");
  assertSentence(output, [2], /too long/);
  await bash(`rm -r "$1/deep" "$2/deep"`, [g.source, g.destination]);
  await bash(`touch -r "$1" "$2"`, [g.source, g.destination]);
  await g.compare();
}, { only: "portable" });

onGround("names that are not UTF-8 are refused with a sentence, and the rest copied", async (g) => {
  await plant(g.source, { "good": "good", "sub/good": "good" });
  await bash(`cd "$1"; echo x >$'bad\\xff'; mkdir $'sub/\\xfe'; echo y >$'sub/\\xfe/y'`, [
    g.source,
  ]);
  const output = await g.blit("copy", "source/", "destination/");
  assertSentence(output, [2], /bad/);
  assert.deepEqual(await readTree(g.destination), {
    "good": "good",
    "sub/": null,
    "sub/good": "good",
  });
}, { only: "portable" });

onGround("special files are refused with a sentence, and the rest copied", async (g) => {
  await plant(g.source, { "good": "good" });
  await bash(`mkfifo "$1/fifo"`, [g.source]);
  assertSentence(await g.blit("copy", "source/", "destination/"), [2], /fifo/);
  assert.deepEqual(await readTree(g.destination), { "good": "good" });
}, { only: "portable" });

onGround("the longest target that a symbolic link can have is kept", async (g) => {
  await plant(g.source, {});
  await bash(`ln -s "$(printf 'x%.0s' {1..4095})" "$1/link"`, [g.source]);
  assertCode(await g.blit("mirror", "source/", "destination/"), 0);
  assert.equal((await Deno.readLink(`${g.destination}/link`)).length, 4095);
});

onGround("of what is the same but for metadata, only what differs is set", async (g) => {
  const isRoot = unmet(["root"]) === undefined;
  await plant(g.source, { "same": "1", "mode": "2", "owner": "3", "both": "4" });
  await bash(`ln -s target "$1/link"; mkfifo "$1/fifo"; chmod 4755 "$1/owner"`, [g.source]);
  await bash(`rm -rf "$2"; cp -a "$1" "$2"`, [g.source, g.destination]);
  await bash(`cd "$1"; chmod 0640 mode; chmod 0604 both fifo`, [g.destination]);
  if (isRoot) await bash(`cd "$1"; chown -h 1234:2345 owner both link`, [g.destination]);
  const before = await changeTimes(g.destination);
  assertCode(await g.blit("mirror", "-y", "source/", "destination/"), 0);
  await g.compare();
  const after = await changeTimes(g.destination);
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  const wanted = isRoot ? ["both", "fifo", "link", "mode", "owner"] : ["both", "fifo", "mode"];
  assert.deepEqual(changed.sort(), wanted);
}, { only: "linux" });

onGround("links and nodes have their own owner and group in a setgid directory", async (g) => {
  await plant(g.source, {});
  await bash(`cd "$1"; ln -s target one; ln -s target two; mkfifo fifo pipe`, [g.source]);
  if (unmet(["root"]) === undefined) {
    await bash(`cd "$1"; chown -h 0:3456 one fifo; chown 0:3456 .`, [g.source]);
  }
  await bash(`chmod 2775 "$1"; mkdir -p "$2"; chown --reference="$1" "$2"; chmod 2775 "$2"`, [
    g.source,
    g.destination,
  ]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination/"), 0);
  await g.compare();
}, { only: "linux" });

onGround("a fifo is made anew and never read from", async (g) => {
  await plant(g.source, { "file": "file" });
  await bash(`mkfifo -m 0620 "$1/fifo"`, [g.source]);
  makeSocket(`${g.source}/socket`);
  assertCode(await g.blitWith({ timeoutMs: 60_000 }, "copy", "source/", "destination/"), 0);
  await g.compare();
}, { only: "linux" });

onGround("a hole of 50 GiB is not read", async (g) => {
  await plant(g.source, {});
  await bash(
    `truncate -s 50G "$1/sparse"; printf middle | dd of="$1/sparse" bs=1M seek=20000 \
      conv=notrunc status=none; truncate -s 50G "$1/empty"`,
    [g.source],
  );
  assertCode(await g.blitWith({ timeoutMs: 60_000 }, "mirror", "source/", "destination/"), 0);
  const [source, destination] = [await listTree(g.source), await listTree(g.destination)];
  assert.deepEqual(
    destination.map(({ path, size, blocks, mtime }) => [path, size, blocks, mtime]),
    source.map(({ path, size, blocks, mtime }) => [path, size, blocks, mtime]),
  );
  const bytes = await bash(
    `dd if="$1/sparse" bs=6 iflag=skip_bytes skip=20000M count=1 status=none`,
    [g.destination],
  );
  assert.equal(bytes, "middle");
}, { only: "linux", on: "disk" });

onGround(
  "a sparse file that grew data, and one that grew holes, are replaced as they are",
  async (g) => {
    await plant(g.source, {});
    await plant(g.destination, {});
    await bash(
      `truncate -s 4M "$1/holes"; printf x >>"$1/holes"; head -c 4M /dev/urandom >"$1/data"
    head -c 4M /dev/urandom >"$2/holes"; truncate -s 4M "$2/data"; touch -d @1 "$2"/*`,
      [g.source, g.destination],
    );
    assertCode(await g.blit("mirror", "source/", "destination/"), 0);
    await g.compare();
  },
  { on: "disk" },
);

onGround("hard links that changed their groups follow the source", async (g) => {
  await plant(g.source, { "a": "one", "b/": null, "c": "two" });
  await bash(`cd "$1"; ln a b/a2; ln c b/c2`, [g.source]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination/"), 0);
  await g.compare();
  await bash(`cd "$1"; ln -f a b/c2; rm b/a2; echo alone >b/a2; ln c d`, [g.source]);
  assertCode(await g.blit("mirror", "-y", "source/", "destination/"), 0);
  await g.compare();
});

onGround("files that are linked at the destination only are parted", async (g) => {
  await plant(g.source, { "a": "content", "b": "content" });
  await plant(g.destination, { "a": "content" });
  await bash(
    `touch -d @1000 "$1/a" "$1/b" "$2/a"; ln "$2/a" "$2/b"; chmod 0600 "$1/b"`,
    [g.source, g.destination],
  );
  assertCode(await g.blit("mirror", "-y", "source/", "destination/"), 0);
  assert.deepEqual(await readTree(g.destination), { "a": "content", "b": "content" });
  assertCode(await g.blit("mirror", "-y", "source/", "destination/"), 0);
  const modes = (await listTree(g.destination)).map(({ path, mode }) => [path, mode]);
  assert.deepEqual(modes.slice(1), [["a", "644"], ["b", "600"]]);
});

onGround("hard links to a file that is excluded are made among those that are not", async (g) => {
  await plant(g.source, { "a": "linked" });
  await bash(`cd "$1"; ln a b; ln a c`, [g.source]);
  assertCode(await g.blit("mirror", "--exclude", "/a", "source/", "destination/"), 0);
  const files = (await listTree(g.destination)).filter(({ type }) => type === "f");
  assert.deepEqual(files.map(({ path, links }) => [path, links]), [["b", 2], ["c", 2]]);
});

for (const verb of ["copy", "mirror", "move"]) {
  onGround(
    `${verb} gives a directory that is somebody else's back to who has it at the source`,
    async (g) => {
      await plant(g.source, { "sub/file": "content", "sub/deeper/file": "content" });
      await bash(
        `find "$1" -exec touch -d @1500000000 {} + # some keep milliseconds
        cp -a "$1" "$1.as-it-was"; cp -a "$1" "$2"; chown -R 1000:1000 "$2"`,
        [
          g.source,
          g.destination,
        ],
      );
      const yes = verb === "mirror" ? ["-y"] : [];
      assertCode(await g.blit(verb, ...yes, "source/", "destination/"), 0);
      await compareTrees(`${g.source}.as-it-was`, g.destination);
    },
    { needs: ["root"] },
  );
}

onGround("one who is not root keeps all but owners", async (g) => {
  const features = g.backend.features.filter((feature) =>
    !["root", "trusted", "devices", "socket"].includes(feature)
  );
  const { program, args } = asNobody([
    "bash",
    new URL("../support/odd_tree.sh", import.meta.url).pathname,
    g.source,
    ...features,
  ]);
  await Deno.chown(g.path, 65534, 65534);
  await run(program, args);
  assertCode(
    await g.blitWith(
      { asNobody: true },
      "mirror",
      ...g.backend.archive,
      "-y",
      "source/",
      "destination/",
    ),
    0,
  );
  await g.compare();
}, { needs: ["nobody"] });

onGround("one who is not root becomes the owner of what was root's", async (g) => {
  await plant(g.source, { "file": "content", "sub/file": "content" });
  await Deno.chmod(`${g.source}/file`, 0o4755);
  await Deno.chown(g.path, 65534, 65534);
  assertCode(await g.blitWith({ asNobody: true }, "mirror", "source/", "destination/"), 0);
  assert.deepEqual(await readTree(g.destination), {
    "file": "content",
    "sub/": null,
    "sub/file": "content",
  });
  assert.equal((await Deno.stat(`${g.destination}/file`)).uid, 65534);
}, { needs: ["nobody"], onlyLocal: true });

onGround("a umask does not change what is kept", async (g) => {
  await plant(g.source, { "file": "content", "sub/file": "content" });
  await Deno.chmod(`${g.source}/file`, 0o666);
  await Deno.chmod(`${g.source}/sub`, 0o777);
  const before = Deno.umask(0o077);
  try {
    assertCode(await g.blit("mirror", "source/", "destination/"), 0);
  } finally {
    Deno.umask(before);
  }
  await g.compare();
});

onGround("metadata survives the way between tmpfs and disk", async (g) => {
  await using disk = await makePlace("disk");
  const { features, archive, tolerance } = g.backend;
  await oddTree(g.source, features);
  assertCode(await g.blit("mirror", ...archive, "-y", "source/", `${disk.path}/one`), 0);
  await compareTrees(g.source, `${disk.path}/one`, { ...tolerance, blocks: "any" });
  assertCode(await g.blit("mirror", ...archive, "-y", `${disk.path}/one/`, "destination"), 0);
  await g.compare({ blocks: "any" });
});

function asNobody(args: readonly string[]): { program: string; args: string[] } {
  return {
    program: "setpriv",
    args: ["--reuid=65534", "--regid=65534", "--clear-groups", ...args],
  };
}

/** When each entry of a directory was last changed in any way. */
async function changeTimes(directory: string): Promise<Record<string, string>> {
  const told = await bash(`cd "$1"; stat -c "%n %z" -- *`, [directory]);
  return Object.fromEntries(told.trim().split("\n").map((line) => line.split(/ (.*)/)));
}
