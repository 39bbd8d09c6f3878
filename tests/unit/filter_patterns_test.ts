import assert from "node:assert/strict";
import { buildFilterSpec, compileFilter } from "../../core/filter/mod.ts";

/** Whether `--exclude PATTERN` matches the path; one that ends with a slash is a directory. */
function isExcluded(pattern: string | Uint8Array, path: string | Uint8Array): boolean {
  const spec = buildFilterSpec({ rules: [{ kind: "exclude", pattern }] });
  const bytes = typeof path === "string" ? new TextEncoder().encode(path) : path;
  const isDirectory = bytes.at(-1) === 0x2f;
  const whole = isDirectory ? bytes.subarray(0, -1) : bytes;
  const nameAt = whole.lastIndexOf(0x2f) + 1;
  const directory = compileFilter(structuredClone(spec))
    .directory(whole.subarray(0, Math.max(nameAt - 1, 0)));
  return !directory.accepts(whole, nameAt, whole.length - nameAt, isDirectory);
}

interface Row {
  readonly pattern: string;
  readonly matches: readonly string[];
  readonly passes: readonly string[];
}

const tables: Readonly<Record<string, readonly Row[]>> = {
  "a pattern without a slash is compared with the last component": [
    { pattern: "foo", matches: ["foo", "foo/", "a/foo"], passes: ["foo1", "foo/x", "xfoo", "FOO"] },
    { pattern: "*.o", matches: ["a.o", ".o", "x/y.o", "d.o/"], passes: ["a.oo", "o", "d.o/x"] },
    { pattern: "foo*", matches: ["foo", "foobar", "a/foo1"], passes: ["fo", "xfoo"] },
    { pattern: "*", matches: ["a", "a/", "a/b"], passes: [] },
    { pattern: "?", matches: ["a", "x/b"], passes: ["ab", "é"] },
    { pattern: "a*b*c", matches: ["abc", "aXbYc", "abbcc"], passes: ["acb", "ab", "abcd"] },
  ],
  "a slash at the end matches directories only": [
    { pattern: "foo/", matches: ["foo/", "a/foo/"], passes: ["foo", "a/foo"] },
    { pattern: "/a/b/", matches: ["a/b/"], passes: ["a/b", "x/a/b/"] },
    { pattern: "*/", matches: ["a/", "a/b/"], passes: ["a"] },
    { pattern: "foo//", matches: [], passes: ["foo/", "foo"] },
  ],
  "a slash at the start anchors the pattern at the transfer's root": [
    { pattern: "/foo", matches: ["foo", "foo/"], passes: ["a/foo"] },
    { pattern: "/a/*.c", matches: ["a/x.c"], passes: ["a/b/x.c", "b/a/x.c", "x.c"] },
    { pattern: "/*/x", matches: ["a/x"], passes: ["x", "a/b/x"] },
    { pattern: "/", matches: [], passes: ["a", "a/"] },
    { pattern: "//a", matches: [], passes: ["a", "x/a"] },
  ],
  "a pattern with a slash matches the end of the path, component by component": [
    { pattern: "foo/bar", matches: ["foo/bar", "a/foo/bar"], passes: ["xfoo/bar", "bar"] },
    { pattern: "foo/*/bar", matches: ["foo/x/bar", "a/foo/x/bar"], passes: ["foo/bar"] },
    { pattern: "[ab]/?", matches: ["a/x", "q/b/y"], passes: ["x", "c/x", "a/xy"] },
  ],
  "a double star crosses slashes": [
    { pattern: "/foo/**", matches: ["foo/a", "foo/a/b"], passes: ["foo", "foo/", "x/foo/a"] },
    { pattern: "/foo/**/bar", matches: ["foo/x/bar", "foo/x/y/bar"], passes: ["foo/bar"] },
    { pattern: "foo/**", matches: ["foo/a", "x/foo/a/b"], passes: ["foo/", "xfoo/a"] },
    { pattern: "**/foo", matches: ["foo", "a/foo", "a/b/foo/"], passes: ["xfoo", "foo/x"] },
    { pattern: "**/a/b", matches: ["a/b", "x/a/b"], passes: ["xa/b", "b"] },
    { pattern: "**foo", matches: ["foo", "xfoo", "a/xfoo"], passes: ["foox"] },
    { pattern: "a**z", matches: ["az", "a/z", "x/a/b/z"], passes: ["xa/z", "a"] },
    { pattern: "**", matches: ["a", "a/b", "a/"], passes: [] },
  ],
  "a triple star at the end matches a directory and all beneath it": [
    {
      pattern: "dir/***",
      matches: ["dir/", "dir/a", "x/dir/", "dir/a/b"],
      passes: ["dir", "adir/"],
    },
    { pattern: "/dir/***", matches: ["dir/", "dir/a"], passes: ["dir", "x/dir/"] },
  ],
  "a class matches one byte of its members": [
    { pattern: "[abc]", matches: ["a", "c"], passes: ["d", "ab"] },
    { pattern: "[a-c1-3]", matches: ["b", "2"], passes: ["d", "4", "-"] },
    { pattern: "[!a-c]", matches: ["d"], passes: ["a", "dd"] },
    { pattern: "[^a-c]", matches: ["d", "^"], passes: ["a"] },
    { pattern: "[]a]", matches: ["]", "a"], passes: ["b"] },
    { pattern: "[!]a]", matches: ["b"], passes: ["]", "a"] },
    { pattern: "[a-]", matches: ["a", "-"], passes: ["b"] },
    { pattern: "[\\]\\-]", matches: ["]", "-"], passes: ["\\"] },
    { pattern: "[[:digit:]_]", matches: ["1", "_"], passes: ["a", ":"] },
    { pattern: "[[:alpha:]]x", matches: ["ax", "Zx"], passes: ["1x", "éx"] },
    { pattern: "[![:space:]]", matches: ["a"], passes: [" ", "\t", "\n"] },
    { pattern: "[[:x]", matches: ["[", ":", "x"], passes: ["a"] },
  ],
  "a class never matches a slash": [
    { pattern: "a[!b]c", matches: ["axc"], passes: ["a/c", "abc"] },
    { pattern: "[/a]", matches: [], passes: ["a", "x/a"] },
    { pattern: "/[/a]", matches: ["a"], passes: ["x/a"] },
  ],
  "a malformed pattern matches nothing": [
    { pattern: "[a", matches: [], passes: ["[a", "a"] },
    { pattern: "[[:nonsense:]]", matches: [], passes: ["n", "["] },
    { pattern: "*\\", matches: [], passes: ["a\\", "\\"] },
  ],
  "a backslash escapes only where the pattern has a wildcard": [
    { pattern: "foo\\bar", matches: ["foo\\bar"], passes: ["foobar"] },
    { pattern: "foo\\bar*", matches: ["foobar", "foobar1"], passes: ["foo\\bar"] },
    { pattern: "\\*", matches: ["*"], passes: ["a", "\\*"] },
    { pattern: "\\[a]", matches: ["[a]"], passes: ["a"] },
    { pattern: "\\?", matches: ["?"], passes: ["a"] },
  ],
};

for (const [sentence, rows] of Object.entries(tables)) {
  Deno.test(sentence, () => {
    for (const { pattern, matches, passes } of rows) {
      for (const path of matches) {
        assert.ok(isExcluded(pattern, path), `${pattern} should match ${path}`);
      }
      for (const path of passes) {
        assert.ok(!isExcluded(pattern, path), `${pattern} should not match ${path}`);
      }
    }
  });
}

Deno.test("names and patterns are bytes: not UTF-8, with newlines, 255 long", () => {
  assert.ok(isExcluded(Uint8Array.of(0xff, 0x2a), Uint8Array.of(0x61, 0x2f, 0xff, 0xfe)));
  assert.ok(!isExcluded(Uint8Array.of(0xff, 0x2a), Uint8Array.of(0xfe, 0xff)));
  assert.ok(isExcluded("a\nb", "a\nb"));
  assert.ok(isExcluded("a?b", "a\nb"));
  const long = "n".repeat(255);
  assert.ok(isExcluded("/d/**n", `d/${long}`));
  assert.ok(isExcluded("d/***", `d/${"x".repeat(300)}/`));
});

Deno.test("many stars against a long name take no exponential time", () => {
  const started = performance.now();
  assert.ok(!isExcluded("*a".repeat(30) + "b", "a".repeat(255)));
  assert.ok(!isExcluded("**a*".repeat(30) + "b", `${"a/".repeat(100)}${"a".repeat(255)}`));
  assert.ok(performance.now() - started < 30_000);
});
