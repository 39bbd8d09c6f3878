import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  fingerprint,
  type Ground,
  mountBind,
  onGround,
  plant,
  readTree,
  symlinkTo,
} from "../support/mod.ts";

onGround("a missing source is named, and nothing is made", async (g) => {
  await plant(g.path, { "there": "there" });
  const before = await fingerprint(g.path);
  for (const verb of ["copy", "mirror", "move"]) {
    assertSentence(await g.blit(verb, "missing", "destination"), [1, 64], /missing/);
    assertSentence(await g.blit(verb, "missing/", "destination"), [1, 64], /missing/);
    assertSentence(await g.blit(verb, "there/", "destination"), [1, 64], /there/);
  }
  await assertUntouched(g.path, before);
});

onGround("a missing source among several stops nothing that is there, or all of it", async (g) => {
  await plant(g.path, { "one": "one", "two": "two", "out/": null });
  const output = await g.blit("copy", "one", "missing", "two", "out");
  assertSentence(output, [1, 2, 64], /missing/);
  const tree = await readTree(`${g.path}/out`);
  if (output.code === 2) assert.deepEqual(tree, { "one": "one", "two": "two" });
  else assert.deepEqual(tree, {});
});

onGround("a dangling link as a source is copied as a link, and refused with a slash", async (g) => {
  await plant(g.path, { "link": symlinkTo("nowhere"), "out/": null });
  assertCode(await g.blit("copy", "link", "out"), 0);
  assert.deepEqual(await readTree(`${g.path}/out`), { "link": symlinkTo("nowhere") });
  assertSentence(await g.blit("copy", "link/", "out"), [1, 64], /link/);
});

onGround("a destination whose parent is missing is a sentence or is made", async (g) => {
  await plant(g.source, { "a": "a" });
  const output = await g.blit("copy", "source/", "no/such/destination");
  if (output.code === 0) {
    assert.deepEqual(await readTree(`${g.path}/no/such/destination`), { "a": "a" });
  } else assertSentence(output, [1], /no\/such/);
});

onGround("a file as a destination for a directory is refused and kept", async (g) => {
  await plant(g.path, { "source/a": "a", "other": "other", "file": "precious" });
  for (const args of [["source", "file"], ["source/", "file"], ["source", "other", "file"]]) {
    assertSentence(await g.blit("copy", ...args), [1, 64], /file/);
  }
  assertSentence(await g.blit("mirror", "-y", "source/", "file"), [1, 64], /file/);
  assertSentence(await g.blit("copy", "other", "file/"), [1, 64], /file/);
  assert.equal(await Deno.readTextFile(`${g.path}/file`), "precious");
});

async function assertRefused(g: Ground, ...pairs: readonly [string, string][]): Promise<void> {
  const before = await fingerprint(g.path);
  for (const [source, destination] of pairs) {
    for (const verb of ["copy", "mirror", "move"]) {
      const yes = verb === "copy" ? [] : ["-y"];
      const output = await g.blitWith({ timeoutMs: 60_000 }, verb, ...yes, source, destination);
      assertSentence(output, [1, 64], /same|itself|inside|one and|where it is already/i);
      await assertUntouched(g.path, before);
    }
  }
}

onGround("a source that is the destination is refused, also through links", async (g) => {
  await plant(g.path, { "a/file": "precious", "a/b/c": "c", "link": symlinkTo("a") });
  await assertRefused(
    g,
    ["a/", "a"],
    ["a/", "a/"],
    ["a/", "./a/../a"],
    ["a/", "link"],
    ["a/", "link/"],
    ["link/", "a"],
    ["a", "."],
    ["a/b/..", "a"],
    ["a/file", "a/file"],
    ["a/file", "a"],
    ["a/file", "link/file"],
  );
});

onGround("a source that is the destination through a bind mount is refused", async (g) => {
  await plant(g.path, { "a/file": "precious", "a/b/c": "c" });
  await using _ = await mountBind(`${g.path}/a`, `${g.path}/bound`);
  await assertRefused(g, ["a/", "bound"], ["bound/", "a"], ["a/b/", "bound/b"]);
}, { needs: ["mount"] });

onGround(
  "a mirror does not delete what is mounted in the destination, be it the source",
  async (g) => {
    await plant(g.path, {
      "a/file": "precious",
      "to/extra": "e",
      "to/up/view/": null,
      "to/kept/old": "old",
    });
    await plant(g.path, { "a/kept/": null });
    // Where it is one on both sides, what lies in it is deleted as ever.
    await using _kept = await mountBind(`${g.path}/to/kept`, `${g.path}/to/kept`);
    {
      await using _view = await mountBind(`${g.path}/a`, `${g.path}/to/up/view`);
      for (const dry of [["-n"], []]) {
        const output = await g.blit("mirror", "-y", "--force-delete", ...dry, "a/", "to");
        assertSentence(output, [2], /up\/view": something is mounted there/);
        for (const path of ["a/file", "to/extra", "to/kept/old", "to/up/view/file"]) {
          assert.ok((await Deno.stat(`${g.path}/${path}`)).isFile, path);
        }
      }
    }
    assertCode(await g.blit("mirror", "-y", "--force-delete", "a/", "to"), 0);
    assert.deepEqual(await readTree(`${g.path}/to`), { "file": "precious", "kept/": null });
  },
  { needs: ["mount"], only: "linux" },
);

onGround("a destination inside its source is refused", async (g) => {
  await plant(g.path, { "a/file": "precious", "a/b/c": "c", "link": symlinkTo("a/b") });
  await assertRefused(g, ["a", "a/b"], ["a/", "a/b"], ["a/", "a/new"], ["a/", "link"], ["a", "a"]);
});

onGround("a destination inside its source through a bind mount is refused", async (g) => {
  await plant(g.path, { "a/file": "precious", "a/b/c": "c" });
  await using _ = await mountBind(`${g.path}/a/b`, `${g.path}/bound`);
  await assertRefused(g, ["a/", "bound"], ["a", "bound"]);
}, { needs: ["mount"], only: "linux" });

onGround("where mounts cannot be seen through, the scan stops at the destination", async (g) => {
  await plant(g.path, { "a/file": "precious", "a/b/c": "c" });
  await using _ = await mountBind(`${g.path}/a/b`, `${g.path}/bound`);
  const output = await g.blitWith({ timeoutMs: 60_000 }, "copy", "a/", "bound");
  assertSentence(output, [2], /inside the source/);
  assert.deepEqual(await readTree(`${g.path}/bound`), {
    "b/": null,
    "c": "c",
    "file": "precious",
  });
}, { needs: ["mount"], only: "portable" });

onGround("a mirror of a directory onto one that holds it is refused", async (g) => {
  await plant(g.path, { "a/file": "precious", "a/b/c": "c" });
  const before = await fingerprint(g.path);
  const output = await g.blit("mirror", "-y", "--force-delete", "a/b/", "a");
  assertSentence(output, [1, 64], /inside|holds|contains/i);
  await assertUntouched(g.path, before);
});

onGround("a copy of a directory into one that holds it loses nothing", async (g) => {
  await plant(g.path, { "a/file": "precious", "a/b/c": "c", "a/b/d/e": "e" });
  const output = await g.blit("copy", "a/b/", "a");
  const tree = await readTree(`${g.path}/a`);
  for (const [path, content] of [["file", "precious"], ["b/c", "c"], ["b/d/e", "e"]] as const) {
    assert.equal(tree[path], content);
  }
  if (output.code === 0) assert.equal(tree["d/e"], "e");
  else assertSentence(output, [1, 64], /inside|holds|contains/i);
});

onGround("copy puts no file where a directory is, and says so", async (g) => {
  await plant(g.source, { "x": "file", "y": symlinkTo("x"), "good": "good" });
  await plant(g.destination, { "x/kept": "kept", "y/kept": "kept" });
  assertSentence(await g.blit("copy", "source/", "destination"), [2], /\bx\b/, /\by\b/);
  assert.deepEqual(await readTree(g.destination), {
    "good": "good",
    "x/": null,
    "x/kept": "kept",
    "y/": null,
    "y/kept": "kept",
  });
});

onGround(
  "copy loses no file where a directory must go, or replaces it like any other",
  async (g) => {
    await plant(g.source, { "x/file": "new", "good": "good" });
    await plant(g.destination, { "x": "file" });
    const output = await g.blit("copy", "source/", "destination");
    const tree = await readTree(g.destination);
    assert.equal(tree.good, "good");
    if (output.code === 0) assert.equal(tree["x/file"], "new");
    else {
      assertSentence(output, [2], /\bx\b/);
      assert.equal(tree.x, "file");
    }
  },
);

onGround("mirror without --yes takes no directory away for a file", async (g) => {
  await plant(g.source, { "x": "file", "good": "good" });
  await plant(g.destination, { "x/kept": "kept" });
  assertCode(await g.blit("mirror", "source/", "destination"), 2);
  const tree = await readTree(g.destination);
  assert.equal(tree.good, "good");
  assert.equal(tree["x/kept"], "kept");
});

onGround("unreadable files and directories are named one by one and the rest copied", async (g) => {
  await plant(g.source, {
    "a/closed": "secret",
    "a/good": "good",
    "b/closed/file": "secret",
    "b/good": "good",
    "c": "good",
  });
  await Deno.chmod(`${g.source}/a/closed`, 0);
  await Deno.chmod(`${g.source}/b/closed`, 0);
  await Deno.chown(g.path, 65534, 65534);
  const output = await g.blitWith({ asNobody: true }, "copy", "source/", "destination");
  assertSentence(output, [2], /a\/closed.*permission denied/i, /b\/closed.*permission denied/i);
  const tree = await readTree(g.destination).catch(() => ({} as Record<string, unknown>));
  assert.equal(tree["a/good"] ?? "unreadable", "good");
  assert.equal(tree["b/good"], "good");
  assert.equal(tree["c"], "good");
  assert.equal(tree["a/closed"], undefined);
}, { needs: ["nobody"] });

onGround("an unreadable source is a sentence and exit 1", async (g) => {
  await plant(g.source, { "a": "a" });
  await Deno.chmod(g.source, 0o700);
  await Deno.chown(g.path, 65534, 65534);
  const output = await g.blitWith({ asNobody: true }, "copy", "source/", "destination");
  assertSentence(output, [1, 2], /source/, /permission denied/i);
}, { needs: ["nobody"] });

onGround(
  "a destination without write permission is a sentence, and nothing is changed",
  async (g) => {
    await plant(g.source, { "a": "new", "sub/b": "b" });
    await plant(g.destination, { "a": "old" });
    await Deno.mkdir(`${g.path}/cache`);
    await Deno.chown(`${g.path}/cache`, 65534, 65534);
    const output = await g.blitWith({ asNobody: true }, "copy", "source/", "destination");
    assertSentence(output, [1, 2], /permission denied/i);
    assert.deepEqual(await readTree(g.destination), { "a": "old" });
  },
  { needs: ["nobody"] },
);

onGround("control characters in names do not reach the terminal", async (g) => {
  await plant(g.source, { "\x1b[31mred\n": "x", "good": "good" });
  await plant(g.destination, { "\x1b[31mred\n/kept": "kept" });
  const output = await g.blit("copy", "-v", "source/", "destination");
  assertSentence(output, [2], /red/);
  // deno-lint-ignore no-control-regex -- they are what must not be there
  assert.doesNotMatch(output.stderr + output.stdout, /\x1b/);
});

onGround("a device or fifo as the destination is refused", async (g) => {
  await plant(g.source, { "a": "a" });
  assertSentence(await g.blit("copy", "source/", "/dev/null"), [1, 64], /\/dev\/null/);
  assert.equal((await Deno.stat("/dev/null")).isCharDevice, true);
});
