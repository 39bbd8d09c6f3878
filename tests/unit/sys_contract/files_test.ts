import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { A, B, bytes, content, contract, fails, ok, put, row, table, told } from "./ground.ts";

contract("reads and writes go on at the file's position", (ground) => {
  const { sys, root } = ground;
  const file = ok(sys.create(root, A, 0o644));
  assert.equal(sys.write(file, bytes("hello, world"), 5), 5);
  assert.equal(sys.write(file, bytes(", you"), 5), 5);
  ok(sys.seek(file, 3));
  const buffer = new Uint8Array(64);
  assert.equal(sys.read(file, buffer, 4), 4);
  assert.equal(new TextDecoder().decode(buffer.subarray(0, 4)), "lo, ");
  assert.equal(sys.read(file, buffer, buffer.length), 3);
  assert.equal(sys.read(file, buffer, buffer.length), 0);
  ok(sys.seek(file, 2 ** 33));
  assert.equal(sys.write(file, bytes("!"), 1), 1);
  const sparse = row((table) => sys.statHandle(file, table, 0));
  assert.equal(sparse.size, 2 ** 33 + 1);
  ok(sys.truncate(file, 4));
  assert.equal(told(ground, A).size, 4);
  ok(sys.truncate(file, 10));
  ok(sys.sync(file));
  ok(sys.close(file));
  assert.equal(content(ground, A), "hell\0\0\0\0\0\0");
  fails(sys.close(file), "EBADF");
  fails(sys.read(file, buffer, 1), "EBADF");
  fails(sys.statHandle(file, table, 0), "EBADF");
});

contract("a file that is there is opened for writing as it is", (ground) => {
  const { sys, root } = ground;
  put(ground, A, "as it was");
  const file = ok(sys.openWrite(root, A));
  ok(sys.seek(file, 3));
  assert.equal(sys.write(file, bytes("IT"), 2), 2);
  ok(sys.close(file));
  assert.equal(content(ground, A), "as IT was");
  fails(sys.openWrite(root, B), "ENOENT");
  ok(sys.symlink(A, root, B));
  fails(sys.openWrite(root, B), "ELOOP");
  ok(sys.makeDirectory(root, nameOf("directory"), 0o755));
  fails(sys.openWrite(root, nameOf("directory")), "EISDIR");
});

contract("a hole reads as zeros, and the size stays", (ground) => {
  const { sys, root } = ground;
  const file = ok(sys.create(root, A, 0o644));
  const content = new Uint8Array(12288).fill(7);
  assert.equal(sys.write(file, content, content.length), content.length);
  if (sys.name === "portable") fails(sys.punchHole(file, 4096, 4096), "EOPNOTSUPP");
  else {
    ok(sys.punchHole(file, 4000, 4200));
    ok(sys.seek(file, 0));
    assert.equal(sys.read(file, content, content.length), 12288);
    assert.deepEqual([content[3999], content[4000], content[8199], content[8200]], [7, 0, 0, 7]);
    assert.equal(ok(sys.seekHole(file, 0)), 4096);
  }
  ok(sys.close(file));
});

contract("whatever changes a file changes its change time, which nobody sets", async (ground) => {
  const { sys, root } = ground;
  put(ground, A, "content");
  const file = ok(sys.openWrite(root, A));
  const [before, after] = [new Float64Array(2), new Float64Array(2)];
  if (sys.name === "portable") {
    fails(sys.changeTime(file, before), "EOPNOTSUPP");
    ok(sys.close(file));
    return;
  }
  ok(sys.changeTime(file, before));
  assert.ok(Math.abs(before[0]! - Date.now() / 1000) < 60);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(sys.write(file, bytes("C"), 1), 1);
  ok(sys.setTimesHandle(file, 1000, 0));
  ok(sys.changeTime(file, after));
  const seconds = (time: Float64Array): number => time[0]! + time[1]! / 1e9;
  assert.ok(seconds(after) > seconds(before));
  ok(sys.close(file));
});

contract("a directory's lock is one handle's until that is closed", ({ sys, root }) => {
  const [one, other] = [
    ok(sys.openBeneath(root, nameOf(""))),
    ok(sys.openBeneath(root, nameOf(""))),
  ];
  ok(sys.tryLock(one));
  ok(sys.tryLock(one));
  fails(sys.tryLock(other), "EAGAIN");
  ok(sys.close(one));
  ok(sys.tryLock(other));
  ok(sys.close(other));
});

contract("misused files fail and change nothing", (ground) => {
  const { sys, root } = ground;
  put(ground, A, "x");
  const file = ok(sys.openRead(root, A));
  fails(sys.write(file, bytes("y"), 1), "EBADF");
  fails(sys.truncate(file, 0), "EINVAL", "EBADF");
  fails(sys.seek(file, -1), "EINVAL");
  ok(sys.close(file));
  const fresh = ok(sys.create(root, B, 0o644));
  ok(sys.write(fresh, bytes("kept"), 4));
  fails(sys.truncate(fresh, -1), "EINVAL");
  ok(sys.close(fresh));
  assert.equal(content(ground, B), "kept");
  fails(sys.openRead(root, nameOf("missing")), "ENOENT");
  assert.equal(content(ground, A), "x");
});

contract("calls inside the kernel do their work or say EOPNOTSUPP", (ground) => {
  const { sys, root } = ground;
  put(ground, A, "content");
  const source = ok(sys.openRead(root, A));
  for (const [name, copy] of [["b", sys.copyRange], ["c", sys.sendFile]] as const) {
    const file = ok(sys.create(root, nameOf(name), 0o644));
    ok(sys.seek(source, 0));
    const copied = copy.call(sys, source, file, 100);
    if (sys.name === "portable") fails(copied, "EOPNOTSUPP");
    else assert.equal(content(ground, nameOf(name)), "content");
    ok(sys.close(file));
  }
  ok(sys.close(source));
  const unnamed = sys.createUnnamed(root, 0o644);
  if (unnamed < 0) fails(unnamed, "EOPNOTSUPP");
  else {
    ok(sys.publish(unnamed, root, nameOf("published")));
    ok(sys.close(unnamed));
    assert.equal(told(ground, nameOf("published")).size, 0);
  }
});

contract("directories can be synced", ({ sys, root }) => {
  ok(sys.sync(root));
  const whole = sys.syncFilesystem(root);
  if (whole < 0) fails(whole, "ENOSYS");
  fails(sys.sync(9999), "EBADF");
});

contract("bytes are the same to the last, and what follows does not count", ({ sys }) => {
  for (const length of [0, 1, 3, 4, 5, 64, 65, 4096, 100_003]) {
    const one = new Uint8Array(length + 8).map((_, at) => at * 31);
    const other = one.slice();
    other[length] = 255 - (one[length] ?? 0);
    assert.equal(sys.equal(one, other, length), true);
    for (const at of [0, length >> 1, length - 1]) {
      if (at < 0 || at >= length) continue;
      const changed = one.slice();
      changed[at] = (one[at] ?? 0) ^ 0x80;
      assert.equal(sys.equal(one, changed, length), false, `${at} of ${length}`);
    }
  }
});
