import assert from "node:assert/strict";
import fc from "fast-check";
import { compileShellPattern } from "../../../core/listing/shell_pattern.ts";

/** LC_CTYPE and FNM_CASEFOLD of locale.h and fnmatch.h. */
const LC_CTYPE = 0;
const FNM_CASEFOLD = 16;

const encoder = new TextEncoder();
const libc = open();

function open() {
  try {
    return Deno.dlopen("libc.so.6", {
      fnmatch: { parameters: ["buffer", "buffer", "i32"], result: "i32" },
      setlocale: { parameters: ["i32", "buffer"], result: "pointer" },
    });
  } catch {
    return undefined;
  }
}

/** What find(1) would say: it calls fnmatch(3). */
function oracle(pattern: Uint8Array, text: Uint8Array, ignoreCase: boolean): boolean {
  assert.ok(libc);
  const flags = ignoreCase ? FNM_CASEFOLD : 0;
  return libc.symbols.fnmatch(terminated(pattern), terminated(text), flags) === 0;
}

function terminated(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length + 1);
  result.set(bytes);
  return result;
}

function matches(pattern: Uint8Array, text: Uint8Array, ignoreCase: boolean): boolean {
  const compiled = compileShellPattern(pattern, ignoreCase);
  // What stands around the text must not matter.
  const around = new Uint8Array(text.length + 2).fill(0x61);
  around.set(text, 1);
  return compiled?.matches(around, 1, text.length + 1) ?? false;
}

const CLASSES = ["alpha", "digit", "upper", "lower", "punct", "space", "xdigit", "alnum"];
/** What begins a class or collating symbol and is none: POSIX leaves it open. */
const UNFINISHED = new RegExp(`\\[(\\.|=|:(?!(${CLASSES.join("|")}):\\]))`);

/** glibc's ranges of characters beyond ASCII go by tables of its own. */
const LONG_RANGE = /[^ -~]-|-[^ -~]/;

const letters = (extra: readonly string[]) =>
  fc.constantFrom("a", "b", "c", "A", "B", "0", ".", "-", "/", "]", "[", "!", "^", ":", ...extra);

function patternOf(extra: readonly string[]) {
  const piece = fc.oneof(
    { weight: 4, arbitrary: letters(extra) },
    { weight: 3, arbitrary: fc.constantFrom("*", "?", "**") },
    { weight: 1, arbitrary: letters(extra).map((letter) => `\\${letter}`) },
    { weight: 1, arbitrary: fc.constantFrom(...CLASSES).map((name) => `[[:${name}:]]`) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.constantFrom("", "!", "^"),
        fc.array(fc.oneof(letters(extra), fc.constantFrom("a-c", "A-B", "0-9", "\\]", "b-a")), {
          minLength: 1,
          maxLength: 4,
        }),
      ).map(([not, members]) => `[${not}${members.join("")}]`),
    },
  );
  return fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(""))
    .filter((pattern) => !UNFINISHED.test(pattern) && !LONG_RANGE.test(pattern));
}

const textOf = (extra: readonly string[]) =>
  fc.array(letters(extra), { maxLength: 8 }).map((parts) => parts.join(""));

/**
 * glibc 2.36 compares bytes where comparing characters of UTF-8 does not match, so that `??`
 * matches `é`. Nobody means that: what only the bytes match is left open.
 */
function compare(extra: readonly string[], locale: string): void {
  const choose = (name: string) => {
    assert.ok(libc?.symbols.setlocale(LC_CTYPE, encoder.encode(`${name}\0`)));
  };
  fc.assert(
    fc.property(
      patternOf(extra),
      fc.array(textOf(extra), { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      (pattern, texts, ignoreCase) => {
        // Of a bracket that ends in the middle of a range glibc makes a pattern that matches nothing;
        // POSIX says that a bracket that is not closed stands for itself (XCU 2.14.1).
        fc.pre(!/\[[^\]]*-$/.test(pattern));
        const wanted = encoder.encode(pattern);
        for (const text of texts.map((each) => encoder.encode(each))) {
          choose("C");
          const byBytes = oracle(wanted, text, ignoreCase);
          choose(locale);
          const byCharacters = oracle(wanted, text, ignoreCase);
          const matched = matches(wanted, text, ignoreCase);
          if (locale === "C" || !byBytes) assert.equal(matched, byCharacters);
        }
      },
    ),
    { numRuns: 5000 },
  );
}

Deno.test({
  name: "shell patterns match what fnmatch of the C library matches",
  ignore: libc === undefined,
  fn: () => compare([], "C"),
});

Deno.test({
  name: "shell patterns take characters of UTF-8 as fnmatch does",
  ignore: libc === undefined,
  fn: () => {
    try {
      compare(["é", "É", "ß", "日", "🦕"], "C.UTF-8");
    } finally {
      libc?.symbols.setlocale(LC_CTYPE, encoder.encode("C\0"));
    }
  },
});

Deno.test("shell patterns take a byte that belongs to no character for one of its own", () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const star = 0x2a, question = 0x3f;
  for (const pattern of [bytes(question), bytes(0xff), bytes(0x5b, 0xff, 0x5d), bytes(star)]) {
    assert.equal(matches(pattern, bytes(0xff), false), true);
  }
  assert.equal(matches(bytes(question), bytes(0xc3, 0xa9), false), true);
  assert.equal(matches(bytes(question), bytes(0xc3, 0x41), false), false);
  assert.equal(matches(bytes(question, question), bytes(0xc3, 0x41), false), true);
  assert.equal(matches(bytes(star, 0xa9), bytes(0xc3, 0xa9), false), false);
  assert.equal(matches(bytes(star, 0xa9), bytes(0x41, 0xa9), false), true);
});

Deno.test("a shell pattern that names no class of POSIX, or ends in a backslash, matches nothing", () => {
  for (const pattern of ["[[:nope:]]", "[![:nope:]]", "a\\"]) {
    assert.equal(compileShellPattern(encoder.encode(pattern), false), undefined);
  }
});

Deno.test("a shell pattern of many stars takes no exponential time", () => {
  const pattern = encoder.encode(`${"*a".repeat(60)}b`);
  assert.equal(matches(pattern, encoder.encode("a".repeat(4000)), false), false);
});
