import assert from "node:assert/strict";
import { nameOf, StatTable } from "../../../core/entry/mod.ts";
import { ground, ok, put, refuses } from "./ground.ts";

const A = nameOf("a");
const SUB = nameOf("sub");

Deno.test("a directory handle does not act on what took the directory's place", () =>
  ground(({ sys, root, path }) => {
    Deno.mkdirSync(`${path}/sub`);
    Deno.mkdirSync(`${path}/other`, { mode: 0o755 });
    const sub = ok(sys.openBeneath(root, SUB));
    Deno.renameSync(`${path}/sub`, `${path}/moved`);
    Deno.symlinkSync("other", `${path}/sub`);
    refuses("ESTALE", [
      sys.statHandle(sub, new StatTable(1), 0),
      sys.setModeHandle(sub, 0o777),
      sys.setOwnerHandle(sub, 1, 1),
      sys.setTimesHandle(sub, 1, 0),
    ]);
    const other = Deno.statSync(`${path}/other`);
    assert.equal((other.mode ?? 0) & 0o777, 0o755);
    assert.notEqual(other.mtime?.getTime(), 1000);
    ok(sys.close(sub));
  }));

Deno.test("nothing is opened beneath what took a directory's place", () =>
  ground(({ sys, root, path }) => {
    Deno.mkdirSync(`${path}/sub/sub`, { recursive: true });
    Deno.mkdirSync(`${path}/other/sub/sub`, { recursive: true });
    const sub = ok(sys.openBeneath(root, SUB));
    const deep = ok(sys.openBeneath(sub, SUB));
    Deno.renameSync(`${path}/sub`, `${path}/moved`);
    Deno.symlinkSync("other", `${path}/sub`);
    refuses("ESTALE", [
      sys.openBeneath(sub, SUB),
      sys.openBeneath(sub, nameOf("")),
      sys.openBeneath(deep, nameOf("")),
    ]);
    ok(sys.close(deep));
    ok(sys.close(sub));
  }));

Deno.test("a file handle keeps to its file, and says so where it must go by the path", () =>
  ground((here) => {
    const { sys, root, path } = here;
    put(here, A, "one");
    put(here, nameOf("b"), "other");
    const file = ok(sys.openRead(root, A));
    Deno.renameSync(`${path}/b`, `${path}/a`);
    const table = new StatTable(1);
    ok(sys.statHandle(file, table, 0));
    assert.equal(table.size[0], 3);
    ok(sys.setTimesHandle(file, 1, 0));
    refuses("ESTALE", [sys.setModeHandle(file, 0), sys.setOwnerHandle(file, 1, 1)]);
    const other = Deno.statSync(`${path}/a`);
    assert.notEqual((other.mode ?? 0) & 0o777, 0);
    assert.notEqual(other.mtime?.getTime(), 1000);
    ok(sys.close(file));
  }));

Deno.test("times that cannot be set are refused and leave the old ones", () =>
  ground((here) => {
    const { sys, root, path } = here;
    put(here, A);
    Deno.utimeSync(`${path}/a`, 5, 5);
    refuses("EOVERFLOW", [sys.setTimes(root, A, 9e12, 0), sys.setTimes(root, A, -9e12, 0)]);
    assert.equal(Deno.statSync(`${path}/a`).mtime?.getTime(), 5000);
    ok(sys.symlink(A, root, nameOf("link")));
    const before = Deno.lstatSync(`${path}/link`).mtime?.getTime();
    refuses("EOPNOTSUPP", [sys.setTimes(root, nameOf("link"), -2, 500_000_000)]);
    assert.equal(Deno.lstatSync(`${path}/link`).mtime?.getTime(), before);
  }));
