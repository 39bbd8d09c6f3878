import assert from "node:assert/strict";
import {
  buildFilterSpec,
  compileFilter,
  FilterError,
  type FilterErrorCode,
  type FilterOptions,
  type FilterRuleSource,
} from "../../core/filter/mod.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const exclude = (pattern: string): FilterRuleSource => ({ kind: "exclude", pattern });
const include = (pattern: string): FilterRuleSource => ({ kind: "include", pattern });
const excludeFrom = (content: string): FilterRuleSource => ({
  kind: "exclude-from",
  name: "rules.txt",
  content: bytes(content),
});

function accepts(options: FilterOptions, path: string): boolean {
  const isDirectory = path.endsWith("/");
  const whole = bytes(isDirectory ? path.slice(0, -1) : path);
  const nameAt = whole.lastIndexOf(0x2f) + 1;
  const directory = compileFilter(buildFilterSpec(options))
    .directory(whole.subarray(0, Math.max(nameAt - 1, 0)));
  return directory.accepts(whole, nameAt, whole.length - nameAt, isDirectory);
}

function assertFails(options: FilterOptions, code: FilterErrorCode, sentence: RegExp): void {
  assert.throws(() => buildFilterSpec(options), (error: unknown) => {
    assert.ok(error instanceof FilterError);
    assert.equal(error.code, code);
    assert.match(error.message, sentence);
    return true;
  });
}

Deno.test("the first rule that matches decides, and what none matches takes part", () => {
  const rules = [include("keep.o"), exclude("*.o"), include("*.o")];
  assert.ok(accepts({ rules }, "a/keep.o"));
  assert.ok(!accepts({ rules }, "a/other.o"));
  assert.ok(accepts({ rules }, "a/other.c"));
});

Deno.test("signs and a lone exclamation mark mean in an option what they mean to rsync", () => {
  assert.ok(accepts({ rules: [exclude("+ a"), exclude("*")] }, "a"));
  assert.ok(!accepts({ rules: [include("- a")] }, "a"));
  assert.ok(accepts({ rules: [exclude("*"), exclude("!")] }, "a"));
  assert.ok(!accepts({ rules: [exclude("!a")] }, "!a"));
  assert.ok(!accepts({ rules: [exclude("-a")] }, "-a"));
  assert.ok(accepts({ rules: [exclude("")] }, "a"));
});

Deno.test("an exclude-from file has comments, blank lines, signs and a clearing line", () => {
  const content = "gone\n!\n# a\n; b\n\n+ keep.o\r\n- *.o\r\n trailing \n#c";
  const rules = [excludeFrom(content)];
  assert.ok(accepts({ rules }, "gone"));
  assert.ok(accepts({ rules }, "keep.o"));
  assert.ok(!accepts({ rules }, "x.o"));
  assert.ok(!accepts({ rules }, " trailing "));
  assert.ok(accepts({ rules }, "trailing"));
  assert.ok(accepts({ rules }, "#c"));
});

Deno.test("an exclude-from file may hold names that are not UTF-8", () => {
  const content = Uint8Array.of(0xff, 0xfe, 0x0a);
  const spec = buildFilterSpec({ rules: [{ kind: "exclude-from", name: "f", content }] });
  const root = compileFilter(spec).directory(new Uint8Array());
  assert.ok(!root.accepts(content, 0, 2, false));
  assert.ok(root.accepts(content, 0, 1, false));
});

Deno.test("a faulty rule is refused with its file and line", () => {
  assertFails(
    { rules: [excludeFrom("a\r\n\r\n- \r\n")] },
    "empty-pattern",
    /^--exclude-from "rules\.txt", line 3: the rule "- " has no pattern/,
  );
  assertFails({ rules: [exclude("- ")] }, "empty-pattern", /^--exclude: /);
  assertFails({ rules: [excludeFrom("a\0b")] }, "nul-in-pattern", /"a\\u0000b" holds a NUL byte/);
});

Deno.test("rules everywhere alike give every directory the same filter", () => {
  const alike = compileFilter(buildFilterSpec({ rules: [exclude("*.o"), exclude("**/tmp/")] }));
  assert.equal(alike.directory(bytes("a")), alike.directory(bytes("b/c")));
  const anchored = compileFilter(buildFilterSpec({ rules: [exclude("/a/x")] }));
  assert.ok(!anchored.directory(bytes("a")).acceptsAll);
  assert.ok(anchored.directory(bytes("b")).acceptsAll);
});

Deno.test("a filter says what need not be asked", () => {
  const facts = (options: FilterOptions) => {
    const { isEmpty, hasRules, hasFileLimits, hasFileList } = compileFilter(
      buildFilterSpec(options),
    );
    return { isEmpty, hasRules, hasFileLimits, hasFileList };
  };
  const none = { isEmpty: true, hasRules: false, hasFileLimits: false, hasFileList: false };
  assert.deepEqual(facts({}), none);
  assert.deepEqual(facts({ rules: [exclude("[malformed")] }), none);
  assert.deepEqual(facts({ rules: [exclude("a")] }), { ...none, isEmpty: false, hasRules: true });
  assert.deepEqual(facts({ minSize: 0 }), { ...none, isEmpty: false, hasFileLimits: true });
  assert.deepEqual(
    facts({ filesFrom: { name: "l", content: bytes("") } }),
    { ...none, isEmpty: false, hasRules: true, hasFileList: true },
  );
});

const list = (content: string, nullTerminated = false): FilterOptions => ({
  filesFrom: { name: "list.txt", content: bytes(content), nullTerminated },
});

Deno.test("a list takes its paths and the directories towards them, and no content", () => {
  const options = list("a/b/file\n/./c//\n# comment\n;another\n\nd\r\n");
  for (const path of ["a/", "a/b/", "a/b/file", "c/", "c/x", "c/sub/", "d", "d/"]) {
    assert.ok(accepts(options, path), path);
  }
  for (const path of ["a", "a/x", "a/b/filex", "a/b/fil", "c/sub/x", "d/x", "e", "# comment"]) {
    assert.ok(!accepts(options, path), path);
  }
});

Deno.test("a list of . takes what is directly in the source", () => {
  for (const content of [".", "./", "/"]) {
    assert.ok(accepts(list(content), "a/"));
    assert.ok(!accepts(list(content), "a/b"));
  }
});

Deno.test("names with neighbours in sorting order are kept apart in a list", () => {
  const options = list("a-b\na/x\na\na.c/y\nab/z\n");
  for (const path of ["a-b", "a/", "a/x", "a.c/", "a.c/y", "ab/", "ab/z"]) {
    assert.ok(accepts(options, path), path);
  }
  for (const path of ["a-b/x", "a/y", "ab", "ab/x", "a.c", "a.c/x", "a-"]) {
    assert.ok(!accepts(options, path), path);
  }
});

Deno.test("a NUL list holds names with newlines and comment signs", () => {
  const options = list("a\nb\0#c\0;d", true);
  for (const path of ["a\nb", "#c", ";d"]) assert.ok(accepts(options, path));
  assert.ok(!accepts(options, "b"));
});

Deno.test("rules apply to listed paths but not to the directories towards them", () => {
  const options = { ...list("a/b/x.o\na/b/x.c\nc/\n"), rules: [exclude("*.o"), exclude("b")] };
  assert.ok(accepts(options, "a/b/"));
  assert.ok(accepts(options, "a/b/x.c"));
  assert.ok(!accepts(options, "a/b/x.o"));
  assert.ok(!accepts(options, "c/b"));
});

Deno.test("an excluded directory's content is not taken by its trailing slash", () => {
  const options = { ...list("c/d/\nc/d/listed\n"), rules: [exclude("/c/d")] };
  assert.ok(accepts(options, "c/d/"));
  assert.ok(accepts(options, "c/d/listed"));
  assert.ok(!accepts(options, "c/d/other"));
});

Deno.test("a list with .. is refused with its line, and a NUL list without --null", () => {
  assertFails(
    list("a\n#\nb/../c\n"),
    "parent-in-path",
    /^--files-from "list\.txt", line 3: the path "b\/\.\.\/c" has a "\.\." in it/,
  );
  assertFails(list("a\0..\0", true), "parent-in-path", /entry 2/);
  assertFails(list("a\0b\0"), "nul-in-pattern", /--null/);
  assert.ok(accepts(list("a..\n..b"), "..b"));
});

Deno.test("listed paths that a directory does not hold are reported", () => {
  const filter = compileFilter(buildFilterSpec(list("a\na/x\nb\nc/d/e\nc/f\ng/\n")));
  const root = filter.directory(new Uint8Array());
  const seen = new Uint8Array(root.wantedCount);
  root.noteSeen(seen, bytes("xxa"), 2, 1, false);
  root.noteSeen(seen, bytes("other"), 0, 5, true);
  root.noteSeen(seen, bytes("g"), 0, 1, true);
  assert.deepEqual(root.unmatchedPaths(seen).map(text), ["a/x", "b", "c/d/e", "c/f"]);
  const unlisted = filter.directory(bytes("zzz"));
  assert.ok(unlisted.acceptsNothing);
  assert.equal(unlisted.wantedCount, 0);
});

Deno.test("a long list is read and asked quickly", () => {
  let content = "";
  for (let number = 0; number < 100_000; number++) content += `d${number % 100}/f${number}\n`;
  const started = performance.now();
  const filter = compileFilter(buildFilterSpec(list(content)));
  const names = bytes("f4242f4243");
  for (let turn = 0; turn < 100; turn++) {
    assert.ok(filter.directory(bytes("d42")).accepts(names, 0, 5, false));
    assert.ok(!filter.directory(bytes("d42")).accepts(names, 5, 5, false));
  }
  assert.ok(performance.now() - started < 30_000);
});

Deno.test("sizes are read as rsync reads them", () => {
  const sizes: Readonly<Record<string, number>> = {
    "0": 0,
    "10": 10,
    "10b": 10,
    "1k": 1024,
    "1K": 1024,
    "1KiB": 1024,
    "1kb": 1000,
    "1.5mb-1": 1_499_999,
    "2g+1": 2_147_483_649,
    "1.005MB": 1_005_000,
    ".5k": 512,
    "1.": 1,
    "1.9": 1,
    "3T": 3 * 1024 ** 4,
    "1p": 1024 ** 5,
  };
  for (const [written, sizeBytes] of Object.entries(sizes)) {
    assert.equal(buildFilterSpec({ minSize: written }).limits.minSizeBytes, sizeBytes, written);
  }
  for (const written of ["", "k", "1x", "-5", "+1", "1 k", "1kk", "8192P", "0-1", "1e3", "."]) {
    assertFails({ maxSize: written }, "bad-size", /^--max-size ".*" is /);
  }
});

Deno.test("limits of size include both ends", () => {
  const filter = compileFilter(buildFilterSpec({ minSize: "1K", maxSize: 2048 }));
  const passing = [1023, 1024, 2048, 2049].map((size) => filter.acceptsFile(size, 0, 0));
  assert.deepEqual(passing, [false, true, true, false]);
});

Deno.test("ages are durations or moments", () => {
  const day = 86_400;
  const ages: Readonly<Record<string, number>> = {
    "90": 90,
    "90s": 90,
    "1500ms": 1.5,
    "15m": 900,
    "2h": 7200,
    "1h30m": 5400,
    "1.5d": 1.5 * day,
    "3d": 3 * day,
    "1w": 7 * day,
    "1M": 30 * day,
    "1y": 365 * day,
  };
  for (const [written, seconds] of Object.entries(ages)) {
    const { maxAge } = buildFilterSpec({ maxAge: written }).limits;
    assert.deepEqual(maxAge, { kind: "age", seconds }, written);
  }
  const moments: Readonly<Record<string, number>> = {
    "2024-02-29T12:00:00Z": Date.UTC(2024, 1, 29, 12) / 1000,
    "2024-02-29t12:00:00.25z": Date.UTC(2024, 1, 29, 12) / 1000 + 0.25,
    "2024-02-29T12:00:00+02:00": Date.UTC(2024, 1, 29, 10) / 1000,
    "2024-02-29 12:00": new Date(2024, 1, 29, 12).getTime() / 1000,
    "2024-02-29": new Date(2024, 1, 29).getTime() / 1000,
  };
  for (const [written, epochSeconds] of Object.entries(moments)) {
    const { minAge } = buildFilterSpec({ minAge: written }).limits;
    assert.deepEqual(minAge, { kind: "moment", epochSeconds }, written);
  }
  const faulty = ["", "d", "3x", "-3d", "1d-", "2023-02-29", "2024-13-01", "2024-01-00", "now"];
  for (const written of faulty) {
    assertFails({ minAge: written }, "bad-age", /^--min-age ".*" is neither an age nor a date/);
  }
});

Deno.test("limits of age include both ends and are measured from the run's start", () => {
  const now = 1_000_000;
  const between = compileFilter(buildFilterSpec({ minAge: "10s", maxAge: "20s" }));
  const ages = [9, 10, 20, 21].map((age) => between.acceptsFile(1, now - age, now));
  assert.deepEqual(ages, [false, true, true, false]);
  const before = compileFilter(buildFilterSpec({ minAge: "1970-01-02T00:00:00Z" }));
  assert.ok(before.acceptsFile(1, 86_400, now));
  assert.ok(!before.acceptsFile(1, 86_400.5, now));
  const after = compileFilter(buildFilterSpec({ maxAge: "1970-01-02T00:00:00Z" }));
  assert.ok(!after.acceptsFile(1, 86_399.5, now));
  assert.ok(after.acceptsFile(1, now + 5, now), "a file from the future is young");
});

Deno.test("limits that no file could meet are refused", () => {
  assertFails({ minSize: "2M", maxSize: "1M" }, "empty-range", /"2M" .* "1M"/);
  assertFails({ minAge: "2d", maxAge: "1d" }, "empty-range", /"2d" .* "1d"/);
  assertFails({ minAge: "2023-01-01", maxAge: "2024-01-01" }, "empty-range", /2023/);
});

Deno.test("a spec survives the way to a Worker", () => {
  const options: FilterOptions = {
    ...list("a/b"),
    rules: [exclude("x")],
    minSize: 1,
    minAge: "1d",
  };
  const spec = structuredClone(buildFilterSpec(options));
  const filter = compileFilter(spec);
  assert.ok(filter.directory(bytes("a")).accepts(bytes("b"), 0, 1, false));
  assert.ok(!filter.acceptsFile(0, 0, 100_000));
});
