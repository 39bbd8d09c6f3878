import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/looking.schema.json" with { type: "json" };
import {
  assertCode,
  assertSentence,
  bash,
  type BlitOptions,
  type CommandOutput,
  type Ground,
  mountBind,
  mountTmpfs,
  onGround,
  plant,
  run,
  startDaemon,
  symlinkTo,
} from "../support/mod.ts";
import { atTerminal } from "./cli_shell.ts";

const UTILS: BlitOptions = { program: "blit-utils" };
const LINUX = { needs: ["mount"], only: "linux", onlyLocal: true } as const;

function df(ground: Ground, ...args: string[]): Promise<CommandOutput> {
  return ground.blitWith(UTILS, "df", ...args);
}

/** What GNU df tells of a path, its words one after the other. */
async function gnu(path: string, columns: string): Promise<string[]> {
  const said = await run("df", ["-B1", `--output=${columns}`, path]);
  return said.trim().split("\n")[1]?.trim().split(/\s+/) ?? [];
}

onGround("df agrees with GNU df, whatever of the file system is named", async (g) => {
  await plant(g.path, { "link-to-file": symlinkTo("disk/d/file"), "link-up": symlinkTo("disk/d") });
  await using disk = await mountTmpfs(`${g.path}/disk`, "size=7m,nr_inodes=500");
  await plant(disk.path, { "d/file": "x".repeat(100_000), "d/fifo-to-be": "" });
  await bash(`rm "$1/d/fifo-to-be"; mkfifo "$1/d/fifo"`, [disk.path]);
  const wanted = await gnu(disk.path, "fstype,size,used,avail,pcent");
  const named = [
    "disk",
    "disk/",
    "disk/d",
    "disk/d/file",
    "disk/d/fifo",
    "link-to-file",
    "link-up",
  ];
  const output = await df(g, ...named);
  assertCode(output, 0);
  const rows = output.stdout.trim().split("\n").map((line) => line.split("\t"));
  assert.deepEqual(rows, named.map((name) => [wanted[0], "rw", ...wanted.slice(1), name]));
  const inodes = await df(g, "-i", "disk");
  const [type, ...numbers] = await gnu(disk.path, "fstype,itotal,iused,iavail,ipcent");
  assert.deepEqual(inodes.stdout.trim().split("\t"), [type, "rw", ...numbers, "disk"]);
}, LINUX);

onGround("df tells of a read-only mount, and JSON has every number", async (g) => {
  await using disk = await mountTmpfs(`${g.path}/disk`, "size=7m,nr_inodes=500");
  await using shown = await mountBind(disk.path, `${g.path}/shown`, "ro");
  const output = await df(g, "--json", "disk", shown.path);
  assertCode(output, 0);
  const objects = output.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const validator = new Validator(schema as ConstructorParameters<typeof Validator>[0], "2020-12");
  for (const object of objects) assert.ok(validator.validate(object).valid);
  const [size, used, available, inodes, inodesUsed] =
    (await gnu(disk.path, "size,used,avail,itotal,iused")).map(Number);
  const row = { filesystem: "tmpfs", size, used, available, inodes, inodes_used: inodesUsed };
  assert.deepEqual(objects, [
    { type: "filesystem", endpoint: "disk", ...row, read_only: false },
    { type: "filesystem", endpoint: shown.path, ...row, read_only: true },
    { type: "summary", entries: 2, failures: 0, exit_code: 0 },
  ]);
}, LINUX);

onGround("at a terminal df prints a table with rounded sizes", async (g) => {
  await using _disk = await mountTmpfs(`${g.path}/disk`, "size=7m,nr_inodes=500");
  const { text, code } = await atTerminal(g, ["df", "disk", "/proc"], () => undefined, UTILS);
  assert.equal(code, 0, text);
  assert.deepEqual(text.trimEnd().split("\r\n"), [
    "TYPE   MODE  SIZE  USED  AVAIL  USE%  ENDPOINT",
    "tmpfs  rw    7.0M     0   7.0M    0%  disk",
    "proc   rw       0     0      0     -  /proc",
  ]);
  const exact = await atTerminal(g, ["df", "--bytes", "disk"], () => undefined, UTILS);
  assert.match(exact.text, /tmpfs {2}rw {4}7340032 {5}0 {2}7340032 {4}0% {2}disk\r\n/);
}, { ...LINUX, on: "disk" });

onGround("df goes on after what is not there, and says so", async (g) => {
  await plant(g.path, { "d/": null, "loop": symlinkTo("loop") });
  const some = await df(g, "missing", "d", "loop");
  assertSentence(some, [2], /"missing" does not exist\./, /Cannot open "loop": is a symbolic link/);
  assert.match(some.stdout, /^\S+\trw\t\d+\t\d+\t\d+\t\d+%\td\n$/);
  assertSentence(await df(g, "missing"), [1], /"missing" does not exist\./);
  assertSentence(await df(g), [64], /Give at least one endpoint/);
}, { only: "linux", onlyLocal: true });

onGround(
  "df asks a server about its modules, and a read-only one cannot be written to",
  async (g) => {
    await plant(g.path, { "served/": null, "served/link": symlinkTo("/proc") });
    await using disk = await mountTmpfs(`${g.path}/served/disk`, "size=7m,nr_inodes=500");
    await plant(disk.path, { "file": "x".repeat(100_000) });
    const config = (name: string, more: string) =>
      `[[module]]\nname = "${name}"\npath = "${g.path}/served"\n${more}\n`;
    await using daemon = await startDaemon({
      config: config("data", "") + config("kept", "read_only = true") +
        config("changed", "use_chroot = true"),
    });
    const named = ["data", "kept", "changed"].map((name) => daemon.module(name, "disk/file"));
    const output = await df(g, ...named, daemon.module("data", "link"));
    assertCode(output, 0);
    const rows = output.stdout.trim().split("\n").map((line) => line.split("\t"));
    const wanted = await gnu(disk.path, "size,used,avail,pcent");
    const row = (mode: string, at: number) => ["tmpfs", mode, ...wanted, named[at]];
    assert.deepEqual(rows.slice(0, 3), [row("rw", 0), row("ro", 1), row("rw", 2)]);
    assert.notEqual(rows[3]?.[0], "proc");
    const missing = await df(g, daemon.module("data", "no"), daemon.module("nope"), ...named);
    assertSentence(missing, [2], /does not exist/, /nope/);
    assert.equal(missing.stdout.trim().split("\n").length, 3);
  },
  LINUX,
);
