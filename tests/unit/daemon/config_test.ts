import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError, parseConfig } from "../../../daemon/config/mod.ts";
import { type KeyPath, locate } from "../../../daemon/config/locate.ts";
import { CONFIG_KEYS } from "../../../daemon/config/schema.ts";

const FILE = "/etc/blit/config.toml";

/** What is said about a text, without the file's name. */
function said(text: string, file = FILE): string[] {
  try {
    parseConfig(file, text);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.split("\n").map((line) => line.replace(`${file}:`, ""));
  }
  return [];
}

Deno.test("a whole file is understood", () => {
  const config = parseConfig(
    FILE,
    [
      "[daemon]",
      'bind = ["127.0.0.1", "::1"]',
      "port = 9031",
      "data_port = 9032",
      'motd = "Welcome"',
      "no_mdns = true",
      'mdns_name = "files"',
      'root = "/srv"',
      "[[module]]",
      'name = "photos"',
      'path = "/srv/photos"',
      'comment = "All of them"',
      "read_only = true",
      "use_chroot = true",
      "[[module]]",
      'name = "inbox"',
      'path = "/srv/inbox"',
    ].join("\n"),
  );
  assert.deepEqual(config.daemon, {
    bind: ["127.0.0.1", "::1"],
    port: 9031,
    data_port: 9032,
    motd: "Welcome",
    no_mdns: true,
    mdns_name: "files",
    root: "/srv",
  });
  assert.deepEqual(config.modules.map(({ name }) => name), ["photos", "inbox"]);
});

Deno.test("an empty file is a configuration", () => {
  const config = parseConfig(FILE, "# nothing\n");
  assert.deepEqual([config.daemon, config.modules], [{}, []]);
});

Deno.test("what is not TOML is shown with line, column and a caret", () => {
  assert.deepEqual(said("[daemon]\nport = 90x1\n"), [
    "2:10: This is not TOML: illegal character in numeric literal.",
    "    port = 90x1",
    "             ^",
  ]);
});

Deno.test("unknown keys are refused with the nearest known one", () => {
  assert.deepEqual(said("[daemon]\nport = 1\n  prot = 2\n"), [
    '3:3: "prot" is not known in [daemon]. Did you mean "port"?',
    "      prot = 2",
    "      ^",
  ]);
  const [first] = said("[[module]]\nname = 'a'\npath = '/'\ncolour = 1\n");
  assert.match(
    first ?? "",
    /^4:1: "colour" is not known in \[\[module\]\]\. What it may have: name/,
  );
});

Deno.test("a key above its table is sent to where it belongs", () => {
  assert.equal(said("port = 1\n")[0], '1:1: "port" belongs below [daemon].');
  assert.equal(said("read_only = true\n")[0], '1:1: "read_only" belongs below [[module]].');
});

Deno.test("values of the wrong kind are pointed at, all of them and in the file's order", () => {
  const heads = said(
    "[daemon]\nport = 65536\nbind = 3\nno_mdns = 'yes'\n[[module]]\nname = 1\npath = '/'\n",
  ).filter((line) => /^\d/.test(line));
  assert.deepEqual(heads, [
    '2:8: "port" takes a whole number from 0 to 65535.',
    '3:8: "bind" takes an address in quotes, or a list of at least one.',
    '4:11: "no_mdns" takes true or false.',
    '6:8: "name" takes text in quotes.',
  ]);
  assert.equal(
    said("[daemon]\nbind = []\n")[0],
    '2:8: "bind" takes an address in quotes, or a list of at least one.',
  );
  for (const port of ["-1", "1.5", "1.0", "-0.0", "1e3", "'1'", "nan", "9".repeat(18)]) {
    assert.equal(
      said(`[daemon]\ndata_port = ${port}\n`)[0],
      '2:13: "data_port" takes a whole number from 0 to 65535.',
    );
  }
});

Deno.test("what a module lacks is said where the module begins", () => {
  const text = "[[module]]\nname = 'a'\npath = '/'\n\n[[module]]\nname = 'b'\n";
  assert.equal(said(text)[0], '5:3: [[module]] lacks "path".');
});

Deno.test("one module in single brackets is explained", () => {
  assert.equal(
    said("[module]\nname = 'a'\n")[0],
    '1:2: "module" is a list: write [[module]], with two brackets.',
  );
});

Deno.test("control characters of an offending line do not reach the terminal", () => {
  const text = "[daemon]\n\tport\t= \u202e\u009bx\n";
  for (const line of said(text)) assert.doesNotMatch(line, /[\p{Cc}\u202e]/u);
});

Deno.test("of a long line the part around the place is shown", () => {
  const [head, line = "", caret = ""] = said(`x = [${"1, ".repeat(400)} 1x1 ]`);
  assert.match(head ?? "", /^1:12\d\d: /);
  assert.ok(line.length <= 80, String(line.length));
  assert.equal(line[caret.indexOf("^")], "x");
});

Deno.test("of a file that is not called .toml no line is shown", () => {
  const secret = "root:$y$j9T$secret:19000:0:99999:7:::\n";
  const lines = said(secret, "/etc/shadow");
  assert.equal(lines.length, 1);
  assert.doesNotMatch(lines.join(), /secret/);
});

Deno.test("every value is found where it stands, however it is written", () => {
  const text = [
    'module = [{ name = "a", path = "/a" }, # one',
    '  { path = "/b", name = """',
    'path = "/trap"',
    '""" }',
    "]",
    "[daemon]",
    '"port" = 1',
    "bind = [",
    '  "::1",',
    "]",
  ].join("\n");
  const find = (...path: KeyPath): unknown => locate(text, path, "key");
  assert.deepEqual(find("module", 0, "name"), { line: 1, column: 13 });
  assert.deepEqual(find("module", 1, "name"), { line: 2, column: 18 });
  assert.deepEqual(find("daemon", "port"), { line: 7, column: 1 });
  assert.deepEqual(find("daemon", "bind"), { line: 8, column: 1 });
  assert.equal(find("daemon", "nothing"), undefined);
});

Deno.test("a place is found in the line that sets it, in any file of modules", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ blank: fc.nat(3), swapped: fc.boolean(), long: fc.boolean() }), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.nat(),
      (modules, chosen) => {
        const lines: string[] = [];
        const expected: number[] = [];
        for (const { blank, swapped, long } of modules) {
          lines.push(...Array<string>(blank).fill("# path = 1"), "[[module]]");
          const name = long ? ['name = """', "path = 2", '"""'] : ["name = 'x'"];
          if (swapped) expected.push(lines.push("path = '/x'"));
          lines.push(...name);
          if (!swapped) expected.push(lines.push("path = '/x'"));
        }
        const index = chosen % modules.length;
        const at = locate(lines.join("\n"), ["module", index, "path"], "value");
        assert.deepEqual(at, { line: expected[index], column: 8 });
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("no text makes the parser throw anything but a ConfigError", () => {
  const piece = fc.constantFrom(
    ...[
      "[daemon]\n",
      "[[module]]\n",
      "port",
      " = ",
      "1",
      '"',
      "'''",
      "[",
      "]",
      "{",
      "}",
      "\n",
      ",",
    ],
    ...["name", "path", ".", "#", "\\u0000", "\u0000", "\ud800", "é", "inf", "1979-05-27"],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      said(pieces.join(""));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("the example of the daemon's page has every key and is understood", () => {
  const page = Deno.readTextFileSync(new URL("../../../docs/blit-daemon.md", import.meta.url));
  const [, text = ""] = page.match(/^```toml\n(.*?)^```/ms) ?? [];
  const config = parseConfig(FILE, text);
  const keys = (tables: readonly object[]): string[] => [
    ...new Set(tables.flatMap((table) => Object.keys(table))),
  ];
  assert.deepEqual(keys([config.daemon]).sort(), CONFIG_KEYS.daemon?.toSorted());
  assert.deepEqual(keys(config.modules).sort(), CONFIG_KEYS.module?.toSorted());
});
