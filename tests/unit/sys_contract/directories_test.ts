import assert from "node:assert/strict";
import { Kind, nameOf, NameTable } from "../../../core/entry/mod.ts";
import { makePlace } from "../../support/mod.ts";
import { A, bytes, contract, entriesOf, fails, LINK, ok, put, row, told } from "./ground.ts";

contract("openRoot follows links and refuses what is no directory", (ground) => {
  const { sys, path } = ground;
  put(ground, A);
  Deno.mkdirSync(`${path}/sub`);
  Deno.symlinkSync("sub", `${path}/link`);
  Deno.symlinkSync("loop", `${path}/loop`);
  const directory = ok(sys.openRoot(nameOf(`${path}/link`)));
  assert.equal(row((table) => sys.statHandle(directory, table, 0)).kind, Kind.Directory);
  ok(sys.close(directory));
  fails(sys.openRoot(nameOf(`${path}/a`)), "ENOTDIR");
  fails(sys.openRoot(nameOf(`${path}/missing`)), "ENOENT");
  fails(sys.openRoot(nameOf(`${path}/loop`)), "ELOOP");
  fails(sys.openRoot(nameOf("")), "ENOENT");
});

contract("openRoot takes a path relative to the working directory", ({ sys }) => {
  const directory = ok(sys.openRoot(nameOf("core/sys")));
  assert.ok(entriesOf(sys, directory).kinds.has("sys.ts"));
  ok(sys.close(directory));
});

contract("openBeneath goes down several components and reopens the directory itself", (ground) => {
  const { sys, root, path } = ground;
  Deno.mkdirSync(`${path}/sub/deep/er`, { recursive: true });
  Deno.writeTextFileSync(`${path}/sub/deep/er/x`, "");
  const deep = ok(sys.openBeneath(root, nameOf("sub/deep/er")));
  assert.deepEqual([...entriesOf(sys, deep).kinds.keys()], ["x"]);
  const again = ok(sys.openBeneath(deep, nameOf("")));
  assert.deepEqual([...entriesOf(sys, again).kinds.keys()], ["x"]);
  assert.equal(sys.list(again, new NameTable()), 0);
  ok(sys.close(again));
  ok(sys.close(deep));
});

contract("openBeneath follows no link and does not leave the directory", (ground) => {
  const { sys, root, path } = ground;
  put(ground, A);
  Deno.mkdirSync(`${path}/sub/deep`, { recursive: true });
  Deno.symlinkSync("sub", `${path}/link`);
  fails(sys.openBeneath(root, LINK), "ELOOP", "ENOTDIR");
  fails(sys.openBeneath(root, nameOf("link/deep")), "ELOOP", "ENOTDIR");
  fails(sys.openBeneath(root, nameOf("..")), "EXDEV");
  fails(sys.openBeneath(root, nameOf("sub/../..")), "EXDEV");
  fails(sys.openBeneath(root, nameOf("/")), "EXDEV");
  fails(sys.openBeneath(root, A), "ENOTDIR");
  fails(sys.openBeneath(root, nameOf("missing")), "ENOENT");
  fails(sys.openBeneath(root, nameOf("x".repeat(5000))), "ENAMETOOLONG");
});

contract("list gives every entry with its kind, without . and ..", (ground) => {
  const { sys, root, path } = ground;
  put(ground, A);
  Deno.mkdirSync(`${path}/sub`);
  Deno.symlinkSync("a", `${path}/link`);
  assert.equal(new Deno.Command("mkfifo", { args: [`${path}/fifo`] }).outputSync().code, 0);
  const { kinds } = entriesOf(sys, root);
  assert.equal(kinds.size, 4);
  assert.equal(kinds.get("a"), Kind.File);
  assert.equal(kinds.get("sub"), Kind.Directory);
  assert.equal(kinds.get("link"), Kind.Symlink);
  assert.ok([Kind.Fifo, Kind.Unknown].some((kind) => kind === kinds.get("fifo")));
  assert.equal(told(ground, nameOf("fifo")).kind, Kind.Fifo);
  fails(sys.list(9999, new NameTable()), "EBADF");
  const file = ok(sys.openRead(root, A));
  fails(sys.list(file, new NameTable()), "ENOTDIR");
  ok(sys.close(file));
});

contract("list gives 9,000 entries and the longest names in chunks, each once", async ({ sys }) => {
  // In memory: ext4 takes its time over new files where as many have just been deleted.
  await using place = await makePlace();
  const { path } = place;
  const root = ok(sys.openRoot(nameOf(path)));
  const expected = new Set<string>();
  for (let index = 0; index < 9000; index++) expected.add(`entry-${index}`);
  for (let index = 0; index < 1000; index++) expected.add(`${index}-`.padEnd(255, "é".repeat(120)));
  const fitting = [...expected].map((name) => {
    while (bytes(name).length > 255) name = name.slice(0, -1);
    Deno.writeTextFileSync(`${path}/${name}`, "");
    return name;
  });
  const { kinds, chunks } = entriesOf(sys, root);
  assert.deepEqual([...kinds.keys()].sort(), fitting.sort());
  assert.ok(chunks >= 3, `${chunks} chunks`);
  ok(sys.close(root));
});
