import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/events.schema.json" with { type: "json" };
import {
  assertCode,
  assertSentence,
  bash,
  fingerprint,
  onGround,
  plant,
  setMtime,
} from "../support/mod.ts";
import { blitWords, inShell } from "./cli_shell.ts";

const validator = new Validator(schema, "2020-12");
const DISK = { on: "disk" } as const;
const LINUX = { on: "disk", only: "linux" } as const;

/** The events of a run, each checked against the published schema. */
function eventsOf(stdout: string): Record<string, unknown>[] {
  return stdout.trimEnd().split("\n").map((line) => {
    const event = JSON.parse(line);
    const { valid, errors } = validator.validate(event);
    assert.ok(valid, JSON.stringify({ event, errors }, null, 1));
    return event;
  });
}

onGround("the summary is one line, and nothing is said on stderr", async (g) => {
  await plant(g.source, { "a": "aa", "sub/b": "b" });
  const first = await g.blit("copy", "source/", "destination");
  assertCode(first, 0);
  assert.match(
    first.stdout,
    /^2 files, (1|2) director(y|ies), 3 B copied in [\d.]+ m?s( \(first byte after [\d.]+ m?s\))?\n$/,
  );
  assert.equal(first.stderr, "");
  const second = await g.blit("copy", "source/", "destination");
  assert.match(second.stdout, /^nothing to copy, \d entries the same already \(.*\)\n$/);
  assert.equal((await g.blit("copy", "-q", "--ignore-times", "source/", "destination")).stdout, "");
}, DISK);

onGround("-n lists what would be done, says that it is a dry run, and does nothing", async (g) => {
  await plant(g.source, { "a": "aa", "new/b": "b" });
  await plant(g.destination, { "extra": "x" });
  const before = await fingerprint(g.path);
  const planned = await g.blit("mirror", "-ny", "source/", "destination");
  assertCode(planned, 0);
  assert.equal(await fingerprint(g.path), before);
  const lines = planned.stdout.trimEnd().split("\n");
  assert.match(lines.pop() ?? "", /^Dry run, .* 2 files.* would be copied.*, 1 would be deleted$/);
  const done = await g.blit("mirror", "-vy", "source/", "destination");
  assertCode(done, 0);
  const really = done.stdout.trimEnd().split("\n").slice(0, -1);
  assert.deepEqual(lines.sort(), really.sort());
  assert.ok(lines.includes("create        new/"), lines.join("\n"));
  assert.ok(lines.includes("delete        extra"), lines.join("\n"));
}, DISK);

onGround("--json prints events of the published schema and ends with a summary", async (g) => {
  await plant(g.source, { "a": "aa", "new/b": "b" });
  await plant(g.destination, { "extra": "x", "a": "old!" });
  // Or both directories may have been made within one millisecond, all that portable sees.
  await setMtime(1_000_000_000, g.destination);
  const output = await g.blit("mirror", "--json", "-vpy", "source/", "destination");
  assertCode(output, 0);
  const events = eventsOf(output.stdout);
  const entries = events.filter(({ type }) => type === "entry");
  const said = entries.map(({ action, path }) => `${action} ${path}`).sort();
  assert.deepEqual(said, ["create new", "create new/b", "delete extra", "metadata ", "update a"]);
  const { type, entries_deleted, files_updated, exit_code } = events.at(-1) ?? {};
  assert.deepEqual([type, entries_deleted, files_updated, exit_code], ["summary", 1, 1, 0]);
}, DISK);

onGround("--json carries failures, warnings, odd names and what stopped a run", async (g) => {
  await plant(g.source, { "fine": "x" });
  await bash(`printf x > "$1"/$'odd\\xff'`, [g.source]);
  await plant(g.destination, { "extra": "x" });
  const output = await g.blit("mirror", "--json", "-v", "source/", "destination");
  assertCode(output, 2);
  const events = eventsOf(output.stdout);
  assert.ok(events.some((event) => event.path_base64 === btoa("odd\xff")));
  assert.ok(events.some(({ code }) => code === "deletion-unconfirmed"));
  const stopped = await g.blit("copy", "--json", "missing", "destination");
  assertSentence(stopped, [1], /^blit: .*"missing"/);
  const [event] = eventsOf(stopped.stdout);
  assert.deepEqual([event?.type, event?.exit_code], ["error", 1]);
  const taken = await g.blit("copy", "--json", "source/fine", "source/fine");
  assertCode(taken, 1, 64);
  assert.equal(eventsOf(taken.stdout)[0]?.exit_code, taken.code);
}, LINUX);

onGround("failures are told as they happen and again at the end", async (g) => {
  await plant(g.source, { "a": "a", "b": "b" });
  await plant(g.destination, { "a/in-the-way": "x" });
  const output = await g.blit("copy", "source/", "destination");
  assertSentence(output, [2]);
  const sentences = output.stderr.match(/Cannot .*\/a"/g) ?? [];
  assert.equal(sentences.length, 2, output.stderr);
  assert.match(output.stderr, /^blit: 1 entry failed:$/m);
  assert.match(output.stdout, /^1 file, .* 1 failed\n$/);
}, DISK);

onGround("a mirror without a terminal asks nobody, deletes nothing and ends with 2", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.destination, { "extra": "x" });
  const output = await g.blit("mirror", "-q", "source/", "destination");
  assertSentence(output, [2], /^blit: .*1 extra entry.*--yes\.\n$/);
  assert.equal(await Deno.readTextFile(`${g.destination}/extra`), "x");
}, DISK);

onGround("-p prints plain lines where there is no terminal", async (g) => {
  await plant(g.source, { "a": "aa" });
  const output = await g.blit("copy", "-p", "source/", "destination");
  assertCode(output, 0);
  assert.match(output.stderr, /^\d+% .*1 file {2}2 B/);
  // deno-lint-ignore no-control-regex -- escapes are what must not be there
  assert.doesNotMatch(output.stderr, /[\x1b\r]/);
}, DISK);

onGround("rules of files keep their place among rules of the command line", async (g) => {
  await plant(g.source, { "a.o": "x", "b.o": "x", "c.o": "x", "d": "x" });
  await Deno.writeTextFile(`${g.path}/rules`, "+ b.o\n");
  const options = ["--include", "a.o", "--exclude-from", "rules", "--exclude", "*.o"];
  assertCode(await g.blit("copy", ...options, "source/", "destination"), 0);
  const names = [...Deno.readDirSync(g.destination)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["a.o", "b.o", "d"]);
  const words = blitWords("copy", "--files-from", "-", "--null", "source/", "listed");
  assertCode(await inShell(g, `printf 'd\\0c.o\\0' | ${words}`), 0);
  const listed = [...Deno.readDirSync(`${g.path}/listed`)].map(({ name }) => name).sort();
  assert.deepEqual(listed, ["c.o", "d"]);
}, DISK);
