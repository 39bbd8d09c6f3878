// deno-lint-ignore-file no-control-regex -- what is drawn at a terminal is looked at here
import assert from "node:assert/strict";
import { bash, flatTree, type Ground, onGround, plant, startDaemon } from "../support/mod.ts";
import { atTerminal } from "./cli_shell.ts";
import { sorted, utils } from "./looking_scene.ts";

const LINUX = { only: "linux", onlyLocal: true } as const;

/** The lines that blit-utils shows at a terminal. */
async function shown(
  ground: Ground,
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<string[]> {
  const ofTerminal = {
    ...ground,
    backend: { ...ground.backend, env: { ...ground.backend.env, ...env } },
  };
  const session = await atTerminal(ofTerminal, args, () => undefined, { program: "blit-utils" });
  assert.equal(session.code, 0, session.text);
  return session.text.trimEnd().split("\r\n");
}

async function plantOdd(path: string): Promise<void> {
  await plant(path, { "file": "x".repeat(1500), "sub/": null, "run": "#!" });
  await bash(
    `cd "$1"; touch -d '2024-05-06 07:08' *; chmod 755 run; ln -s nowhere link
    printf 1 > $'odd\\n\\x1b[31mname\\xff'; touch -h -d '2024-05-06 07:08' *`,
    [path],
  );
}

onGround("at a terminal columns stand in line, and names cannot command it", async (g) => {
  await plantOdd(g.source);
  const lines = await shown(g, { NO_COLOR: "1" }, "ls", "-l", "source");
  const plain = lines.map((line) => line.replace(/^(\S+ +\d+) \S+ +\S+ ( *\S+ 2024)/, "$1 $2"));
  assert.deepEqual(
    plain,
    [
      "-rw-r--r-- 1 1.5K 2024-05-06 07:08 file",
      "lrwxrwxrwx 1    7 2024-05-06 07:08 link -> nowhere",
      "-rw-r--r-- 1    1 2024-05-06 07:08 odd\\n\\x1b[31mname\\xff",
      "-rwxr-xr-x 1    2 2024-05-06 07:08 run",
      "drwxr-xr-x 2 4.0K 2024-05-06 07:08 sub",
    ].map((line) => line.replace(/4.0K/, sizeOf(lines, "sub"))),
  );
  assert.equal(new Set(lines.map((line) => line.indexOf("2024"))).size, 1);
  const exact = await shown(g, { NO_COLOR: "1" }, "ls", "-l", "--bytes", "source/file");
  assert.match(exact[0] ?? "", / 1500 2024-05-06 07:08 source\/file$/);
}, { ...LINUX, on: "disk" });

/** What file systems make of a directory's size differs. */
function sizeOf(lines: readonly string[], name: string): string {
  const line = lines.find((candidate) => candidate.endsWith(` ${name}`)) ?? "";
  return /(\S+) 2024/.exec(line)?.[1]?.padStart(4) ?? "";
}

onGround("names have the colour of their kind at a terminal, and never elsewhere", async (g) => {
  await plantOdd(g.source);
  const colourful = await shown(g, {}, "ls", "source");
  assert.deepEqual(colourful, [
    "file",
    "\x1b[1;36mlink\x1b[0m",
    "odd\\n\\x1b[31mname\\xff",
    "\x1b[1;32mrun\x1b[0m",
    "\x1b[1;34msub\x1b[0m",
  ]);
  assert.ok(
    (await shown(g, { NO_COLOR: "1" }, "ls", "source")).every((line) => !/\x1b/.test(line)),
  );
  const found = await shown(g, {}, "find", "source", "--name", "sub");
  assert.deepEqual(found, ["\x1b[1;34msub\x1b[0m"]);
  assert.doesNotMatch(
    (await utils(g, "ls", "-l", "source")).stdout.replaceAll("\x1b[31m", ""),
    /\x1b/,
  );
}, LINUX);

onGround("du and list are tables at a terminal", async (g) => {
  await plant(g.source, { "a/x": "x".repeat(150_000), "b/y": "y" });
  const usage = await shown(g, {}, "du", "--apparent", "-a", "source/a");
  assert.match(usage[0] ?? "", /^ {2}147K {2}source\/a\/x$/);
  assert.match(usage[1] ?? "", /^ +\S+ {2}source\/a$/);
  const config = `[daemon]\nmotd = "Welcome\\u001b[31m"\n[[module]]\nname = "m"\n` +
    `path = "${g.source}"\ncomment = "Some\\nthings"\n`;
  await using daemon = await startDaemon({ config, root: g.path });
  const host = `${daemon.host}:${daemon.port}`;
  const width = `${host}/m/`.length;
  assert.deepEqual(await shown(g, {}, "list", host), [
    "Welcome\\x1b[31m",
    "",
    `${"MODULE".padEnd(width)}  ACCESS      COMMENT`,
    `${host}/m/  read-write  Some\\nthings`,
    `${`${host}//`.padEnd(width)}  read-write  what it exports by default`,
  ]);
}, LINUX);

onGround("a directory that is too large to be sorted at once is printed as it comes", async (g) => {
  await flatTree(g.source, 66_000, 0);
  const unsorted = await utils(g, "ls", "source");
  assert.deepEqual([unsorted.code, sorted(unsorted.stdout, "\n").length], [0, 66_000]);
  assert.match(unsorted.stderr, /"source" has more than 65536 entries.*--sort name/);
  const asked = await utils(g, "ls", "--sort", "name", "source");
  assert.equal(asked.stderr, "");
  assert.deepEqual(asked.stdout.trimEnd().split("\n"), sorted(unsorted.stdout, "\n"));
}, LINUX);
