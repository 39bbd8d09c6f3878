import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import type { Result } from "../../../core/sys/sys.ts";
import { mountBind, mountTmpfs } from "../../support/mount.ts";
import { A, B, content, contract, fails, ok, put } from "./ground.ts";

contract("another file system says EXDEV, and a full one ENOSPC", async (ground) => {
  const { sys, root, path } = ground;
  put(ground, A, "kept");
  await using mount = await mountTmpfs(`${path}/small`, "size=64k");
  const small = ok(sys.openRoot(nameOf(mount.path)));
  const file = ok(sys.create(small, A, 0o644));
  const block = new Uint8Array(65536);
  let written: Result;
  do written = sys.write(file, block, block.length); while (written > 0);
  fails(written, "ENOSPC");
  ok(sys.close(file));
  fails(sys.rename(root, A, small, B), "EXDEV");
  fails(sys.renameExclusive(root, A, small, B), "EXDEV");
  fails(sys.link(root, A, small, B), "EXDEV");
  assert.equal(content(ground, A), "kept");
  ok(sys.close(small));
}, ["mount"]);

contract("a read-only file system says EROFS and changes nothing", async (ground) => {
  const { sys, root, path } = ground;
  put(ground, A, "x");
  Deno.mkdirSync(`${path}/ro`);
  Deno.mkdirSync(`${path}/rw`);
  Deno.writeTextFileSync(`${path}/rw/a`, "x");
  await using mount = await mountBind(`${path}/rw`, `${path}/ro`, "ro");
  const locked = ok(sys.openRoot(nameOf(mount.path)));
  fails(sys.create(locked, B, 0o644), "EROFS");
  fails(sys.makeDirectory(locked, B, 0o755), "EROFS");
  fails(sys.symlink(A, locked, B), "EROFS");
  fails(sys.unlink(locked, A), "EROFS");
  fails(sys.setMode(locked, A, 0o600), "EROFS");
  fails(sys.setTimes(locked, A, 1, 0), "EROFS");
  fails(sys.rename(locked, A, locked, B), "EROFS");
  fails(sys.rename(root, A, locked, B), "EXDEV", "EROFS");
  fails(sys.link(root, A, locked, B), "EXDEV", "EROFS");
  fails(sys.renameExclusive(root, A, locked, B), "EXDEV", "EROFS");
  assert.equal(content(ground, A), "x");
  ok(sys.close(locked));
}, ["mount"]);
