import assert from "node:assert/strict";
import { Kind, StatTable } from "../../../core/entry/mod.ts";
import { Errno, type ErrnoName } from "../../../core/sys/errno.ts";
import { failure } from "../../../core/sys/portable/errors.ts";
import { linkTime } from "../../../core/sys/portable/links.ts";
import { storeStatus } from "../../../core/sys/portable/status.ts";

Deno.test("what Deno throws becomes an errno by code, by class, by number, and last EIO", () => {
  const coded = Object.assign(new Error("no matter"), { code: "ENOTEMPTY" });
  const cases: readonly (readonly [unknown, ErrnoName])[] = [
    [coded, "ENOTEMPTY"],
    [new Deno.errors.NotFound("x"), "ENOENT"],
    [new Deno.errors.NotCapable("x"), "EACCES"],
    [new Deno.errors.BadResource("x"), "EBADF"],
    [new Deno.errors.InvalidData("x"), "EILSEQ"],
    [new Deno.errors.FilesystemLoop("x"), "ELOOP"],
    [new Error("something else"), "EIO"],
    ["a string", "EIO"],
  ];
  for (const [thrown, expected] of cases) assert.equal(failure(thrown), -Errno[expected]);
  if (Deno.build.os === "linux") {
    assert.equal(failure(new Error("Too large (os error 27): '/(os error 5)'")), -Errno.EFBIG);
  }
});

/** A file on Windows, where Deno tells little. */
const sparse: Deno.FileInfo = {
  isFile: true,
  isDirectory: false,
  isSymlink: false,
  size: 1000,
  mtime: new Date(-1),
  atime: null,
  birthtime: null,
  ctime: null,
  dev: 7,
  ino: null,
  mode: null,
  nlink: null,
  uid: null,
  gid: null,
  rdev: null,
  blksize: null,
  blocks: null,
  isBlockDevice: null,
  isCharDevice: null,
  isFifo: null,
  isSocket: null,
};

Deno.test("what a system does not tell has a value that harms nothing", () => {
  const table = new StatTable(3);
  assert.equal(storeStatus(sparse, table, 0), 0);
  assert.equal(table.mode[0], Kind.File << 12 | 0o644);
  assert.equal(table.links[0], 1);
  assert.ok((table.blocks[0] ?? 0) * 512 >= 1000, "not taken for a file with holes");
  assert.deepEqual([table.mtimeSeconds[0], table.mtimeNanoseconds[0]], [-1, 999_000_000]);
  storeStatus({ ...sparse, isFile: false, isDirectory: true }, table, 1);
  assert.equal(table.kind(1), Kind.Directory);
  storeStatus({ ...sparse, isFile: false, isSymlink: true }, table, 2);
  assert.equal(table.kind(2), Kind.Symlink);
  assert.ok(!table.sameInode(0, table, 1) && !table.sameInode(1, table, 2));
});

Deno.test("inodes that a double cannot tell apart never make two files one", () => {
  const table = new StatTable(2);
  const high = { ...sparse, ino: 2 ** 60, nlink: 2 };
  storeStatus(high, table, 0);
  storeStatus(high, table, 1);
  assert.ok(!table.sameInode(0, table, 1));
  assert.equal(table.links[0], 1);
});

Deno.test("a time that a Date cannot hold fails instead of becoming another one", () => {
  const table = new StatTable(1);
  assert.equal(storeStatus({ ...sparse, mtime: new Date(NaN) }, table, 0), -Errno.EOVERFLOW);
});

Deno.test("a link's times before 1970 are set in whole seconds or not at all", () => {
  assert.deepEqual(linkTime(-2000), new Date(-2000));
  assert.equal(linkTime(-1500), undefined);
});
