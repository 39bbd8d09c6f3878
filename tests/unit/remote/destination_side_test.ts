import assert from "node:assert/strict";
import { parseLocalPath } from "../../../core/endpoint/mod.ts";
import type { GivenFact } from "../../../core/remote/session/check_facts.ts";
import { placeInModule, placeLocally } from "../../../core/remote/session/destination_side.ts";
import { plant, readTree, symlinkTo } from "../../support/mod.ts";
import { bytes, fact, fails, onModule, shown } from "./session_ground.ts";

onModule("a pull goes where a local copy would go", async ({ sys, path }) => {
  await plant(path, { "there/": null, "file": "old" });
  const place = (destination: string, ...facts: GivenFact[]) =>
    placeLocally(sys, facts, parseLocalPath(`${path}/${destination}`), false).map(shown);
  const into = (name: string, fresh = false) => ({
    destination: name === "" ? path : `${path}/${name}`,
    absent: false,
    fresh,
    prefix: "",
  });
  const [tree, content, file] = [fact("t", true), fact("t", true, true), fact("f", false)];
  assert.deepEqual(place("there", tree), [{ ...into("there"), only: "t" }]);
  assert.deepEqual(place("there", content), [into("there")]);
  assert.deepEqual(place("there", file), [{ ...into("there"), only: "f" }]);
  assert.deepEqual(place("file", file), [{ ...into(""), only: "f", as: "file" }]);
  assert.deepEqual(place("new", file), [{ ...into(""), only: "f", as: "new" }]);
  assert.deepEqual(place("made/", file), [{ ...into("made", true), only: "f" }]);
  assert.deepEqual(place("a/b", content, file), [
    into("a/b", true),
    { ...into("a/b", true), only: "f" },
  ]);
  assert.throws(() => place("file", tree), { code: "destination-not-directory" });
  assert.throws(() => place("file", file, content), { code: "destination-not-directory" });
  assert.throws(() => place("there", file, fact("f", true)), { code: "sources-collide" });
  assert.deepEqual(await readTree(path), {
    "there/": null,
    "file": "old",
    "module/": null,
  });
});

onModule("a push goes beneath the module's root", async ({ sys, path, module }) => {
  await plant(path, { "module/there/": null, "module/file": "old" });
  const place = (destination: string, ...facts: GivenFact[]) =>
    placeInModule(sys, facts, module, bytes(destination), "copy", false).map(shown);
  const into = (beneath: string, fresh = false) => ({
    destination: `${path}/module`,
    destinationBeneath: beneath,
    destinationShown: `/data/${beneath}`,
    absent: false,
    fresh,
    prefix: "",
  });
  const [tree, content, file] = [fact("t", true), fact("t", true, true), fact("f", false)];
  assert.deepEqual(place("", content), [into("")]);
  assert.deepEqual(place("", file, tree), [
    { ...into(""), only: "f" },
    { ...into(""), only: "t" },
  ]);
  assert.deepEqual(place("there", tree), [{ ...into("there"), only: "t" }]);
  assert.deepEqual(place("file", file), [{ ...into(""), only: "f", as: "file" }]);
  assert.deepEqual(place("x/new", file), [{ ...into("x", true), only: "f", as: "new" }]);
  assert.deepEqual(place("a/b", content), [into("a/b", true)]);
  fails(() => place("file", tree), "destination-not-directory", /"\/data\/file"/);
  fails(() => place("file/x", tree), "destination-not-directory", /"\/data\/file\/x"/);
  fails(() => place("file/x", file), "ENOTDIR", /"\/data\/file"/);
  assert.deepEqual(await readTree(`${path}/module`), {
    "there/": null,
    "file": "old",
  });
});

onModule(
  "a destination that is missing is told of, and made by neither end",
  async ({ sys, path, module }) => {
    const before = await readTree(path);
    const tree = [fact("t", true)];
    for (const dryRun of [true, false]) {
      for (
        const [placed] of [
          placeInModule(sys, tree, module, bytes("a/b"), "copy", dryRun),
          placeLocally(sys, tree, parseLocalPath(`${path}/a/b`), dryRun),
        ]
      ) {
        assert.deepEqual([placed?.absent, placed?.fresh], [dryRun, true]);
      }
    }
    assert.deepEqual(await readTree(path), before);
  },
);

onModule("a push leads nowhere out of the module", async ({ sys, path, module }) => {
  await plant(path, {
    "module/link": symlinkTo("../outside"),
    "module/file": symlinkTo("../outside/secret"),
    "module/gone": symlinkTo("../outside/new"),
    "outside/secret": "secret",
  });
  const before = await readTree(path);
  const facts = [[fact("t", true)], [fact("t", true, true)], [fact("secret", false)]];
  for (const given of facts) {
    for (const name of ["link", "link/", "link/x", "file", "file/", "gone", "gone/", "gone/x/y"]) {
      fails(
        () => placeInModule(sys, given, module, bytes(name), "copy", false),
        "ELOOP",
        new RegExp(`"/data/${name.replace(/\/$/, "")}`),
        /symbolic link/,
      );
    }
    for (const name of ["..", "../outside", "a/../../outside", "/etc", "a\0b"]) {
      fails(() => placeInModule(sys, given, module, bytes(name), "copy", false), "path-outside");
    }
  }
  const readOnly = { ...module, readOnly: true };
  for (const dryRun of [false, true]) {
    const given = [fact("t", true)];
    fails(
      () => placeInModule(sys, given, readOnly, bytes("t"), "copy", dryRun),
      "read-only",
      /"data"/,
    );
    fails(
      () => placeInModule(sys, given, { ...readOnly, name: "" }, bytes("t"), "copy", dryRun),
      "read-only",
      /by default/,
    );
  }
  // Nothing is changed by a check.
  placeInModule(sys, [fact("t", true)], readOnly, bytes("t"), "check", true);
  assert.deepEqual(await readTree(path), before);
});

onModule("names that are none are refused at both destinations", async ({ sys, path, module }) => {
  const before = await readTree(path);
  const long = "x".repeat(256);
  for (const name of ["", ".", "..", "a/b", "/", "a\0", "../a", long]) {
    for (const isDirectory of [true, false]) {
      const given = [fact(name, isDirectory)];
      fails(
        () => placeInModule(sys, given, module, bytes("t"), "copy", false),
        "sources",
        /is none/,
      );
      assert.throws(() => placeLocally(sys, given, parseLocalPath(path), false), {
        code: "sources",
      });
    }
  }
  fails(() => placeInModule(sys, [], module, bytes("t"), "copy", false), "sources");
  const content = [fact("f", false, true)];
  fails(
    () => placeInModule(sys, content, module, bytes("t"), "copy", false),
    "sources",
    /no directory/,
  );
  const text = "\x1b[31mred\\x1b\n";
  const odd = [{ ...fact("f", false), text }, fact("f", false)];
  fails(
    () => placeInModule(sys, odd, module, bytes("t"), "copy", false),
    "sources-collide",
    /"\\x1b\[31mred\\x1b\\n"/,
  );
  assert.deepEqual(await readTree(path), before);
});
