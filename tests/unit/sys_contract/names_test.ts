import assert from "node:assert/strict";
import { Kind, nameOf, NameTable, StatTable } from "../../../core/entry/mod.ts";
import { Errno } from "../../../core/sys/errno.ts";
import {
  A,
  B,
  bytes,
  content,
  contract,
  entriesOf,
  fails,
  gone,
  LINK,
  ok,
  put,
  row,
  SUB,
  table,
  told,
} from "./ground.ts";

contract("odd names are kept byte for byte by every call", (ground) => {
  const { sys, root, path } = ground;
  const odd = [
    " ",
    "-rf",
    "new\nline",
    "\ttab\x01\x7f",
    "back\\slash",
    "quote'\"`$(x)*?[a]",
    "...",
    "trailing. ",
    "\ufeffmark",
    "e\u0301",
    "\u00e9",
    "\u{1f600}",
    "x".repeat(255),
    "€".repeat(85),
  ];
  for (const text of odd) {
    put(ground, nameOf(text), text);
    assert.deepEqual(Deno.readFileSync(`${path}/${text}`), bytes(text));
  }
  assert.deepEqual([...entriesOf(sys, root).kinds.keys()].sort(), [...odd].sort());
  for (const text of odd) {
    assert.equal(told(ground, nameOf(text)).size, bytes(text).length);
    ok(sys.rename(root, nameOf(text), root, A));
    ok(sys.unlink(root, A));
  }
  fails(sys.create(root, nameOf("x".repeat(256)), 0o644), "ENAMETOOLONG");
  fails(sys.stat(root, nameOf("x".repeat(256)), table, 0), "ENAMETOOLONG");
});

contract("a name ends at its NUL, whatever follows", (ground) => {
  put(ground, bytes("a\0bc"), "1");
  assert.equal(content(ground, A), "1");
});

contract("links are made and told exactly, and never followed", (ground) => {
  const { sys, root, path } = ground;
  const target = "../é/\ufeff target\n";
  ok(sys.symlink(nameOf(target), root, LINK));
  assert.equal(Deno.readLinkSync(`${path}/link`), target);
  const read = sys.readLink(root, LINK);
  assert.deepEqual(read, bytes(target));
  assert.equal(told(ground, LINK).kind, Kind.Symlink);
  fails(sys.symlink(nameOf("x"), root, LINK), "EEXIST");
  fails(sys.openRead(root, LINK), "ELOOP");
  fails(sys.create(root, LINK, 0o644), "EEXIST");
  put(ground, A);
  fails(sys.readLink(root, A), "EINVAL");
  fails(sys.readLink(root, nameOf("missing")), "ENOENT");
});

contract("a hard link to a link is a link, and to a file is that file", (ground) => {
  const { sys, root } = ground;
  put(ground, A, "x");
  ok(sys.link(root, A, root, B));
  const both = new StatTable(2);
  ok(sys.stat(root, A, both, 0));
  ok(sys.stat(root, B, both, 1));
  assert.ok(both.sameInode(0, both, 1));
  assert.equal(both.links[0], 2);
  ok(sys.symlink(nameOf("a"), root, LINK));
  ok(sys.link(root, LINK, root, nameOf("link2")));
  assert.equal(told(ground, nameOf("link2")).kind, Kind.Symlink);
  fails(sys.link(root, A, root, B), "EEXIST");
  fails(sys.link(root, nameOf("missing"), root, nameOf("c")), "ENOENT");
});

contract("rename replaces files, and renameExclusive nothing", (ground) => {
  const { sys, root, path } = ground;
  put(ground, A, "new");
  put(ground, B, "old");
  fails(sys.renameExclusive(root, A, root, B), "EEXIST");
  assert.equal(content(ground, B), "old");
  ok(sys.rename(root, A, root, B));
  assert.equal(content(ground, B), "new");
  gone(ground, A);
  ok(sys.renameExclusive(root, B, root, A));
  assert.equal(content(ground, A), "new");
  gone(ground, B);
  assert.equal(told(ground, A).links, 1);
  ok(sys.symlink(nameOf("nowhere"), root, LINK));
  fails(sys.renameExclusive(root, A, root, LINK), "EEXIST");
  ok(sys.renameExclusive(root, LINK, root, nameOf("moved")));
  assert.equal(told(ground, nameOf("moved")).kind, Kind.Symlink);
  Deno.mkdirSync(`${path}/sub`);
  Deno.mkdirSync(`${path}/full/x`, { recursive: true });
  fails(sys.renameExclusive(root, SUB, root, nameOf("full")), "EEXIST");
  fails(sys.rename(root, SUB, root, nameOf("full")), "ENOTEMPTY", "EEXIST");
  fails(sys.rename(root, A, root, SUB), "EISDIR");
  fails(sys.rename(root, SUB, root, A), "ENOTDIR");
  const full = ok(sys.openBeneath(root, nameOf("full")));
  ok(sys.renameExclusive(root, SUB, full, SUB));
  assert.ok(Deno.statSync(`${path}/full/sub`).isDirectory);
  fails(sys.rename(root, nameOf("missing"), root, A), "ENOENT");
  fails(sys.renameExclusive(root, nameOf("missing"), root, B), "ENOENT");
  ok(sys.close(full));
});

contract("unlink never removes a directory, nor removeDirectory anything else", (ground) => {
  const { sys, root, path } = ground;
  put(ground, A);
  Deno.mkdirSync(`${path}/sub/x`, { recursive: true });
  ok(sys.symlink(SUB, root, LINK));
  fails(sys.unlink(root, SUB), "EISDIR");
  fails(sys.unlink(root, nameOf("sub")), "EISDIR");
  fails(sys.removeDirectory(root, A), "ENOTDIR");
  fails(sys.removeDirectory(root, LINK), "ENOTDIR");
  fails(sys.removeDirectory(root, SUB), "ENOTEMPTY");
  Deno.removeSync(`${path}/sub/x`);
  fails(sys.unlink(root, SUB), "EISDIR");
  ok(sys.unlink(root, LINK));
  ok(sys.removeDirectory(root, SUB));
  ok(sys.unlink(root, A));
  for (const name of [A, LINK, SUB]) gone(ground, name);
  fails(sys.unlink(root, A), "ENOENT");
  fails(sys.removeDirectory(root, SUB), "ENOENT");
});

contract("makeDirectory and create take their mode less the umask", (ground) => {
  const { sys, root, path } = ground;
  const { umask } = sys.identity;
  ok(sys.makeDirectory(root, SUB, 0o1777));
  assert.equal(told(ground, SUB).permissions, 0o1777 & ~umask);
  fails(sys.makeDirectory(root, SUB, 0o755), "EEXIST");
  for (const mode of [0o600, 0o666, 0o4751, 0o444]) {
    ok(sys.close(ok(sys.create(root, A, mode))));
    assert.equal(told(ground, A).permissions, mode & ~umask);
    ok(sys.unlink(root, A));
  }
  put(ground, A, "kept");
  fails(sys.create(root, A, 0o644), "EEXIST");
  fails(sys.create(root, SUB, 0o644), "EEXIST");
  assert.equal(content(ground, A), "kept");
  Deno.removeSync(`${path}/sub`);
  fails(sys.makeDirectory(root, A, 0o755), "EEXIST");
});

contract("a fifo is made where the backend can, and opening it never blocks", (ground) => {
  const { sys, root, path } = ground;
  const made = sys.makeNode(root, nameOf("fifo"), Kind.Fifo << 12 | 0o600, 0, 0);
  if (sys.capabilities.nodes) ok(made);
  else {
    fails(made, "EOPNOTSUPP");
    assert.ok(new Deno.Command("mkfifo", { args: [`${path}/fifo`] }).outputSync().success);
  }
  const opened = sys.openRead(root, nameOf("fifo"));
  if (opened >= 0) {
    assert.equal(row((table) => sys.statHandle(opened, table, 0)).kind, Kind.Fifo);
    ok(sys.close(opened));
  }
});

contract("all names of a table are told of as each one is", ({ sys, root, path }) => {
  Deno.mkdirSync(`${path}/directory`);
  Deno.symlinkSync("nowhere", `${path}/link`);
  const names = new NameTable();
  for (let number = 0; number < 40; number++) {
    if (number % 3 > 0) Deno.writeTextFileSync(`${path}/file-${number}`, "x".repeat(number));
    names.add(nameOf(`file-${number}`), Kind.File);
  }
  names.add(nameOf("directory"), Kind.Directory);
  names.add(nameOf("link"), Kind.Symlink);
  const [all, each] = [new StatTable(), new StatTable()];
  const results = new Int32Array(names.count).fill(7);
  sys.statAll(root, names, 1, names.count - 1, all, results);
  assert.deepEqual([results[0], results[names.count - 1]], [7, 7]);
  sys.statAll(root, names, names.count - 1, names.count, all, results, names.kinds);
  for (let index = 1; index < names.count; index++) {
    assert.equal(results[index], sys.stat(root, names.at(index), each, index), `row ${index}`);
  }
  all.copyRow(0, each, 0);
  assert.deepEqual(all, each);
  assert.ok(results.includes(0) && results.includes(-Errno.ENOENT));
});
