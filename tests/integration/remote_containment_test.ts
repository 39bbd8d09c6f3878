import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  assertUntouched,
  fingerprint,
  makePlace,
  onRemote,
  plant,
  readTree,
  runBlit,
  startDaemon,
  symlinkTo,
  unmet,
} from "../support/mod.ts";

const ignore = unmet(["remote"]) !== undefined;

const MODULES = (path: string) => `
[[module]]
name = "open"
path = "${path}/open"

[[module]]
name = "closed"
path = "${path}/closed"
read_only = true
`;

Deno.test({
  name: "a read-only module gives, and takes nothing in any verb",
  ignore,
  fn: async () => {
    await using place = await makePlace();
    await plant(place.path, { "open/": null, "closed/b": "b", "closed/sub/c": "c", "mine/x": "x" });
    await using daemon = await startDaemon({ config: MODULES(place.path) });
    const blit = (...args: string[]) => runBlit(args, { cwd: place.path });
    const before = await fingerprint(`${place.path}/closed`);
    for (const verb of ["copy", "mirror", "move"]) {
      for (const dry of [[], ["-n"]]) {
        const output = await blit(verb, "-y", ...dry, "mine/", daemon.module("closed", "sub/"));
        assertSentence(output, [1, 64], /read-only/i, /closed/);
      }
    }
    assertSentence(
      await blit("move", "-y", daemon.module("closed"), "taken"),
      [1, 2, 64],
      /read-only/i,
    );
    const backup = ["--backup-dir", "../backup"];
    assertSentence(await blit("copy", ...backup, "mine/", daemon.module("closed")), [1, 64]);
    assertCode(await blit("copy", daemon.module("closed"), "got"), 0);
    await assertUntouched(`${place.path}/closed`, before);
    assert.deepEqual(await readTree(`${place.path}/got`), { "b": "b", "sub/": null, "sub/c": "c" });
    assert.deepEqual(await readTree(`${place.path}/mine`), { "x": "x" });
  },
});

Deno.test({
  name: "no path of a peer leads out of the module",
  ignore,
  fn: async () => {
    await using place = await makePlace();
    await plant(place.path, {
      "open/link": symlinkTo("../outside"),
      "open/absolute": symlinkTo(`${place.path}/outside`),
      "open/file": symlinkTo("../outside/secret"),
      "open/sub/up": symlinkTo("../.."),
      "closed/": null,
      "outside/secret": "secret",
      "outside/sub/secret": "secret",
      "mine/secret": "mine",
      "mine/sub/x": "x",
    });
    await using daemon = await startDaemon({ config: MODULES(place.path) });
    const before = await fingerprint(`${place.path}/outside`);
    const inside = await fingerprint(`${place.path}/open`);
    const ways = ["../outside/", "sub/../../outside/", "link/", "absolute/", "sub/up/outside/"];
    for (const [number, way] of [...ways, "link/sub/", "file/"].entries()) {
      const pulled = await runBlit(["copy", daemon.module("open", way), `got-${number}/`], {
        cwd: place.path,
      });
      assertSentence(pulled, [1, 2, 64]);
      for (const verb of ["copy", "mirror", "move"]) {
        const args = [verb, "-y", "-n", "mine/", daemon.module("open", way)];
        for (const given of [args, args.filter((word) => word !== "-n")]) {
          assertSentence(await runBlit(given, { cwd: place.path }), [1, 2, 64]);
        }
      }
      const got = await readTree(place.path);
      assert.deepEqual(
        Object.entries(got).filter(([name, text]) => {
          return name.startsWith("got-") && text === "secret";
        }),
        [],
        way,
      );
      await assertUntouched(`${place.path}/outside`, before);
    }
    await assertUntouched(`${place.path}/open`, inside);
    assert.equal(await Deno.readTextFile(`${place.path}/mine/secret`), "mine");
  },
});

onRemote("a backup directory outside the module is refused and loses nothing", async (g) => {
  await plant(g.source, { "a": "new" });
  await plant(g.destination, { "a": "old", "extra": "extra" });
  const before = await fingerprint(g.destination);
  for (const backup of ["../../outside", "/tmp/blit-outside"]) {
    const output = await g.blit("mirror", "-y", "--backup-dir", backup, g.from(), g.to());
    assertSentence(output, [1, 64], /backup|outside/i);
    await assertUntouched(g.destination, before);
  }
}, { directions: ["push"] });
