import assert from "node:assert/strict";
import { nameOf, NameTable, StatTable } from "../../../core/entry/mod.ts";
import { openLinux } from "../../../core/sys/linux.ts";
import { openPortable } from "../../../core/sys/portable.ts";
import type { Name } from "../../../core/sys/sys.ts";
import { content, type Ground, ground, ok, put, refuses } from "./ground.ts";

const REPLACED = nameOf("a\ufffd");
const UNDECODABLE: Name = new Uint8Array([97, 0xff, 0]);
const linux = Deno.build.os === "linux";

/** Every call that takes a name, with this name. */
function everyCall({ sys, root }: Ground, name: Name): void {
  const table = new StatTable(1);
  refuses("EILSEQ", [
    sys.stat(root, name, table, 0),
    sys.openBeneath(root, name),
    sys.openRead(root, name),
    sys.create(root, name, 0o644),
    sys.makeDirectory(root, name, 0o755),
    sys.symlink(nameOf("x"), root, name),
    sys.link(root, nameOf("plain"), root, name),
    sys.link(root, name, root, nameOf("new")),
    sys.rename(root, name, root, nameOf("new")),
    sys.rename(root, nameOf("plain"), root, name),
    sys.renameExclusive(root, name, root, nameOf("new")),
    sys.renameExclusive(root, nameOf("plain"), root, name),
    sys.unlink(root, name),
    sys.removeDirectory(root, name),
    sys.setTimes(root, name, 0, 0),
    sys.setMode(root, name, 0),
    sys.setOwner(root, name, 0, 0),
    sys.readLink(root, name),
  ]);
}

Deno.test({
  name: "a name that is not UTF-8 is listed and then refused by every call, touching nothing",
  ignore: !linux,
  fn: () =>
    ground((here) => {
      const exact = openLinux();
      const root = ok(exact.openRoot(nameOf(here.path)));
      // The name itself, and beside it a file whose true name is what Deno makes of it.
      put({ ...here, sys: exact, root }, UNDECODABLE, "precious");
      put({ ...here, sys: exact, root }, REPLACED, "bystander");
      put({ ...here, sys: exact, root }, nameOf("plain"), "plain");
      const names = new NameTable();
      assert.equal(here.sys.list(here.root, names), 3);
      const listed = Array.from({ length: 3 }, (_, index) => names.copy(index));
      assert.equal(listed.filter((name) => name.length === 4).length, 2);
      everyCall(here, REPLACED);
      everyCall(here, UNDECODABLE);
      assert.equal(content({ ...here, sys: exact, root }, UNDECODABLE), "precious");
      assert.equal(content({ ...here, sys: exact, root }, REPLACED), "bystander");
      assert.equal([...Deno.readDirSync(here.path)].length, 3);
      ok(exact.close(root));
      exact.end();
    }),
});

Deno.test({
  name: "a link to what is not UTF-8 is refused, one to U+FFFD is told exactly",
  ignore: !linux,
  fn: () =>
    ground(({ sys, root, path }) => {
      const exact = openLinux();
      const held = ok(exact.openRoot(nameOf(path)));
      ok(exact.symlink(UNDECODABLE, held, nameOf("bytes")));
      ok(exact.symlink(REPLACED, held, nameOf("text")));
      ok(exact.close(held));
      exact.end();
      refuses("EILSEQ", [
        sys.readLink(root, nameOf("bytes")),
        sys.symlink(UNDECODABLE, root, nameOf("new")),
      ]);
      assert.deepEqual(sys.readLink(root, nameOf("text")), REPLACED.subarray(0, 4));
    }),
});

Deno.test("a name is one component, never a way out of its directory", () =>
  ground(({ sys, root, path }) => {
    Deno.mkdirSync(`${path}/sub`);
    Deno.writeTextFileSync(`${path}/kept`, "x");
    const sub = ok(sys.openBeneath(root, nameOf("sub")));
    for (const name of ["..", ".", "../kept", "/etc/passwd", "x/y"].map(nameOf)) {
      refuses("EINVAL", [
        sys.stat(sub, name, new StatTable(1), 0),
        sys.create(sub, name, 0o644),
        sys.unlink(sub, name),
        sys.rename(root, nameOf("kept"), sub, name),
      ]);
    }
    refuses("ENOENT", [sys.stat(sub, nameOf(""), new StatTable(1), 0)]);
    assert.equal(Deno.readTextFileSync(`${path}/kept`), "x");
    ok(sys.close(sub));
  }));

Deno.test("paths past the system's limit fail as too long", () =>
  ground(({ sys, root, path }) => {
    let directory = root;
    let depth = 0;
    const name = nameOf("d".repeat(250));
    let made = 0;
    for (; depth < 30; depth++) {
      made = sys.makeDirectory(directory, name, 0o755);
      if (made < 0) break;
      const next = ok(sys.openBeneath(directory, name));
      if (directory !== root) ok(sys.close(directory));
      directory = next;
    }
    refuses("ENAMETOOLONG", [made]);
    assert.ok(depth > 10);
    ok(sys.close(directory));
    assert.equal(new Deno.Command("rm", { args: ["-rf", path] }).outputSync().code, 0);
    Deno.mkdirSync(path);
  }));

Deno.test("handles are reused only after they are closed", () => {
  const sys = openPortable();
  const first = ok(sys.openRoot(nameOf(".")));
  const second = ok(sys.openRoot(nameOf(".")));
  assert.notEqual(first, second);
  ok(sys.close(first));
  refuses("EBADF", [sys.close(first), sys.list(first, new NameTable())]);
  assert.equal(sys.openRoot(nameOf(".")), first);
});
