import assert from "node:assert/strict";
import { list, modules } from "../../mod.ts";
import { run } from "../support/mod.ts";
import { gathered, onDaemon, refusal } from "./admin_ground.ts";

onDaemon("list through a daemon", {
  "it lists what is listed at home, whatever the names and kinds": async (g) => {
    const plain = { recursive: false, targets: true };
    const deep = { recursive: true, targets: true };
    for (const options of [plain, deep, { ...deep, hashes: true }, { ...deep, pathsOnly: true }]) {
      const local = await gathered(list(`${g.odd}/`, options));
      assert.ok(local.length > (options.recursive ? 50 : 5), `${local.length} entries`);
      assert.deepEqual(await gathered(list(g.daemon.endpoint("odd"), options)), local);
      assert.deepEqual(await gathered(list(g.daemon.module("odd"), options)), local);
    }
  },

  "a file is listed as itself, and so is a link": async (g) => {
    await Deno.writeTextFile(`${g.path}/file`, "hello");
    await Deno.symlink(g.odd, `${g.path}/link`);
    const [file, ...rest] = await gathered(list(g.daemon.endpoint("file")));
    assert.deepEqual([file?.path, file?.kind, file?.size, rest.length], ["", "file", 5, 0]);
    const [link] = await gathered(list(g.daemon.endpoint("link"), { targets: true }));
    assert.deepEqual([link?.kind, link?.target], ["symlink", g.odd]);
  },

  "links that lead out of a module are listed and not followed": async (g) => {
    await run("mkdir", ["-p", `${g.path}/secret`, `${g.odd}/in`]);
    await Deno.writeTextFile(`${g.path}/secret/key`, "secret");
    await Deno.symlink(`${g.path}/secret`, `${g.odd}/in/out`);
    await Deno.symlink("../../secret", `${g.odd}/in/up`);
    const found = await gathered(list(g.daemon.module("odd", "in"), { recursive: true }));
    assert.deepEqual(found.map(({ path, kind }) => [path, kind]).sort(), [
      ["out", "symlink"],
      ["up", "symlink"],
    ]);
    for (const path of ["in/out/", "in/out/key", "in/up/.", "in/up/key"]) {
      const { code, message } = await refusal(list(g.daemon.module("odd", path)));
      assert.equal(code, "ELOOP", message);
      assert.match(message, /leads through a symbolic link/);
      assert.ok(!message.includes(g.path), message);
    }
  },

  "what is not there is said so, and not where a module lies": async (g) => {
    const refusals = [
      await refusal(list(g.daemon.module("nowhere"))),
      await refusal(list(g.daemon.module("odd", "not/there"))),
      await refusal(list(g.daemon.endpoint("not-there"))),
    ];
    assert.deepEqual(refusals.map(({ code, exitCode }) => [code, exitCode]), [
      ["no-such-module", 1],
      ["path-missing", 1],
      ["path-missing", 1],
    ]);
    assert.match(refusals[0]?.message ?? "", /no module "nowhere"/);
    assert.match(refusals[1]?.message ?? "", /"\/odd\/not\/there" does not exist/);
    for (const { message } of refusals) assert.ok(!message.includes(g.path), message);
  },

  "it tells what it exports": async (g) => {
    const { modules: listed, ...rest } = await modules(`${g.daemon.host}:${g.daemon.port}`);
    assert.deepEqual(listed, [
      { name: "odd", comment: "", readOnly: false },
      { name: "frozen", comment: "", readOnly: true },
    ]);
    assert.deepEqual([rest.defaultExport, rest.defaultReadOnly, rest.motd], [true, false, ""]);
    assert.match(rest.version, /^\d+\.\d+\.\d+/);
  },
});

Deno.test("a host that is none, and one without a daemon, are told apart", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const nobody = await refusal(list(`127.0.0.1:${port}/m/`));
  assert.deepEqual([nobody.code, nobody.exitCode], ["connection-refused", 1]);
  const noHost = await refusal(list("no-such-host.invalid:/m/"));
  assert.deepEqual([noHost.code, noHost.exitCode], ["unknown-host", 1]);
  const noPort = await refusal(modules("127.0.0.1:0"));
  assert.deepEqual([noPort.code, noPort.exitCode], ["endpoint-port", 64]);
});
