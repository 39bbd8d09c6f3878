import assert from "node:assert/strict";
import fc from "fast-check";
import { buildFilterSpec } from "../../../core/filter/mod.ts";
import type { FilterSpec } from "../../../core/filter/spec.ts";
import { SessionError } from "../../../core/remote/session/session_error.ts";
import { MAX_PATTERN_BYTES, MAX_RULES } from "../../../core/remote/session/wire_filter.ts";
import {
  optionsFromWire,
  optionsToWire,
  verbFromWire,
  verbToWire,
} from "../../../core/remote/session/wire_options.ts";
import { jobOptions } from "../../../core/transfer/make_job.ts";
import type { TransferOptions, Work } from "../../../core/transfer/options.ts";
import { Options } from "../../../proto/generated/blit.ts";

const encoder = new TextEncoder();

/** What the other end has of options once they have been bytes. */
function sent(options: TransferOptions, filter?: FilterSpec, now = 1.5): Options {
  return Options.decode(Options.encode(optionsToWire(options, filter, now)).finish());
}

/** A filter without the shared memory and the buffers that `deepEqual` would tell apart. */
function plain(filter: FilterSpec | undefined): unknown {
  if (filter === undefined) return undefined;
  const { rules, files, limits } = filter;
  return {
    rules: rules.map(({ includes, pattern }) => [includes, [...pattern]]),
    files: files && [[...files.bytes], [...files.starts], [...files.wantsContent]],
    limits,
  };
}

function refused(wire: Options, code: string, words: RegExp): void {
  assert.throws(() => optionsFromWire(wire, true), (error) => {
    assert.ok(error instanceof SessionError);
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });
}

const flag = fc.option(fc.boolean(), { nil: undefined });
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: 1, maxLength, min: 1 });
const age = fc.constantFrom("90s", "2h", "3d", "2024-12-31", "1999-01-01T00:00:00.25Z");
const component = fc.string({ minLength: 1, maxLength: 4 }).filter((text) =>
  !/^\.{1,2}$|[/\0\n\r]/.test(text)
);

const filters: fc.Arbitrary<FilterSpec> = fc.record({
  rules: fc.array(
    fc.record({ kind: fc.constantFrom("include", "exclude"), pattern: bytes(12) }),
    { maxLength: 5 },
  ),
  filesFrom: fc.array(fc.array(component, { maxLength: 4 }), { maxLength: 20 }).map((paths) => ({
    name: "list",
    content: encoder.encode(paths.map((path) => `./${path.join("/")}`).join("\0")),
    nullTerminated: true,
  })),
  minSize: fc.nat(1000),
  maxSize: fc.integer({ min: 1000, max: Number.MAX_SAFE_INTEGER }),
  minAge: age,
  maxAge: age,
}, { requiredKeys: [] }).map((options) => {
  const { maxAge: _, ...rest } = options;
  try {
    return buildFilterSpec(options);
  } catch {
    try {
      return buildFilterSpec(rest); // the ages left no time between them
    } catch {
      return buildFilterSpec({}); // a rule was a sign without a pattern
    }
  }
});

Deno.test("options come out of the wire as they went in", () => {
  fc.assert(fc.property(
    fc.record({
      dryRun: flag,
      compare: fc.constantFrom("size-mtime", "checksum", "size", "always"),
      ignoreExisting: flag,
      update: flag,
      xattrs: flag,
      acls: flag,
      durable: flag,
      resume: flag,
      forceDelete: flag,
      reportEntries: flag,
      backupDir: bytes(20),
      confirm: fc.constant(() => true),
    }, { requiredKeys: [] }),
    fc.option(filters, { nil: undefined }),
    fc.double({ min: 1, noNaN: true, noDefaultInfinity: true }),
    (given, filter, nowSeconds) => {
      const options = given as TransferOptions;
      const wire = sent(options, filter, nowSeconds);
      const { filter: got, ...rest } = optionsFromWire(wire, true);
      const { filter: _, keepsMounts: __, ...wanted } = {
        ...jobOptions(options, filter),
        nowSeconds,
        forceDelete: options.forceDelete ?? false,
        canConfirm: options.confirm !== undefined,
        deltas: { linkRate: undefined },
      };
      assert.deepEqual({ ...rest, backupDir: rest.backupDir && [...rest.backupDir] }, {
        ...wanted,
        backupDir: wanted.backupDir && [...wanted.backupDir],
      });
      assert.deepEqual(plain(got), plain(filter));
    },
  ));
});

Deno.test("a list of files comes out in shared memory, however long it is", () => {
  const lines = Array.from({ length: 50_000 }, (_, at) => `directory-${at % 100}/file ${at}`);
  const content = encoder.encode(lines.join("\n"));
  const filter = buildFilterSpec({ filesFrom: { name: "list", content } });
  const { files } = optionsFromWire(sent({}, filter), true).filter ?? {};
  assert.ok(files !== undefined);
  assert.ok(files.bytes.buffer instanceof SharedArrayBuffer);
  assert.ok(files.starts.buffer instanceof SharedArrayBuffer);
  assert.equal(files.wantsContent.length, 50_000);
  assert.deepEqual(plain({ rules: [], files, limits: {} }), plain(filter));
});

Deno.test("verbs come out of the wire as they went in, and no others", () => {
  for (const verb of ["copy", "mirror", "move", "check"] as const satisfies Work[]) {
    assert.equal(verbFromWire(verbToWire(verb)), verb);
  }
  for (const number of [0, 5, -1]) {
    assert.throws(() => verbFromWire(number as never), { name: "SessionError", code: "verb" });
  }
});

Deno.test("options that no client sends are refused", () => {
  const good = sent({});
  for (const number of [0, 5, 1000]) {
    refused({ ...good, compare: number as never }, "options", /no way to compare/);
  }
  for (const nowSeconds of [NaN, Infinity, -Infinity]) {
    refused({ ...good, nowSeconds }, "options", /not a time/);
  }
  refused({ ...good, backupDir: Uint8Array.of(97, 0) }, "options", /NUL byte/);
  refused({ ...good, backupDir: new Uint8Array(4097).fill(97) }, "options", /4096 bytes/);
});

Deno.test("rules that no client sends are refused", () => {
  const wire = (...patterns: Uint8Array[]): Options => ({
    ...sent({}),
    filter: {
      rules: patterns.map((pattern) => ({ includes: false, pattern })),
      files: undefined,
      limits: undefined,
    },
  });
  const star = encoder.encode("*");
  assert.equal(optionsFromWire(wire(star), true).filter?.rules.length, 1);
  refused(wire(star, new Uint8Array(0)), "filter", /empty/);
  refused(wire(Uint8Array.of(42, 0)), "filter", /NUL byte/);
  refused(wire(new Uint8Array(MAX_PATTERN_BYTES + 1).fill(42)), "filter", /16384 bytes/);
  refused(wire(...new Array(MAX_RULES + 1).fill(star)), "filter", /65537 rules/);
});

Deno.test("limits that no client sends are refused", () => {
  const wire = (limits: Partial<Options["filter"] & object>["limits"]): Options => ({
    ...sent({}),
    filter: { rules: [], files: undefined, limits },
  });
  const none = { minAge: undefined, maxAge: undefined };
  for (const size of [-1, 0.5, NaN, 2 ** 53]) {
    refused(wire({ ...none, minSizeBytes: size }), "filter", /no size/);
    refused(wire({ ...none, maxSizeBytes: size }), "filter", /no size/);
  }
  for (const value of [NaN, Infinity]) {
    const bound = { $case: "ageSeconds", value } as const;
    refused(wire({ ...none, minAge: { bound } }), "filter", /age has no number/);
  }
  refused(wire({ ...none, maxAge: { bound: undefined } }), "filter", /age has no number/);
});

Deno.test("lists of files that no client sends are refused", () => {
  const wire = (text: string, starts: number[], wantsContent?: number[]): Options => ({
    ...sent({}),
    filter: {
      rules: [],
      limits: undefined,
      files: {
        bytes: encoder.encode(text),
        starts,
        wantsContent: Uint8Array.from(wantsContent ?? starts.slice(1).fill(0)),
      },
    },
  });
  for (const good of [wire("", [0]), wire("", [0, 0]), wire("aa/ba-b", [0, 1, 4, 7])]) {
    assert.ok(optionsFromWire(good, true).filter?.files);
  }
  refused(wire("ab", []), "filter", /begin and end/);
  refused(wire("ab", [1, 2]), "filter", /begin and end/);
  refused(wire("ab", [0, 1]), "filter", /begin and end/);
  refused(wire("ab", [0, 3]), "filter", /begin and end/);
  refused(wire("ab", [0, 2, 1, 2]), "filter", /overlap/);
  refused(wire("ab", [0, 5, 2]), "filter", /overlap/);
  refused(wire("ab", [0, 1, 2], [0]), "filter", /each path/);
  refused(wire("ab", [0, 1, 2], [0, 2]), "filter", /each path/);
  refused(wire("ba", [0, 1, 2]), "filter", /not sorted/);
  refused(wire("aa", [0, 1, 2]), "filter", /not sorted/);
  refused(wire("a-ba/b", [0, 3, 6]), "filter", /not sorted/);
  for (const path of ["..", ".", "/", "/a", "a/", "a//b", "a/../b", "a/..", "../a", "./a", "a/."]) {
    refused(wire(path, [0, path.length]), "filter", /empty or only dots/);
  }
  refused(wire("a\0b", [0, 3]), "filter", /NUL byte/);
});

Deno.test("whatever bytes come as options, they are taken or refused with a sentence", () => {
  const good = Options.encode(optionsToWire(
    { backupDir: "old" },
    buildFilterSpec({
      rules: [{ kind: "exclude", pattern: "*.o" }],
      filesFrom: { name: "list", content: encoder.encode("a/b\nc/\n") },
      minAge: "3d",
    }),
    5,
  )).finish();
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    (changes) => {
      const changed = good.slice();
      for (const [at, value] of changes) changed[at] = value;
      let wire: Options;
      try {
        wire = Options.decode(changed);
      } catch {
        return; // no message at all
      }
      try {
        optionsFromWire(wire, true);
      } catch (error) {
        assert.ok(error instanceof SessionError, String(error));
      }
    },
  ));
});
