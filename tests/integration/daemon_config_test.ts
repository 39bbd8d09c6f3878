import assert from "node:assert/strict";
import { VERSION } from "../../core/version.ts";
import { connect } from "../../core/remote/grpc/mod.ts";
import { type Background, inBackground } from "../support/background.ts";
import {
  bash,
  command,
  type CommandOutput,
  makePlace,
  needing,
  programFile,
} from "../support/mod.ts";

const MAIN = programFile("blit-daemon");
const STAND_IN = new URL("./daemon_stand_in.ts", import.meta.url).pathname;
const DENO = ["run", "--quiet", "--no-check", "--allow-all"];

interface Where {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function daemon(args: readonly string[], where: Where = {}): Promise<CommandOutput> {
  return command(Deno.execPath(), [...DENO, MAIN, ...args], where);
}

function inFront(args: readonly string[], where: Where = {}): Background {
  return inBackground(Deno.execPath(), [...DENO, STAND_IN, "--no-mdns", ...args], where);
}

/** What the stand-in was told, without its settings. */
function told(daemon: Background): unknown[] {
  return daemon.stdout().trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The log as sentences; fails for a line that is no JSON with time and level. */
function sentences(daemon: Background): string[] {
  return daemon.stderr().trimEnd().split("\n").map((line) => {
    const { time, level, session, message } = JSON.parse(line);
    assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/);
    return [level, session, message].filter(Boolean).join(" ");
  });
}

const module = (name: string, path: string, more = ""): string =>
  `[[module]]\nname = "${name}"\npath = "${path}"\n${more}`;

Deno.test("--check shows on stdout what would be exported to whom, and listens nowhere", async () => {
  await using place = await makePlace();
  const config = `${place.path}/config.toml`;
  await Deno.writeTextFile(
    config,
    `[daemon]\nbind = "0.0.0.0"\n${module("usr", "/usr", "read_only = true\n")}`,
  );
  const { code, stdout, stderr } = await daemon([
    "--config",
    config,
    "--mdns-name",
    "usr",
    "--check",
  ]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(
    stdout,
    'Exports "/usr" as server:/usr/ (read-only).\n' +
      "Would listen on 0.0.0.0 (every IPv4 address of this machine) port 9031, any free data " +
      "port: reachable from the network.\n" +
      'Would advertise by mDNS as "usr".\n' +
      "Peers are not authenticated and nothing is encrypted: whoever reaches these addresses " +
      "can read everything that is exported.\n",
  );
});

Deno.test("a wrong file stops with 64 and the offending line, whether checked or served", async () => {
  await using place = await makePlace();
  const config = `${place.path}/config.toml`;
  await Deno.writeTextFile(config, '[daemon]\nprot = 1\n[[module]]\nname = "a"\n');
  for (const args of [["--check"], []]) {
    const { code, stdout, stderr } = await daemon(["--config", config, ...args]);
    assert.deepEqual([code, stdout], [64, ""]);
    assert.equal(
      stderr,
      "blit-daemon: The configuration cannot be used:\n" +
        `${config}:2:1: "prot" is not known in [daemon]. Did you mean "port"?\n` +
        "    prot = 1\n" +
        "    ^\n" +
        `${config}:3:3: [[module]] lacks "path".\n` +
        "    [[module]]\n" +
        "      ^\n",
    );
  }
});

Deno.test("a named file that is missing is an error, and a wrong option a usage error", async () => {
  const missing = await daemon(["--config", "/no/such/file.toml", "--check"]);
  assert.equal(missing.code, 64);
  assert.match(missing.stderr, /\/no\/such\/file\.toml: There is no such file\./);
  const wrong = await daemon(["--prot", "1"]);
  assert.equal(wrong.code, 64);
  assert.match(wrong.stderr, /Unknown option "--prot"\. Did you mean --port\?\nTry "blit-daemon/);
});

Deno.test({
  ...needing("a link that somebody else planted is not followed", "root"),
  async fn() {
    await using place = await makePlace();
    const script = 'cd "$1"; printf "secret" >s.toml; ln -s s.toml c.toml; chown -h 65534 c.toml';
    await bash(script, [place.path]);
    const { code, stderr } = await daemon(["--config", `${place.path}/c.toml`, "--check"]);
    assert.equal(code, 64);
    assert.match(stderr, /the link ".*\/c\.toml" on the way to it belongs to user 65534/);
    assert.doesNotMatch(stderr, /secret/);
  },
});

Deno.test({
  name: "a root whose name is not UTF-8 is served",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace();
    const script = `mkdir "$1/"$'\\xff'; cd "$1"; shift; "$@" --check --root $'\\xff'`;
    const words = [place.path, Deno.execPath(), ...DENO, MAIN];
    const stdout = await bash(script, words);
    assert.match(stdout, /^Exports "\/.*\/\\xff" as server:\/\/ \(read and write\)\.\n/);
  },
});

Deno.test("it says what it serves, where, and stops on SIGTERM with 0", async () => {
  await using place = await makePlace();
  await using running = inFront(["--port", "0"], { cwd: place.path });
  const [, port] = await running.said(/Listening on 127\.0\.0\.1 port (\d+), data port 40000/);
  (await Deno.connect({ hostname: "127.0.0.1", port: Number(port) })).close();
  running.signal("SIGTERM");
  assert.equal((await running.ended()).code, 0);
  assert.deepEqual(sentences(running), [
    `warning Neither a module nor a root is configured, so the working directory ` +
    `"${place.path}" is served. To choose one, use --root.`,
    `info Exports "${place.path}" as server:// (read and write).`,
    "info s1\\n A session.",
    `info Listening on 127.0.0.1 port ${port}, data port 40000: ` +
    "reachable from this machine only.",
    "info Stopping: sessions have 10 s to end.",
    "info Stopped.",
  ]);
  const [started, ...rest] = told(running) as [{ limits: Record<string, number> }, ...unknown[]];
  assert.equal(started.limits.sessions, 64);
  assert.deepEqual(rest, [{ drain: 10_000 }, "close"]);
});

Deno.test("SIGHUP takes the new file, and a broken one changes nothing", async () => {
  await using place = await makePlace();
  const config = `${place.path}/config.toml`;
  await Deno.writeTextFile(config, module("one", "/usr"));
  await using running = inFront(["--config", config, "--port", "0"]);
  await running.said(/Listening on/);
  await Deno.writeTextFile(
    config,
    `[daemon]\nmotd = "new"\nbind = "::1"\n${module("two", "/etc")}`,
  );
  running.signal("SIGHUP");
  await running.said(/stay as they are until the daemon is started again/);
  await Deno.writeTextFile(config, '[daemon]\nmotd = \n[[module]]\nname = "broken"\n');
  running.signal("SIGHUP");
  await running.said(/was not changed, because what was read cannot be used/);
  running.signal("SIGINT");
  assert.equal((await running.ended()).code, 0);
  const [, ...rest] = told(running);
  assert.deepEqual(rest, [
    { reload: ["two"], motd: "new" },
    { drain: 10_000 },
    "close",
  ]);
  const said = sentences(running).join("\n");
  assert.match(said, /^info Exports "\/etc" as server:\/two\/ \(read and write\)\.$/m);
  assert.match(said, /^error .*config\.toml:2:8: This is not TOML: .*\nerror {5}motd = \nerror/m);
});

Deno.test("a second signal does not wait for sessions", async () => {
  await using running = inFront(["--port", "0", "--root", "/usr"], {
    env: { BLIT_TEST_SERVER: "drain=60000" },
  });
  await running.said(/Listening on/);
  running.signal("SIGTERM");
  await running.said(/sessions have 10 s to end/);
  const start = performance.now();
  running.signal("SIGINT");
  assert.equal((await running.ended()).code, 0);
  assert.ok(performance.now() - start < 30_000);
  assert.match(
    sentences(running).join("\n"),
    /^warning Stopping at once, sessions are cut off\.$/m,
  );
});

Deno.test("clients see the modules and the greeting of the file, and of the next after SIGHUP", async () => {
  await using place = await makePlace();
  const config = `${place.path}/config.toml`;
  await Deno.writeTextFile(
    config,
    '[daemon]\nmotd = "Hello"\nroot = "/etc"\n' +
      module("usr", "/usr", 'read_only = true\ncomment = "programs"\n'),
  );
  await using running = inBackground(Deno.execPath(), [
    ...DENO,
    MAIN,
    ...["--config", config, "--port", "0"],
  ]);
  const [, port] = await running.said(/Listening on 127\.0\.0\.1 port (\d+)/);
  const connection = await connect("127.0.0.1", Number(port), { version: "0.0.0" });
  assert.equal((await connection.ping()).hello?.version, VERSION);
  const first = await connection.listModules();
  assert.deepEqual(first.modules, [{ name: "usr", comment: "programs", readOnly: true }]);
  assert.deepEqual([first.motd, first.defaultExport, first.defaultReadOnly], [
    "Hello",
    true,
    false,
  ]);
  await Deno.writeTextFile(config, module("etc", "/etc"));
  running.signal("SIGHUP");
  await running.said(/as server:\/etc\//);
  const second = await connection.listModules();
  assert.deepEqual(second.modules.map(({ name }) => name), ["etc"]);
  assert.deepEqual([second.motd, second.defaultExport], ["", false]);
  connection.close();
  running.signal("SIGTERM");
  assert.equal((await running.ended()).code, 0);
});

Deno.test("a port that is taken is said with its number, be it for control or for data", async () => {
  await using place = await makePlace();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  for (const taken of [`port = ${port}`, `port = 0\ndata_port = ${port}`]) {
    const config = `${place.path}/config.toml`;
    await Deno.writeTextFile(config, `[daemon]\nroot = "/usr"\n${taken}\n`);
    const { code, stderr } = await daemon(["--config", config, "--no-mdns"]);
    assert.equal(code, 1, taken);
    const sentence = `Cannot listen on \\"127.0.0.1\\" port ${port}: the port is in use.`;
    assert.ok(stderr.includes(`"level":"error","message":${`"${sentence}"`}`), stderr);
  }
});

Deno.test("a defect in a session is logged, and the daemon goes on", async () => {
  await using running = inFront(["--port", "0", "--root", "/usr"], {
    env: { BLIT_TEST_SERVER: "defect" },
  });
  await running.said(/A defect: Error: of a timer/);
  await running.said(/A defect: Error: of a promise/);
  running.signal("SIGTERM");
  assert.equal((await running.ended()).code, 0);
});

Deno.test("a daemon that cannot listen says why and ends with 1", async () => {
  await using running = inFront(["--root", "/usr"], { env: { BLIT_TEST_SERVER: "fail" } });
  assert.equal((await running.ended()).code, 1);
  assert.match(running.stderr(), /Cannot listen on \\"127\.0\.0\.1\\" port 9031: in use\./);
});
