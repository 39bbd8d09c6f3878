import assert from "node:assert/strict";
import {
  ShardError,
  type ShardErrorCode,
  ShardReader,
  ShardWriter,
  tarHeader,
} from "../../../core/shard/mod.ts";
import {
  bytesOf,
  headerOf,
  mendChecksum,
  ODD_SAMPLES,
  pack,
  sample,
  textOf,
  unpack,
} from "./sample.ts";

/** One file that needs no pax header: a header block, a block of content, the end. */
function plain(): Uint8Array<ArrayBuffer> {
  return pack([sample({ name: "file", content: "content" })]);
}

/** A file behind a pax header with these records. */
function withRecords(records: string): Uint8Array<ArrayBuffer> {
  const archive = pack([sample({ name: "n".repeat(200), content: "content" })]);
  archive.fill(0, 512, 1024);
  archive.set(bytesOf(records), 512);
  archive.set(bytesOf(records.length.toString(8).padStart(11, "0")), 124);
  mendChecksum(archive);
  return archive;
}

function record(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return `${length}${rest}`;
}

/** The plain file with a header field overwritten and the checksum mended. */
function withField(at: number, field: string): Uint8Array<ArrayBuffer> {
  const archive = plain();
  archive.set(bytesOf(field), at);
  mendChecksum(archive);
  return archive;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function twoPaxHeaders(): Uint8Array<ArrayBuffer> {
  const archive = withRecords(record("path", "a"));
  return joined(archive.subarray(0, 1024), archive);
}

const MALFORMED: readonly (readonly [string, ShardErrorCode, Uint8Array<ArrayBuffer>])[] = [
  ["a checksum that is off by one", "bad-checksum", plain().fill(0x37, 0, 1)],
  ["noise", "bad-checksum", new Uint8Array(1024).fill(0xa5)],
  ["a header from before ustar", "not-ustar", withField(257, "\0\0\0\0\0\0\0\0")],
  ["a header of old GNU tar", "not-ustar", withField(257, "ustar  \0")],
  ["a size that is no number", "bad-number", withField(124, "0000000000x\0")],
  ["a size with an 8 in it", "bad-number", withField(124, "00000000008\0")],
  ["an empty mode", "bad-number", withField(100, "\0\0\0\0\0\0\0\0")],
  ["a negative size", "number-too-large", withField(124, "\xff".repeat(12))],
  ["a size of 2^80", "number-too-large", withField(124, "\x80\x01" + "\0".repeat(10))],
  ["a device", "unsupported-type", withField(156, "3")],
  ["a pipe", "unsupported-type", withField(156, "6")],
  ["a global pax header", "unsupported-type", withField(156, "g")],
  ["a GNU long name", "unsupported-type", withField(156, "L")],
  ["an absolute name", "bad-name", withField(0, "/etc")],
  ["a name that climbs", "bad-name", withField(0, "a/../../b")],
  ["a name that is only ..", "bad-name", withField(0, "..\0\0")],
  ["no name", "bad-name", withField(0, "\0\0\0\0")],
  ["a file whose name ends in a slash", "bad-name", withField(0, "dir/")],
  ["a prefix that climbs", "bad-name", withField(345, "../..")],
  ["a link without target", "unexpected-content", withField(156, "2")],
  ["a directory with content", "unexpected-content", withField(156, "5")],
  ["a pax name with a NUL", "bad-name", withRecords(record("path", "a\0b"))],
  ["a pax name that climbs", "bad-name", withRecords(record("path", "../a"))],
  ["a pax record of no length", "bad-pax", withRecords(" path=a\n")],
  ["a pax record longer than all", "bad-pax", withRecords("99 path=a\n")],
  ["a pax record shorter than itself", "bad-pax", withRecords("3 path=a\n")],
  ["a pax record of an enormous length", "bad-pax", withRecords(`${"9".repeat(30)} path=a\n`)],
  ["a pax record without newline", "bad-pax", withRecords("9 path=ab")],
  ["a pax record without value", "bad-pax", withRecords("7 path\n")],
  ["a pax record without keyword", "bad-pax", withRecords("5 =a\n")],
  ["a pax size that is no number", "bad-pax", withRecords(record("size", "-1"))],
  ["a pax size past 2^53", "number-too-large", withRecords(record("size", "9007199254740992"))],
  ["a pax owner past 2^32", "number-too-large", withRecords(record("uid", "4294967296"))],
  ["a pax time that is no number", "bad-pax", withRecords(record("mtime", "1.5.5"))],
  ["a pax time past 2^53", "number-too-large", withRecords(record("mtime", "9".repeat(17)))],
  ["a sparse file of GNU tar", "unsupported-pax", withRecords(record("GNU.sparse.major", "1"))],
  ["a foreign character set", "unsupported-pax", withRecords(record("hdrcharset", "KOI8-R"))],
  ["two pax headers in a row", "unsupported-type", twoPaxHeaders()],
  ["a single zero block", "bad-end", joined(new Uint8Array(512), plain())],
  ["data behind the end", "trailing-data", joined(plain(), bytesOf("more"))],
];

for (const [what, code, archive] of MALFORMED) {
  Deno.test(`the reader refuses ${what}`, () => {
    for (const step of [archive.length, 100]) {
      assert.throws(() => unpack(archive, step), (error: unknown) => {
        assert.ok(error instanceof ShardError);
        assert.equal(error.code, code);
        assert.match(error.message, /^Cannot read a shard at byte \d+: /);
        return true;
      });
    }
  });
}

Deno.test("the reader refuses a pax header of more than 192 KiB before it is there", () => {
  const archive = withRecords(record("path", "a"));
  archive.set(bytesOf((200 * 1024).toString(8).padStart(11, "0")), 124);
  mendChecksum(archive);
  assert.throws(() => unpack(archive.subarray(0, 512)), { code: "pax-too-large" });
});

Deno.test("a hard link's target must be a name, a symbolic link's need not", () => {
  const link = (target: string, kind: "1" | "2") => {
    const archive = pack([sample({ name: "link", kind: "symlink", linkTarget: "here" })]);
    archive.fill(0, 157, 257);
    archive.set(bytesOf(target), 157);
    archive.set(bytesOf(kind), 156);
    mendChecksum(archive);
    return archive;
  };
  assert.equal(unpack(link("../up", "2"))[0]?.linkTarget, "../up");
  assert.throws(() => unpack(link("../up", "1")), { code: "bad-link" });
  assert.throws(() => unpack(link("/root", "1")), { code: "bad-link" });
  assert.throws(() => unpack(link("", "2")), { code: "bad-link" });
});

Deno.test("every shard that breaks off is truncated, at whatever byte", () => {
  const archive = pack(ODD_SAMPLES.slice(0, 3));
  for (let length = 0; length < archive.length; length += 37) {
    assert.throws(() => unpack(archive.subarray(0, length)), {
      code: "truncated",
      message: `Cannot read a shard: it breaks off at byte ${length}`,
    });
  }
});

Deno.test("a reader that failed says the same again, and is good again after reset", () => {
  using reader = new ShardReader();
  const noise = new Uint8Array(512).fill(1);
  reader.window().set(noise);
  reader.filled(noise.length);
  assert.throws(() => reader.next(), { code: "bad-checksum" });
  assert.throws(() => reader.next(), { code: "bad-checksum" });
  assert.throws(() => reader.end(), { code: "bad-checksum" });
  reader.reset();
  assert.equal([...reader.entries(plain())].length, 1);
  assert.equal(reader.done, true);
  reader.end();
});

Deno.test("later pax records win, empty ones take back, unknown ones do not matter", () => {
  const [entry] = unpack(withRecords(
    record("path", "first") + record("path", "second") + record("mtime", "5.25") +
      record("mtime", "") + record("comment", "a=b\nc") + record("uid", "7"),
  ));
  assert.equal(entry?.name, "second");
  assert.equal(entry?.uid, 7);
  assert.equal(entry?.mtimeSeconds, 1_700_000_000);
  assert.equal(entry?.content, "content");
});

Deno.test("pax times are read to the nanosecond, before 1970 too", () => {
  const times = {
    "0": [0, 0],
    "1.5": [1, 500_000_000],
    "-1.5": [-2, 500_000_000],
    "-0.000000001": [-1, 999_999_999],
    "12.1234567899": [12, 123_456_789],
    "-3": [-3, 0],
  };
  for (const [text, expected] of Object.entries(times)) {
    const [entry] = unpack(withRecords(record("mtime", text)));
    assert.deepEqual([entry?.mtimeSeconds, entry?.mtimeNanoseconds], expected, text);
  }
});

Deno.test("a file too long for any shard comes in pieces, and the next entry after it", () => {
  const content = Uint8Array.from({ length: (9 << 20) + 5 }, (_, index) => index % 253);
  const big = { ...headerOf(sample({ name: "big" })), sizeBytes: content.length };
  using reader = new ShardReader();
  const names: string[] = [];
  let received = 0;
  for (const part of [tarHeader(big), content, new Uint8Array(507), plain()]) {
    for (const entry of reader.entries(part)) {
      if (entry.contentOffset === 0) names.push(textOf(entry.name));
      if (names.length > 1) continue;
      assert.equal(entry.contentOffset, received);
      const expected = content.subarray(received, received + entry.content.length);
      assert.deepEqual(entry.content, expected);
      received += expected.length;
      assert.equal(entry.isComplete, received === content.length);
    }
  }
  reader.end();
  assert.deepEqual(names, ["big", "file"]);
  assert.equal(received, content.length);
});

Deno.test("an entry knows whether it is a name in a directory, however either ends", () => {
  const cases: [inShard: string, path: string, name: string, isNamed: boolean][] = [
    ["a/b/file", "a/b", "file", true],
    ["a/b/file", "a/b\0", "file\0", true],
    ["file", "", "file\0", true],
    ["file", "\0", "file", true],
    ["a/b/file", "a/b", "fil", false],
    ["a/b/file", "a/b", "filf", false],
    ["a/b/file", "a/c", "file", false],
    ["a-b", "a", "b", false],
    ["a/file", "", "file", false],
    ["file", "a", "file", false],
  ];
  const encoder = new TextEncoder();
  for (const [inShard, path, name, isNamed] of cases) {
    // In a longer array, as a writer's caller may keep it.
    const held = encoder.encode(`${inShard}and more`);
    using writer = new ShardWriter();
    writer.begin({
      kind: "file",
      name: held,
      nameLength: encoder.encode(inShard).length,
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: 0,
      mtimeSeconds: 0,
      mtimeNanoseconds: 0,
    });
    writer.end();
    using reader = new ShardReader();
    for (const entry of reader.entries(writer.finish())) {
      assert.equal(new TextDecoder().decode(entry.name), inShard);
      assert.equal(entry.isNamed(encoder.encode(path), encoder.encode(name)), isNamed, inShard);
    }
  }
});
