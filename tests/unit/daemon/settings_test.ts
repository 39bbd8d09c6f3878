import assert from "node:assert/strict";
import { parse } from "../../../cli/arguments/parse.ts";
import { UsageError } from "../../../cli/arguments/usage_error.ts";
import { BLIT_DAEMON } from "../../../cli/table/mod.ts";
import { displayPath } from "../../../core/entry/display.ts";
import { openSys } from "../../../core/sys/mod.ts";
import { ConfigError, parseConfig } from "../../../daemon/config/mod.ts";
import { exportLines, exposureWarning, reachLine } from "../../../daemon/exports.ts";
import { makePlan, type Plan } from "../../../daemon/settings.ts";
import { makePlace } from "../../support/mod.ts";

async function plan(args: readonly string[], text?: string): Promise<Plan> {
  const { sys } = await openSys();
  try {
    const config = text === undefined ? undefined : parseConfig("/etc/blit/config.toml", text);
    return makePlan(parse(BLIT_DAEMON, args), config, sys);
  } finally {
    sys.end();
  }
}

const exported = ({ settings }: Pick<Plan, "settings">): string[] =>
  settings.modules.map(({ name, path }) => `${name}=${displayPath(path)}`);

async function sentences(text: string, args: readonly string[] = []): Promise<string[]> {
  const error = await plan(args, text).then(() => undefined, (error) => error);
  assert.ok(error instanceof ConfigError, String(error));
  return error.problems.map(({ message, at }) => `${at?.line}:${at?.column} ${message}`);
}

Deno.test("without anything the working directory is served to this machine, with a warning", async () => {
  const { settings, warnings } = await plan([]);
  assert.deepEqual(settings.addresses, ["127.0.0.1"]);
  assert.deepEqual([settings.port, settings.dataPort], [9031, 0]);
  assert.deepEqual(exported({ settings }), [`=${Deno.cwd()}`]);
  assert.match(warnings.join(), /working directory ".*" is served\. To choose one, use --root\./);
});

Deno.test("options win over the file", async () => {
  const text = '[daemon]\nbind = "0.0.0.0"\nport = 1\ndata_port = 2\nroot = "/etc"\nmotd = "m"\n';
  const { settings } = await plan(["--bind", "::1", "--port", "0", "--root", "/usr"], text);
  assert.deepEqual(settings.addresses, ["::1"]);
  assert.deepEqual([settings.port, settings.dataPort, settings.motd], [0, 2, "m"]);
  assert.deepEqual(exported({ settings }), ["=/usr"]);
  const own = await plan([], text);
  assert.deepEqual([own.settings.addresses, own.settings.port], [["0.0.0.0"], 1]);
  assert.deepEqual(exported(own), ["=/etc"]);
});

Deno.test("the machine's name is advertised, unless another is given or none wanted", async () => {
  const [own = ""] = Deno.hostname().split(".");
  assert.equal((await plan(["--root", "/usr"])).mdnsName, own || "blit");
  const text = '[daemon]\nmdns_name = "studio"\nroot = "/usr"\n';
  assert.equal((await plan([], text)).mdnsName, "studio");
  assert.equal((await plan(["--mdns-name", "attic"], text)).mdnsName, "attic");
  assert.equal((await plan(["--no-mdns"], text)).mdnsName, undefined);
  assert.equal((await plan(["--mdns-name", "a"], `${text}no_mdns = true\n`)).mdnsName, undefined);
});

Deno.test("modules are served alone, and a root is served besides them", async () => {
  const text = '[[module]]\nname = "u"\npath = "/usr"\nread_only = true\ncomment = "c"\n';
  const alone = await plan([], text);
  assert.deepEqual(exported(alone), ["u=/usr"]);
  assert.deepEqual(alone.warnings, []);
  const [module] = alone.settings.modules;
  assert.deepEqual([module?.readOnly, module?.useChroot, module?.comment], [true, false, "c"]);
  assert.deepEqual(exported(await plan(["--root", "/etc"], text)), ["=/etc", "u=/usr"]);
});

Deno.test("a root on the command line may be relative, and is made absolute", async () => {
  assert.deepEqual(exported(await plan(["--root", "daemon/"])), [`=${Deno.cwd()}/daemon`]);
});

Deno.test("each wrong module is shown where it is wrong", async () => {
  await using place = await makePlace();
  await Deno.writeTextFile(`${place.path}/file`, "");
  const module = (name: string, path: string): string =>
    `[[module]]\nname = ${JSON.stringify(name)}\npath = ${JSON.stringify(path)}\n`;
  const found = await sentences(
    [
      module("a", "/usr"),
      module("a", "relative"),
      module("b/c", `${place.path}/file`),
      module("", "/no/such/place"),
      module("x\u0001", "/us\u0000r"),
      module("..", "/usr"),
    ].join(""),
  );
  assert.deepEqual(found, [
    '5:8 "name" is taken: another module is called "a", in line 2.',
    '6:8 "path" takes an absolute path, such as /srv/photos.',
    '8:8 "name" holds a slash; "server:/NAME/path" could not name the module.',
    `9:8 "path" cannot be served: "${place.path}/file": not a directory.`,
    '11:8 "name" is empty; a module needs a name.',
    '12:8 "path" cannot be served: "/no/such/place": no such file or directory.',
    '14:8 "name" holds a control character.',
    '15:8 "path" holds a NUL character.',
    '17:8 "name" cannot be "..".',
  ]);
});

Deno.test("what [daemon] gets wrong is shown where it is wrong", async () => {
  const text = '[daemon]\nbind = ["::1", "here"]\nroot = "srv"\nmdns_name = ""\nport = 5\n' +
    "data_port = 5\n";
  const found = await sentences(text);
  assert.match(found[0] ?? "", /^2:8 "bind" takes addresses such as .*, not "here"\.$/);
  assert.match(found.join("\n"), /^3:8 "root" takes an absolute path/m);
  assert.match(found.join("\n"), /^4:13 "mdns_name" takes a name of 1 to 63 bytes/m);
  assert.match(found.join("\n"), /^6:13 "data_port" is the same as "port"/m);
});

Deno.test("what the command line gets wrong is a usage error", async () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["--port", "x"], /--port takes a whole number from 0 to 65535, not "x"/],
    [["--port", "65536"], /not "65536"/],
    [["--bind", "localhost:80"], /--bind takes addresses/],
    [["--root", "/no/such/place"], /Cannot serve "\/no\/such\/place": no such file or directory/],
    [["--root", "deno.json"], /Cannot serve "deno.json": not a directory/],
    [["--mdns-name", "a\nb"], /--mdns-name takes a name/],
    [["extra"], /takes no paths and no verbs, but "extra" was given/],
    [["--prot", "1"], /Unknown option "--prot"\. Did you mean --port\?/],
  ];
  for (const [args, sentence] of cases) {
    const error = await Promise.resolve().then(() => plan(args)).catch((error) => error);
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, sentence);
  }
});

Deno.test("it is said plainly what is exported to whom", async () => {
  const text = '[[module]]\nname = "u"\npath = "/usr"\nread_only = true\nuse_chroot = true\n';
  const { settings } = await plan(["--root", "/etc", "--bind", "0.0.0.0"], text);
  assert.deepEqual(exportLines(settings.modules), [
    'Exports "/etc" as server:// (read and write).',
    'Exports "/usr" as server:/u/ (read-only, in a changed root).',
  ]);
  assert.equal(
    reachLine("Listening", settings.addresses, "port 9031"),
    "Listening on 0.0.0.0 (every IPv4 address of this machine) port 9031: reachable from the network.",
  );
  assert.match(exposureWarning(settings) ?? "", /not authenticated.*change what is not read-only/);
  const own = (await plan(["--root", "/etc"])).settings;
  assert.equal(exposureWarning(own), undefined);
  assert.match(reachLine("Listening", own.addresses, "port 1"), /from this machine only\.$/);
});
