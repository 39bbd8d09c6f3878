import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { A, bytes, contract, fails, LINK, ok, put, row, SUB, table, told } from "./ground.ts";

contract("times are kept to the promised step, before 1970 too, and the atime stays", (ground) => {
  const { sys, root, path } = ground;
  put(ground, A);
  ok(sys.makeDirectory(root, SUB, 0o755));
  const step = BigInt(sys.capabilities.timeStepNs);
  const atime = new Date(1_000_000_000_123);
  for (const name of ["a", "sub"]) Deno.utimeSync(`${path}/${name}`, atime, 0);
  const file = ok(sys.openRead(root, A));
  const directory = ok(sys.openBeneath(root, SUB));
  for (
    const [seconds, nanoseconds] of [
      [1_234_567_890, 987_654_321],
      [0, 0],
      [-1, 999_000_000],
      [-86_400_000, 1_000_000],
      [4_294_967_296, 664_000_000],
      [1_699_999_999, 1],
    ] as const
  ) {
    const exact = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
    const expected = exact - (((exact % step) + step) % step);
    ok(sys.setTimes(root, A, seconds, nanoseconds));
    assert.equal(told(ground, A).mtimeNs, expected);
    ok(sys.setTimes(root, SUB, seconds, nanoseconds));
    assert.equal(told(ground, SUB).mtimeNs, expected);
    ok(sys.setTimesHandle(file, 5, 0));
    assert.equal(told(ground, A).mtimeNs, 5_000_000_000n);
    ok(sys.setTimesHandle(file, seconds, nanoseconds));
    ok(sys.setTimesHandle(directory, 5, 0));
    ok(sys.setTimesHandle(directory, seconds, nanoseconds));
    assert.equal(row((table) => sys.statHandle(file, table, 0)).mtimeNs, expected);
    assert.equal(row((table) => sys.statHandle(directory, table, 0)).mtimeNs, expected);
  }
  for (const name of ["a", "sub"]) {
    assert.equal(Deno.statSync(`${path}/${name}`).atime?.getTime(), atime.getTime());
  }
  ok(sys.close(file));
  ok(sys.close(directory));
  fails(sys.setTimes(root, nameOf("missing"), 0, 0), "ENOENT");
});

contract("a link's times are its own", (ground) => {
  const { sys, root } = ground;
  put(ground, A);
  ok(sys.symlink(A, root, LINK));
  const before = told(ground, A).mtimeNs;
  ok(sys.setTimes(root, LINK, 1_234_567_890, 664_000_000));
  assert.equal(told(ground, LINK).mtimeNs, 1_234_567_890_664_000_000n);
  ok(sys.setTimes(root, LINK, -7, 0));
  assert.equal(told(ground, LINK).mtimeNs, -7_000_000_000n);
  assert.equal(told(ground, A).mtimeNs, before);
});

contract("modes are set by name and by handle, but not through a link", (ground) => {
  const { sys, root } = ground;
  put(ground, A);
  ok(sys.makeDirectory(root, SUB, 0o755));
  ok(sys.symlink(A, root, LINK));
  ok(sys.setMode(root, A, 0o4755));
  assert.equal(told(ground, A).permissions, 0o4755);
  ok(sys.setMode(root, SUB, 0o3750));
  assert.equal(told(ground, SUB).permissions, 0o3750);
  fails(sys.setMode(root, LINK, 0o777), "EOPNOTSUPP");
  assert.equal(told(ground, A).permissions, 0o4755);
  const file = ok(sys.openRead(root, A));
  ok(sys.setModeHandle(file, 0o600));
  assert.equal(told(ground, A).permissions, 0o600);
  ok(sys.close(file));
  const directory = ok(sys.openBeneath(root, SUB));
  ok(sys.setModeHandle(directory, 0o700));
  assert.equal(told(ground, SUB).permissions, 0o700);
  ok(sys.close(directory));
  fails(sys.setMode(root, nameOf("missing"), 0o600), "ENOENT");
  fails(sys.setModeHandle(9999, 0o600), "EBADF");
});

contract("owners are set by name, a link's own included, and by handle", (ground) => {
  const { sys, root } = ground;
  assert.ok(sys.capabilities.owners);
  put(ground, A);
  ok(sys.symlink(A, root, LINK));
  ok(sys.setOwner(root, LINK, 12, 34));
  assert.deepEqual([told(ground, LINK).uid, told(ground, LINK).gid], [12, 34]);
  assert.deepEqual([told(ground, A).uid, told(ground, A).gid], [0, 0]);
  ok(sys.setOwner(root, A, -1, 4_000_000_000));
  assert.deepEqual([told(ground, A).uid, told(ground, A).gid], [0, 4_000_000_000]);
  const file = ok(sys.openRead(root, A));
  ok(sys.setOwnerHandle(file, 56, -1));
  assert.deepEqual([told(ground, A).uid, told(ground, A).gid], [56, 4_000_000_000]);
  ok(sys.close(file));
  ok(sys.setOwnerHandle(root, 78, 90));
  assert.equal(row((table) => sys.statHandle(root, table, 0)).uid, 78);
}, ["root"]);

contract("stat tells the device and inode that stat(1) tells", (ground) => {
  const { sys, root, path } = ground;
  put(ground, A, "x".repeat(5000));
  ok(sys.stat(root, A, table, 0));
  const { stdout } = new Deno.Command("stat", {
    args: ["-c", "%Hd %Ld %i %b %h %u %g %f", `${path}/a`],
  }).outputSync();
  assert.equal(
    [
      table.deviceMajor[0],
      table.deviceMinor[0],
      (table.inodeLow[0] ?? 0) + (table.inodeHigh[0] ?? 0) * 2 ** 32,
      table.blocks[0],
      table.links[0],
      table.uid[0],
      table.gid[0],
      table.mode[0]?.toString(16),
    ].join(" "),
    new TextDecoder().decode(stdout).trim(),
  );
  const devices = ok(sys.openRoot(nameOf("/dev")));
  ok(sys.stat(devices, nameOf("null"), table, 0));
  assert.deepEqual([table.kind(0), table.nodeMajor[0], table.nodeMinor[0]], [2, 1, 3]);
  ok(sys.close(devices));
});

contract("attributes are kept where the backend can, else refused", (ground) => {
  const { sys, root } = ground;
  put(ground, A);
  const file = sys.openPath(root, A);
  if (!sys.capabilities.xattrs) {
    fails(file, "EOPNOTSUPP");
    fails(sys.listAttributes(root), "EOPNOTSUPP");
    fails(sys.getAttribute(root, nameOf("user.x")), "EOPNOTSUPP");
    fails(sys.setAttribute(root, nameOf("user.x"), bytes("")), "EOPNOTSUPP");
    fails(sys.removeAttribute(root, nameOf("user.x")), "EOPNOTSUPP");
    return;
  }
  ok(file);
  ok(sys.setAttribute(file, nameOf("user.x"), bytes("value")));
  assert.deepEqual(sys.getAttribute(file, nameOf("user.x")), bytes("value"));
  assert.deepEqual(sys.listAttributes(file), nameOf("user.x"));
  ok(sys.removeAttribute(file, nameOf("user.x")));
  fails(sys.getAttribute(file, nameOf("user.x")), "ENODATA");
  ok(sys.close(file));
});

contract("attributes of every size are read by handle and by name", (ground) => {
  const { sys, root } = ground;
  if (!sys.capabilities.xattrs) return;
  put(ground, A);
  const file = ok(sys.openRead(root, A));
  const values = [0, 511, 512, 513, 3000, 1].map((length) => new Uint8Array(length).fill(length));
  for (const value of values) {
    ok(sys.setAttribute(file, nameOf("user.x"), value));
    assert.deepEqual(sys.getAttribute(file, nameOf("user.x")), value);
    assert.deepEqual(sys.getAttribute(root, nameOf("user.x"), A), value);
  }
  const names = Array.from({ length: 40 }, (_, at) => `user.${"n".repeat(20)}${at}`);
  for (const name of names) ok(sys.setAttribute(file, nameOf(name), bytes("v")));
  for (const list of [sys.listAttributes(file), sys.listAttributes(root, A)]) {
    assert.ok(typeof list !== "number");
    const listed = new TextDecoder().decode(list).split("\0").slice(0, -1);
    assert.deepEqual(listed.toSorted(), [...names, "user.x"].toSorted());
  }
  fails(sys.listAttributes(root, nameOf("absent")), "ENOENT");
  fails(sys.getAttribute(root, nameOf("user.none"), A), "ENODATA");
  ok(sys.close(file));
});

contract("attributes of a name are its own, not those of what it points to", (ground) => {
  const { sys, root, path } = ground;
  if (!sys.capabilities.xattrs || Deno.uid() !== 0) return;
  put(ground, A);
  Deno.symlinkSync("a", `${path}/link`);
  Deno.mkdirSync(`${path}/d`);
  const link = nameOf("link"), key = nameOf("trusted.blit");
  for (const [name, text] of [[A, "file"], [link, "link"]] as const) {
    const held = ok(sys.openPath(root, name));
    ok(sys.setAttribute(held, key, bytes(text)));
    assert.deepEqual(sys.getAttribute(held, key), bytes(text));
    ok(sys.close(held));
  }
  const directory = ok(sys.openBeneath(root, nameOf("d")));
  fails(sys.listAttributes(directory, link), "ENOENT");
  assert.deepEqual(sys.getAttribute(root, key, link), bytes("link"));
  assert.deepEqual(sys.getAttribute(root, key, A), bytes("file"));
  ok(sys.close(directory));
});

contract("the identity is who runs the process", ({ sys }) => {
  const { uid, gid, groups, umask } = sys.identity;
  assert.deepEqual([uid, gid, umask], [Deno.uid(), Deno.gid(), Deno.umask()]);
  assert.ok(groups.has(gid));
});
