import assert from "node:assert/strict";
import { parse } from "../../../cli/arguments/parse.ts";
import { UsageError } from "../../../cli/arguments/usage_error.ts";
import { BLIT, BLIT_UTILS, OPTIONS, optionsFor } from "../../../cli/table/mod.ts";
import type { ProgramSpecification } from "../../../cli/table/specification.ts";

function refused(...texts: string[]): string {
  return refusedBy(BLIT, ...texts);
}

function refusedBy(program: ProgramSpecification, ...texts: string[]): string {
  try {
    parse(program, texts);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail(`accepted: ${texts.join(" ")}`);
}

Deno.test("letters combine, and options may stand anywhere after the verb", () => {
  const invocation = parse(BLIT, ["copy", "-anv", "a", "--json", "b"]);
  assert.equal(invocation.verb?.name, "copy");
  assert.deepEqual(invocation.operands, ["a", "b"]);
  const names = invocation.given.map(({ option }) => option.name);
  assert.deepEqual(names, ["archive", "dry-run", "verbose", "json"]);
});

Deno.test("a value stands after an equals sign or in the next argument", () => {
  const given = ["--exclude=*.o", "--include", "keep", "--exclude", "a=b", "--exclude=c=d"];
  const invocation = parse(BLIT, ["copy", ...given, "a", "b"]);
  const rules = invocation.given.map(({ option, value }) => [option.name, value]);
  assert.deepEqual(rules, [
    ["exclude", "*.o"],
    ["include", "keep"],
    ["exclude", "a=b"],
    ["exclude", "c=d"],
  ]);
});

Deno.test("two dashes end the options, and one dash is a path", () => {
  assert.deepEqual(parse(BLIT, ["copy", "--", "-n", "--", "x"]).operands, ["-n", "--", "x"]);
  assert.deepEqual(parse(BLIT, ["hash", "-"]).operands, ["-"]);
});

Deno.test("the last of several values counts", () => {
  const invocation = parse(BLIT, ["copy", "--max-size", "1", "--max-size=2", "a", "b"]);
  assert.equal(invocation.value("max-size"), "2");
});

Deno.test("bytes that are not UTF-8 reach operands and values", () => {
  const exact = [
    "copy",
    new Uint8Array([...new TextEncoder().encode("--exclude=a"), 0xff]),
    new Uint8Array([0xfe]),
    "b",
  ];
  const invocation = parse(BLIT, ["copy", "--exclude=a\u{fffd}", "\u{fffd}", "b"], exact);
  assert.deepEqual(invocation.value("exclude"), new Uint8Array([97, 0xff]));
  assert.deepEqual(invocation.operands, [new Uint8Array([0xfe]), "b"]);
});

Deno.test("a mistyped option is answered with the nearest one", () => {
  assert.match(refused("copy", "--dryrun", "a", "b"), /"--dryrun"\. Did you mean --dry-run\?/);
  assert.match(refused("copy", "--exlcude=x", "a", "b"), /Did you mean --exclude\?/);
  assert.match(refused("copy", "--back", "a", "b"), /Did you mean --backup-dir\?/);
  assert.equal(refused("copy", "--zzzzzz", "a", "b"), 'Unknown option "--zzzzzz".');
  assert.equal(refused("copy", "-Z", "a", "b"), 'Unknown option "-Z".');
});

Deno.test("a mistyped or foreign verb is answered with the right one", () => {
  assert.match(refused("cpoy", "a", "b"), /Did you mean "blit copy"\?/);
  assert.match(refused("mv", "a", "b"), /Did you mean "blit move"\?/);
  assert.match(refused("sync", "a", "b"), /Did you mean "blit mirror"\?/);
  assert.match(refused("a\nb", "b"), /Unknown verb "a\\nb"\. The verbs are copy, mirror/);
  assert.match(refused(), /give a verb/);
});

Deno.test("an option of another verb says where it belongs", () => {
  assert.match(
    refused("copy", "--force-delete", "a", "b"),
    /belongs to "blit mirror", "blit watch"\./,
  );
  assert.match(refused("hash", "-n", "a"), /-n does not fit here/);
  assert.match(refused("-n", "copy", "a", "b"), /before the verb/);
});

Deno.test("options that contradict each other are refused", () => {
  assert.match(refused("copy", "-c", "--size-only", "a", "b"), /--checksum and --size-only contra/);
  assert.match(refused("copy", "-qv", "a", "b"), /--quiet and --verbose/);
  assert.match(refused("copy", "--null", "a", "b"), /--files-from/);
});

Deno.test("wrong numbers of paths, empty paths and missing values are refused", () => {
  assert.match(
    refused("copy", "a"),
    /"blit copy SOURCE\.\.\. DESTINATION", and one path was given/,
  );
  assert.match(refused("copy"), /no path was given/);
  assert.match(refused("mirror", "a", "b", "c"), /3 paths were given/);
  assert.match(refused("mirror", "", "b"), /An empty path/);
  assert.match(refused("copy", "a", "b", "--exclude"), /needs a value: --exclude PATTERN/);
  assert.match(refused("copy", "a", "b", "--backup-dir="), /needs a value/);
  assert.match(refused("copy", "--backup-dir", "-n", "a", "b"), /write --backup-dir=-n/);
  assert.match(refused("copy", "--json=yes", "a", "b"), /takes no value/);
});

Deno.test("what rsync users type by habit is noted when it is so anyway", () => {
  const invocation = parse(BLIT, ["copy", "-rlt", "--recursive", "-vz", "a", "b"]);
  assert.equal(invocation.notes.length, 5);
  assert.match(invocation.notes[0] ?? "", /^-r: not needed, directories/);
  assert.ok(invocation.has("verbose"));
});

Deno.test("what rsync users type by habit is refused when it would mean something else", () => {
  assert.match(refused("copy", "--delete", "a", "b"), /"blit mirror"/);
  assert.match(refused("copy", "-L", "a", "b"), /never followed/);
  assert.match(refused("copy", "--remove-source-files", "a", "b"), /"blit move"/);
  assert.match(refused("copy", "--r", "a", "b"), /Unknown option "--r"/);
});

Deno.test("help needs neither paths nor agreement", () => {
  assert.ok(parse(BLIT, ["mirror", "--help"]).has("help"));
  assert.ok(parse(BLIT, ["-h"]).has("help"));
  assert.ok(parse(BLIT, ["copy", "-qvh"]).has("help"));
  assert.ok(parse(BLIT_UTILS, ["--version"]).has("version"));
});

Deno.test("no two options of a verb share a name or a letter, and every verb's options exist", () => {
  const shared = OPTIONS.map(({ name }) => name);
  assert.equal(new Set(shared).size, shared.length);
  for (const verb of [...BLIT.verbs, ...BLIT_UTILS.verbs]) {
    for (const option of verb.options) assert.ok(shared.includes(option), option);
    const names = optionsFor(verb).map(({ name }) => name);
    const letters = optionsFor(verb).flatMap(({ short }) => short ?? []);
    assert.equal(new Set(names).size, names.length, verb.name);
    assert.equal(new Set(letters).size, letters.length, verb.name);
  }
});

Deno.test("what users of ls, find, du and rm type by habit is answered", () => {
  assert.match(refusedBy(BLIT_UTILS, "find", "a", "-name", "x"), /two dashes: write --name/);
  assert.match(refusedBy(BLIT_UTILS, "find", "a", "-type", "f"), /two dashes: write --type/);
  assert.match(refusedBy(BLIT_UTILS, "find", "a", "-delete"), /^-delete: pass on/);
  assert.match(refusedBy(BLIT_UTILS, "find", "a", "-maxdepth", "1"), /--max-depth/);
  assert.match(refusedBy(BLIT_UTILS, "ls", "-lt", "a"), /^-t: write --sort time/);
  assert.match(refusedBy(BLIT_UTILS, "rm", "-rf", "a"), /^-f: .*--yes/);
  assert.match(refusedBy(BLIT_UTILS, "du", "-sb", "a"), /--apparent --bytes/);
  assert.equal(parse(BLIT_UTILS, ["ls", "-la", "a"]).notes.length, 1);
  assert.ok(parse(BLIT_UTILS, ["du", "-sh", "a"]).has("human"));
  assert.ok(parse(BLIT_UTILS, ["du", "-h"]).has("help"));
  assert.match(refused("find", "a"), /"blit-utils find"/);
  assert.match(refusedBy(BLIT_UTILS, "copy", "a", "b"), /"blit copy"/);
  assert.match(refusedBy(BLIT_UTILS, "list"), /and no host was given/);
});

Deno.test("every example of the table is understood", () => {
  for (const program of [BLIT, BLIT_UTILS]) {
    const examples = [...program.examples, ...program.verbs.flatMap((verb) => verb.examples)];
    for (const { command } of examples) {
      const words = command.replace(/ [>|] .*/, "").replaceAll("'", "").split(" ");
      if (words[0] !== program.name) continue;
      assert.deepEqual(parse(program, words.slice(1)).notes, [], command);
    }
  }
});
