import assert from "node:assert/strict";
import { completionScript } from "../../cli/completions/script.ts";
import {
  assertCode,
  type Daemon,
  DAEMON_HOST,
  freePort,
  hasTool,
  makePlace,
  plant,
  runBlit,
  startDaemon,
} from "../support/mod.ts";
import { denoDirectory, type DrivenShell, ShellSession } from "./shell_session.ts";

const DRIVEN: readonly DrivenShell[] = ["bash", "zsh", "fish"];

/** What the server and the local directory hold. */
const NAMES = {
  "plain/x": "",
  "dir with space/x": "",
  "my file.txt": "",
  "apo'strophe": "",
  'quo"te': "",
  "dol$lar": "",
  "co:lon": "",
  "eq=ual": "",
  "star*": "",
  "amp&er": "",
  "back\\slash": "",
  "ünï": "",
  "plain/hist!echo": "",
  "plain/events!!": "",
  "plain/last'": "",
  'plain/most"': "",
  ".hidden": "",
};

interface Scene {
  readonly session: ShellSession;
  /** The server as it stands before `/module/`. */
  readonly server: string;
}

function withShell(
  name: string,
  withDaemon: boolean,
  fn: (scene: Scene, shell: DrivenShell) => Promise<void>,
): void {
  for (const shell of DRIVEN) {
    const ignore = Deno.build.os !== "linux" || !hasTool(shell) || !hasTool("script");
    Deno.test({
      name: `${name} (${shell}${ignore ? "; needs it and script(1)" : ""})`,
      ignore,
      fn: async () => {
        await using place = await makePlace();
        await plant(`${place.path}/here`, { "local.txt": "", "local two": "", "sub/x": "" });
        await plant(`${place.path}/served`, NAMES);
        await using daemon = withDaemon ? await serve(place.path) : undefined;
        const server = `${DAEMON_HOST}:${daemon?.port ?? freePort()}`;
        const hosts = [{
          name: "here",
          host: "studio.local",
          endpoint: server,
          seen: Date.now() / 1000,
        }];
        await plant(`${place.path}/home/cache/blit`, { "hosts.json": JSON.stringify({ hosts }) });
        await using session = await ShellSession.open(shell, {
          script: completionScript(shell),
          cwd: `${place.path}/here`,
        });
        await fn({ session, server }, shell);
      },
    });
  }
}

function serve(path: string): Promise<Daemon> {
  return startDaemon({
    config: [
      `[daemon]\nroot = "${path}/here"`,
      `[[module]]\nname = "photos"\npath = "${path}/served"`,
      `[[module]]\nname = "my module"\npath = "${path}/served"`,
    ].join("\n"),
  });
}

withShell(
  "TAB completes verbs, options, values and local paths",
  false,
  async ({ session }, shell) => {
    const cases: readonly (readonly [string, ...string[]])[] = [
      ["blit cop", "copy", "END"],
      ["blit-utils compl", "completions", "END"],
      ["blit help mir", "help", "mirror", "END"],
      ["blit completions z", "completions", "zsh", "END"],
      ["blit copy --check", "copy", "--checksum", "END"],
      ["blit copy --exclude-from loc", "copy", "--exclude-from", "localEND"],
      ["blit copy --exclude-from=local.", "copy", "--exclude-from=local.txt", "END"],
      ["blit copy --backup-dir s", "copy", "--backup-dir", "sub/END"],
      ["blit-utils ls --sort na", "ls", "--sort", "name", "END"],
      ["blit-utils ls --sort=na", "ls", "--sort=name", "END"],
      ["blit-utils find --type f,", "find", "--type", "f,END"],
      ["blit copy local\\ ", "copy", "local two", "END"],
      ["blit copy 'local t", "copy", "local two", "END"],
      ["blit copy ./su", "copy", "./sub/END"],
      ["blit version co", "version", "coEND"],
      ["blit copy --exclude c --chec", "copy", "--exclude", "c", "--checksum", "END"],
      ["blit-daemon --chec", "--check", "END"],
      ["blit-daemon --root s", "--root", "sub/END"],
      ["true; blit hash -- local.", "hash", "--", "local.txt", "END"],
    ];
    for (const [line, ...expected] of cases) {
      const found = await session.complete(line);
      assert.deepEqual(found, expected, `${shell}: ${line}`);
    }
    await session.offers("blit m", /mirror[^]*move/);
    await session.offers(
      "blit copy --ignore-",
      /--ignore-existing[^]*--ignore-times|--ignore-times[^]*--ignore-existing/,
    );
  },
);

withShell(
  "TAB completes servers, modules and what is in them",
  true,
  async ({ session, server }, shell) => {
    const port = server.slice(server.indexOf(":"));
    const cases: readonly (readonly [string, string, "whole"?])[] = [
      ["studio", `studio.local${port}/`],
      [server.slice(0, -1), `${server}/`],
      [`${server}/pho`, `${server}/photos/`],
      [`${server}/my`, `${server}/my module/`],
      [`${server}//loc`, `${server}//local`],
      [`${server}//s`, `${server}//sub/`],
      [`${server}/photos/pl`, `${server}/photos/plain/`],
      [`${server}/photos/dir`, `${server}/photos/dir with space/`],
      [`${server}/photos/dir\\ with\\ space/`, `${server}/photos/dir with space/x`, "whole"],
      [`${server}/my\\ module/my`, `${server}/my module/my file.txt`, "whole"],
      [`${server}/photos/apo`, `${server}/photos/apo'strophe`, "whole"],
      [`${server}/photos/quo`, `${server}/photos/quo"te`, "whole"],
      [`${server}/photos/dol`, `${server}/photos/dol$lar`, "whole"],
      [`${server}/photos/co`, `${server}/photos/co:lon`, "whole"],
      [`${server}/photos/co:`, `${server}/photos/co:lon`, "whole"],
      [`${server}/photos/eq=`, `${server}/photos/eq=ual`, "whole"],
      [`${server}/photos/star`, `${server}/photos/star*`, "whole"],
      [`${server}/photos/amp`, `${server}/photos/amp&er`, "whole"],
      [`${server}/photos/back`, `${server}/photos/back\\slash`, "whole"],
      [`${server}/photos/ün`, `${server}/photos/ünï`, "whole"],
      [`${server}/photos/.h`, `${server}/photos/.hidden`, "whole"],
      [`${server}/photos/zz`, `${server}/photos/zz`],
      [`${server}/nothing/x`, `${server}/nothing/x`],
    ];
    for (const [word, expected, whole] of cases) {
      const found = await session.complete(`blit copy ${word}`);
      const args = whole === undefined ? [`${expected}END`] : [expected, "END"];
      assert.deepEqual(found, ["copy", ...args], `${shell}: ${word}`);
    }
    // Readline closes the quote and adds no space, others do both.
    for (const quote of [`"`, `'`]) {
      const found = await session.complete(`blit copy ${quote}${server}/photos/my f`);
      assert.equal(found.join(""), `copy${server}/photos/my file.txtEND`, `${shell}: ${quote}`);
    }
    assert.deepEqual(await session.complete("blit-utils list studio"), [
      "list",
      `studio.local${port}`,
      "END",
    ]);
    assert.deepEqual(await session.complete("blit copy -n --exclude x studio"), [
      "copy",
      "-n",
      "--exclude",
      "x",
      `studio.local${port}/END`,
    ]);
    await session.offers(`blit copy ${server}/`, /my[^]*module[^]*photos/);
    await session.offers(`blit copy ${server}/photos/`, /dir[^]*with[^]*plain/);
  },
);

withShell(
  "with no daemon TAB leaves places on servers as they are, and says nothing",
  false,
  async ({ session, server }, shell) => {
    for (
      const word of [
        `${server}/`,
        `${server}/pho`,
        `${server}/photos/x`,
        `${server}//us`,
        "nowhere.invalid:/",
      ]
    ) {
      const found = await session.complete(`blit copy ${word}`);
      assert.deepEqual(found, ["copy", `${word}END`], `${shell}: ${word}`);
    }
    assert.deepEqual(await session.complete("blit copy ./local."), ["copy", "./local.txt", "END"]);
  },
);

withShell(
  "TAB in quotes closes them, and lets nothing be looked up in the history",
  true,
  async ({ session, server }, shell) => {
    await session.complete("blit echo; echo sec''ond");
    const cases = ['"hist!echo', '"events!!', '"most"', "'last'", "'events!!"];
    for (const [quote = "", ...rest] of cases) {
      const name = rest.join("");
      const line = `blit ls ${quote}${server}/photos/plain/${name.slice(0, 3)}`;
      const found = await session.complete(line, "");
      assert.deepEqual(found, ["ls", `${server}/photos/plain/${name}`], `${shell}: ${line}`);
    }
  },
);

Deno.test("the hidden question is answered with words or with nothing, and never fails", async () => {
  const port = freePort();
  const questions = [
    [],
    ["host"],
    ["host", "x"],
    ["endpoint", ""],
    ["endpoint", "/etc/pas"],
    ["endpoint", `127.0.0.1:${port}/x/y`],
    ["endpoint", "[:/"],
    ["endpoint", "user@host:/x"],
    ["endpoint", "a:b:c/"],
    ["endpoint", "host:99999/x/"],
    ["nonsense", "x", "y"],
  ];
  for (const question of questions) {
    const output = await runBlit(["__complete", ...question], {
      env: { XDG_CACHE_HOME: "/nonexistent", DENO_DIR: await denoDirectory() },
    });
    assert.deepEqual(output, { code: 0, stdout: "", stderr: "" }, question.join(" "));
  }
});

Deno.test("nothing is offered as a host that cannot be one", async () => {
  await using place = await makePlace();
  const good = ["studio.local", "[fe80::1%eth0]:9032", "x_1.local:9032"];
  const names = [
    "-rf",
    "--yes",
    "$(id)",
    "a b",
    "~root",
    "x:/y/",
    "a/b",
    "a'b",
    "!!",
    "",
    "=ls",
    "x;id",
  ];
  const hosts = [...names.map((name) => `${name}.local`), ...names, ...good]
    .map((endpoint) => ({ name: "x", host: endpoint, endpoint, seen: Date.now() / 1000 }));
  await plant(`${place.path}/blit`, { "hosts.json": JSON.stringify({ hosts }) });
  const env = { XDG_CACHE_HOME: place.path, DENO_DIR: await denoDirectory() };
  const output = await runBlit(["__complete", "host", ""], { env });
  assert.deepEqual(output.stdout.trimEnd().split("\n").sort(), good.toSorted());
  const endpoints = await runBlit(["__complete", "endpoint", ""], { env });
  const roots = ["[fe80::1%eth0]:9032/", "studio.local:/", "x_1.local:9032/"];
  assert.deepEqual(endpoints.stdout.trimEnd().split("\n").sort(), roots);
});

Deno.test("completions prints a script for each shell, by any of its names, and for no other", async () => {
  for (
    const [name, shell] of [["bash", "bash"], ["/bin/zsh", "zsh"], ["fish", "fish"], [
      "pwsh",
      "powershell",
    ]] as const
  ) {
    const output = await runBlit(["completions", name]);
    assertCode(output, 0);
    assert.equal(output.stdout, completionScript(shell));
  }
  const unknown = await runBlit(["completions", "bsh"]);
  assertCode(unknown, 64);
  assert.match(unknown.stderr, /There is no script for "bsh"; .*Did you mean "bash"\?/);
  assertCode(await runBlit(["completions"]), 64);
});
