import assert from "node:assert/strict";
import fc from "fast-check";
import { parseLocalPath } from "../../../core/endpoint/mod.ts";
import { pathKey } from "../../../core/entry/path.ts";
import { parseModulePath } from "../../../core/remote/session/module_path.ts";
import { SessionError } from "../../../core/remote/session/session_error.ts";
import { findLocalSources, findModuleSources } from "../../../core/remote/session/source_side.ts";
import { plant, symlinkTo } from "../../support/mod.ts";
import { bytes, fails, moduleAt, onModule, shown } from "./session_ground.ts";

onModule("a client's sources are looked at where they are", async ({ sys, path }) => {
  await plant(path, { "tree/file": "1", "link": symlinkTo("nowhere") });
  const find = (...paths: string[]) =>
    findLocalSources(sys, paths.map((name) => parseLocalPath(`${path}/${name}`)), false);
  const { jobSources, facts } = find("tree/", "tree", "tree/file", "link");
  assert.deepEqual(
    facts.map((
      { name, content, isDirectory, text },
    ) => [pathKey(name), content, isDirectory, text]),
    [
      ["tree", true, true, `${path}/tree/`],
      ["tree", false, true, `${path}/tree`],
      ["file", false, false, `${path}/tree/file`],
      ["link", false, false, `${path}/link`],
    ],
  );
  const common = { absent: true, fresh: false, prefix: "" };
  assert.deepEqual(jobSources.map(shown), [
    { root: `${path}/tree`, ...common },
    { root: path, only: "tree", ...common },
    { root: `${path}/tree`, only: "file", ...common },
    { root: path, only: "link", ...common },
  ]);
  for (const { name } of facts) assert.ok(!name.includes(0));
  assert.throws(() => find("missing"), { code: "source-missing", message: /does not exist/ });
  assert.throws(() => find("tree/file/"), { code: "ENOTDIR", message: /not a directory/ });
});

onModule("with a list of files a source is its content", async ({ sys, path, module }) => {
  await plant(path, { "module/tree/file": "1" });
  const local = findLocalSources(sys, [parseLocalPath(`${path}/module/tree`)], true);
  const remote = findModuleSources(sys, "copy", module, [bytes("tree")], true);
  for (const { facts, jobSources } of [local, remote]) {
    assert.equal(facts[0]?.content, true);
    assert.equal(jobSources[0]?.only, undefined);
  }
});

onModule("a daemon's sources are beneath the module's root", async ({ sys, path, module }) => {
  await plant(path, { "module/tree/file": "1", "module/link": symlinkTo("tree") });
  const names = ["", "tree/", "tree", "tree/file", "link", "./tree//.//", "tree/."];
  const { jobSources, facts } = findModuleSources(sys, "copy", module, names.map(bytes), false);
  assert.deepEqual(
    facts.map((
      { name, content, isDirectory, text },
    ) => [pathKey(name), content, isDirectory, text]),
    [
      ["", true, true, "/data/"],
      ["tree", true, true, "/data/tree/"],
      ["tree", false, true, "/data/tree"],
      ["file", false, false, "/data/tree/file"],
      ["link", false, false, "/data/link"],
      ["tree", true, true, "/data/tree/"],
      ["tree", true, true, "/data/tree/"],
    ],
  );
  const root = pathKey(module.path);
  const common = { absent: true, fresh: false, prefix: "" };
  assert.deepEqual(jobSources.slice(0, 5).map(shown), [
    { root, rootBeneath: "", rootShown: "/data/", ...common },
    { root, rootBeneath: "tree", rootShown: "/data/tree", ...common },
    { root, rootBeneath: "", rootShown: "/data/", only: "tree", ...common },
    { root, rootBeneath: "tree", rootShown: "/data/tree", only: "file", ...common },
    { root, rootBeneath: "", rootShown: "/data/", only: "link", ...common },
  ]);
  const nameless = { ...module, name: "" };
  const [source] = findModuleSources(sys, "copy", nameless, [bytes("tree")], false).jobSources;
  assert.equal(pathKey(source?.rootShown ?? bytes("")), "//");
});

onModule("what a daemon cannot give is said without its paths", async ({ sys, path, module }) => {
  await plant(path, {
    "module/file": "1",
    "module/link": symlinkTo("../outside"),
    "module/sub/up": symlinkTo("../.."),
    "outside/secret": "secret",
  });
  const find = (...names: string[]) => () =>
    findModuleSources(sys, "copy", module, names.map(bytes), false);
  fails(find("missing"), "source-missing", /"\/data\/missing" does not exist/);
  fails(find("missing/"), "source-missing", /"\/data\/missing\/" does not exist/);
  fails(find("file/"), "ENOTDIR", /"\/data\/file\/"/, /not a directory/);
  fails(find("link/"), "ELOOP", /"\/data\/link\/"/, /symbolic link/);
  fails(find("link/secret"), "ELOOP", /"\/data\/link\/secret"/);
  fails(find("sub/up/outside/"), "ELOOP");
  for (const name of ["../outside", "sub/../../outside", "..", "sub/.."]) {
    fails(find("file", name), "path-outside", /leads out/);
  }
  fails(find(`${path}/outside`.slice(0, 1)), "path-outside", /begins with a slash/);
  fails(find("file\0"), "path-outside", /NUL byte/);
  fails(find(), "sources", /0 sources/);
  const readOnly = { ...module, readOnly: true };
  assert.ok(findModuleSources(sys, "mirror", readOnly, [bytes("file")], false));
  fails(
    () => findModuleSources(sys, "move", readOnly, [bytes("file")], false),
    "read-only",
    /"data" is read-only/,
  );
});

Deno.test("no path within a module has dots, empty parts or an end outside", () => {
  const component = fc.constantFrom("", ".", "..", "a", "...", "b c", "\0", "ü");
  fc.assert(fc.property(fc.array(component, { maxLength: 6 }), (components) => {
    const given = components.join("/");
    let parsed;
    try {
      parsed = parseModulePath(moduleAt("/srv"), bytes(given));
    } catch (error) {
      assert.ok(error instanceof SessionError && error.code === "path-outside");
      assert.match(given, /^\/|\0|(^|\/)\.\.($|\/)/);
      return;
    }
    const key = new TextDecoder().decode(parsed.directory.beneath).slice(0, -1);
    assert.equal(key, components.filter((part) => part !== "" && part !== ".").join("/"));
    assert.equal(parsed.content, /(^|\/)\.?$/.test(given));
  }));
});
