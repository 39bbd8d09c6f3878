import assert from "node:assert/strict";
import { NOBODY, unmet } from "../../support/host.ts";

const BACKEND = new URL("../../../core/sys/portable.ts", import.meta.url).href;
const ENTRY = new URL("../../../core/entry/mod.ts", import.meta.url).href;

/** Runs a script on the portable backend in another process; gives what it printed as JSON. */
function told(
  script: string,
  permissions: string[],
  wrap: string[] = [],
  prepare: (path: string) => void = () => {},
): unknown {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "blit-portable-" }));
  try {
    Deno.chmodSync(path, 0o777);
    prepare(path);
    Deno.writeTextFileSync(
      `${path}/script.ts`,
      `import { openPortable } from ${JSON.stringify(BACKEND)};
       import { nameOf, NameTable, StatTable } from ${JSON.stringify(ENTRY)};
       const sys = openPortable();
       const path = Deno.args[0];
       const root = sys.openRoot(nameOf(path));
       ${script}`,
    );
    const [program = "", ...args] = [...wrap, Deno.execPath(), "run", "--no-check", "--no-config"];
    const granted = permissions.map((permission) => permission.replace("PATH", path));
    // No --no-prompt: a question to the user would show on stderr (there is no terminal to ask).
    const output = new Deno.Command(program, {
      args: [...args, ...granted, `${path}/script.ts`, path],
      env: { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: `${path}/cache` },
    }).outputSync();
    const errors = new TextDecoder().decode(output.stderr);
    assert.equal(output.code, 0, errors);
    assert.equal(errors, "");
    return JSON.parse(new TextDecoder().decode(output.stdout));
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

Deno.test("read and write permission for one directory is enough, but for links", () => {
  const script = `
    const name = nameOf("a"), table = new StatTable(1);
    const file = sys.create(root, name, 0o4644);
    const { uid, gid, groups, umask } = sys.identity;
    console.log(JSON.stringify([
      sys.write(file, new Uint8Array(5), 5), sys.sync(file), sys.setTimesHandle(file, 7, 0),
      sys.setModeHandle(file, 0o600), sys.close(file), sys.stat(root, name, table, 0),
      table.mtimeSeconds[0], sys.rename(root, name, root, nameOf("b")),
      sys.setOwner(root, nameOf("b"), -1, -1), sys.list(root, new NameTable()) > 0,
      sys.symlink(name, root, nameOf("link")), sys.openRoot(nameOf("/etc")),
      uid, gid, [...groups], umask, sys.threadId(), sys.threadCpuNs(0)]));`;
  assert.deepEqual(
    told(script, ["--allow-read=PATH", "--allow-write=PATH"]),
    [5, 0, 0, 0, 0, 0, 7, 0, 0, true, -13, -13, -1, -1, [-1], 0o777, 0, -1],
  );
});

Deno.test("a link and its time need both permissions unscoped, and no FFI", () => {
  const script = `
    const link = nameOf("link"), table = new StatTable(1);
    console.log(JSON.stringify([sys.symlink(nameOf("x"), root, link),
      sys.setTimes(root, link, 1234567890, 664000000), sys.stat(root, link, table, 0),
      table.mtimeSeconds[0], table.mtimeNanoseconds[0]]));`;
  assert.deepEqual(
    told(script, ["--allow-read", "--allow-write"]),
    [0, 0, 0, 1234567890, 664000000],
  );
});

Deno.test("with --allow-sys the identity is told", () => {
  const script = `const { uid, gid, groups, umask } = sys.identity;
    console.log(JSON.stringify([uid, gid, groups.has(gid), umask]));`;
  assert.deepEqual(
    told(script, ["--allow-read", "--allow-write", "--allow-sys"]),
    [Deno.uid(), Deno.gid(), true, Deno.umask()],
  );
});

Deno.test({
  name: "too many open files fail with EMFILE, and closing one helps",
  ignore: Deno.build.os === "windows",
  fn() {
    const script = `
      sys.close(sys.create(root, nameOf("a"), 0o644));
      const open = [];
      for (;;) {
        const file = sys.openRead(root, nameOf("a"));
        if (file < 0) { open.push(file); break; }
        open.push(file);
      }
      const last = open.pop();
      sys.close(open[0]);
      console.log(JSON.stringify([last, sys.openRead(root, nameOf("a")) >= 0]));`;
    const limited = ["sh", "-c", 'ulimit -n 200; exec "$@"', "sh"];
    assert.deepEqual(told(script, ["--allow-read", "--allow-write"], limited), [-24, true]);
  },
});

const missing = unmet(["nobody"]);
Deno.test({
  name: "what another user locked fails with EACCES or EPERM",
  ignore: missing !== undefined,
  fn() {
    const script = `
      const locked = sys.openBeneath(root, nameOf("locked"));
      const closed = sys.openBeneath(root, nameOf("closed"));
      const file = nameOf("file"), fresh = nameOf("fresh");
      console.log(JSON.stringify([
        sys.openRead(locked, file), sys.create(locked, fresh, 0o644),
        sys.makeDirectory(locked, fresh, 0o755), sys.unlink(locked, file),
        sys.rename(locked, file, locked, fresh), sys.renameExclusive(locked, file, locked, fresh),
        sys.setMode(locked, file, 0o777), sys.setOwner(locked, file, 65534, 65534),
        sys.setTimes(locked, file, 1, 0),
        sys.openRoot(nameOf(path + "/closed/x")), sys.list(closed, new NameTable())]));`;
    const prepare = (path: string) => {
      Deno.mkdirSync(`${path}/locked`, { mode: 0o755 });
      Deno.writeTextFileSync(`${path}/locked/file`, "kept", { mode: 0o600 });
      Deno.mkdirSync(`${path}/closed`, { mode: 0o700 });
    };
    assert.deepEqual(
      told(script, ["-A"], ["setpriv", ...NOBODY], prepare),
      [-13, -13, -13, -13, -13, -13, -1, -1, -1, -13, -13],
    );
  },
});
