import assert from "node:assert/strict";
import fc from "fast-check";
import type { ManifestEntry } from "../../core/manifest/entry.ts";
import { ManifestError } from "../../core/manifest/entry.ts";
import { isRelative, MANIFEST_HEAD, manifestEnd, manifestLine } from "../../core/manifest/line.ts";
import { readManifest } from "../../core/manifest/read.ts";

const bytes = (most: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.uint8Array({ minLength: 1, maxLength: most }).map((value) => Uint8Array.from(value));
const component = bytes(12).filter((name) =>
  !name.includes(0) && !name.includes(47) && !(name.length < 3 && name.every((one) => one === 46))
);
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) =>
  Uint8Array.from(parts.flatMap((part, at) => at === 0 ? [...part] : [47, ...part]))
);
const entry: fc.Arbitrary<ManifestEntry> = fc.record({
  path,
  kind: fc.constantFrom(
    "file",
    "directory",
    "fifo",
    "socket",
    "character device",
    "block device",
  ),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash) => Uint8Array.from(hash)),
  size: fc.maxSafeNat(),
  seconds: fc.integer({ min: -1e10, max: 1e11 }),
  nanoseconds: fc.nat(999_999_999),
  mode: fc.nat(0o7777),
  id: fc.nat(0xffff_ffff),
  target: fc.option(bytes(20)),
  minor: fc.nat(0xffff_ffff),
}).map(({ kind, hash, size, seconds, nanoseconds, mode, id, target, minor, path }) => ({
  path,
  kind: target === null ? kind : "symlink",
  ...(kind === "file" && target === null ? { hash } : {}),
  facts: {
    size: kind === "file" && target === null ? size : 0,
    mtimeSeconds: seconds,
    mtimeNanoseconds: nanoseconds,
    mode,
    uid: id,
    gid: id,
    ...(target === null ? {} : { target }),
    ...(target === null && kind.endsWith("device") ? { device: `${id}:${minor}` } : {}),
  },
}));

async function* piecesOf(text: string, length: number): AsyncGenerator<Uint8Array> {
  const whole = new TextEncoder().encode(text);
  for (let at = 0; at < whole.length; at += length) yield whole.subarray(at, at + length);
}

async function read(text: string, length = 1000): Promise<ManifestEntry[]> {
  return await Array.fromAsync(readManifest(piecesOf(text, length)));
}

function textOf(entries: readonly ManifestEntry[]): string {
  return [MANIFEST_HEAD, ...entries.map(manifestLine), manifestEnd(entries.length), ""].join("\n");
}

Deno.test("what is written as a manifest is read as the same, in pieces of any length", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry), fc.integer({ min: 1, max: 300 }), async (entries, length) => {
      assert.deepEqual(await read(textOf(entries), length), entries);
    }),
    { numRuns: 100 },
  );
});

Deno.test("a manifest that is cut off anywhere is refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1 }), fc.nat(), async (entries, at) => {
      const whole = textOf(entries);
      // Without the last line's end it is whole all the same.
      const cut = whole.slice(0, at % (whole.length - 1));
      await assert.rejects(read(cut), ManifestError);
    }),
    { numRuns: 100 },
  );
});

Deno.test("a mutated manifest is read or refused with a sentence, and names stay in the tree", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.string({ unit: "binary", maxLength: 5 }),
      async (entries, at, put) => {
        const whole = textOf(entries);
        const start = at % whole.length;
        try {
          const found = await read(whole.slice(0, start) + put + whole.slice(start + 1));
          for (const { path } of found) assert.ok(isRelative(path));
        } catch (error) {
          assert.ok(error instanceof ManifestError, String(error));
          assert.match(error.message, /^[A-Z].*\.$/);
        }
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("paths that leave a tree are no paths of a manifest", async () => {
  for (const path of ["../a", "a/../b", "/etc", "a//b", "a/", ".", "a\0b", "a/./b"]) {
    const line = manifestLine({
      path: new TextEncoder().encode(path),
      kind: "directory",
      facts: { size: 0, mtimeSeconds: 0, mtimeNanoseconds: 0, mode: 0, uid: 0, gid: 0 },
    });
    const text = [MANIFEST_HEAD, line, manifestEnd(1), ""].join("\n");
    await assert.rejects(
      read(text),
      /Line 2 of the manifest has a path that is none within a tree/,
    );
  }
});

Deno.test("a device has its numbers, and nothing else has any", async () => {
  const facts = { size: 0, mtimeSeconds: 0, mtimeNanoseconds: 0, mode: 0, uid: 0, gid: 0 };
  const path = new TextEncoder().encode("n");
  const bad = [undefined, "", "1", "1:", "01:3", "1:3:4", "-1:3", "1:99999999999"];
  for (const kind of ["character device", "block device"] as const) {
    for (const device of bad) {
      const entry = { path, kind, facts: { ...facts, ...(device !== undefined && { device }) } };
      await assert.rejects(read(textOf([entry])), /Line 2 .* is a device without its numbers\./);
    }
  }
  const file = { path, kind: "fifo" as const, facts: { ...facts, device: "1:3" } };
  await assert.rejects(read(textOf([file])), /Line 2 .* has numbers and is no device\./);
});

Deno.test("a list of hashes is read with its escapes", async () => {
  const hash = "ab".repeat(32);
  const list = `${hash}  ./plain name\n\\${hash}  odd\\n\\\\name\n`;
  const found = await read(list);
  assert.deepEqual(found.map(({ path }) => new TextDecoder().decode(path)), [
    "plain name",
    "odd\n\\name",
  ]);
  await assert.rejects(read(`${hash}  ../up\n`), ManifestError);
  await assert.rejects(read(`${hash} one space\n`), ManifestError);
});
