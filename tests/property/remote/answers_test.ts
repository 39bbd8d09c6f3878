import assert from "node:assert/strict";
import fc from "fast-check";
import { Answer } from "../../../proto/generated/blit.ts";
import { isDevice } from "../../../core/entry/kind.ts";
import { Listing, RowMark, Usage } from "../../../core/listing/mod.ts";
import { entriesFromWire, entriesToWire } from "../../../core/remote/admin/entries_wire.ts";
import { rowsOf as rowsIn } from "../../../core/remote/admin/columns.ts";
import {
  completionsFromWire,
  usagesFromWire,
  usagesToWire,
} from "../../../core/remote/admin/rows_wire.ts";
import { TransferError } from "../../../core/transfer/failure.ts";

const path = fc.uint8Array({ min: 1, max: 255, maxLength: 40 }).filter((bytes) => {
  const components = String.fromCharCode(...bytes).split("/");
  return bytes.length === 0 || components.every((one) => !["", ".", ".."].includes(one));
});
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const whole = fc.maxSafeNat();
const row = fc.record({
  path,
  isHeading: fc.boolean(),
  mode: fc.oneof(
    fc.integer({ min: 0x1000, max: 0xffff }),
    fc.constantFrom(0x2000, 0x6000), // devices
  ),
  numbers: fc.tuple(u32, u32, u32, whole, whole, fc.maxSafeInteger(), u32, u32, u32),
  target: fc.option(path, { nil: undefined }),
});

/** A chunk as an engine fills it. */
function listingOf(rows: readonly Parameters<typeof addRow>[1][], hasStats: boolean): Listing {
  const listing = new Listing();
  listing.hasStats = hasStats;
  for (const one of rows) addRow(listing, one);
  return listing;
}

function addRow(
  listing: Listing,
  { path, isHeading, mode, numbers, target }: {
    readonly path: Uint8Array;
    readonly isHeading: boolean;
    readonly mode: number;
    readonly numbers: readonly number[];
    readonly target: Uint8Array | undefined;
  },
): void {
  const index = listing.paths.add(path, 0, path, 0, path.length);
  listing.marks[index] = isHeading ? RowMark.Heading : RowMark.Entry;
  listing.kinds[index] = mode >>> 12;
  if (target !== undefined) listing.targets.set(index, Uint8Array.from(target));
  if (!listing.hasStats) return;
  const { stats } = listing;
  stats.mode[index] = mode;
  const columns = [stats.uid, stats.gid, stats.links, stats.size, stats.blocks] as const;
  columns.forEach((column, at) => column[index] = numbers[at] ?? 0);
  stats.mtimeSeconds[index] = numbers[5] ?? 0;
  stats.mtimeNanoseconds[index] = numbers[6] ?? 0;
  stats.nodeMajor[index] = isDevice(mode >>> 12) ? numbers[7] ?? 0 : 0;
  stats.nodeMinor[index] = isDevice(mode >>> 12) ? numbers[8] ?? 0 : 0;
}

function rowsOf(listing: Listing): unknown[] {
  return Array.from({ length: listing.count }, (_, index) => [
    listing.paths.copy(index),
    listing.marks[index],
    listing.kinds[index],
    listing.targets.get(index),
    listing.hasStats ? listing.entry(index) : undefined,
    listing.hasStats ? [listing.stats.nodeMajor[index], listing.stats.nodeMinor[index]] : undefined,
  ]);
}

function encoded(listing: Listing): Uint8Array<ArrayBuffer> {
  return Answer.encode({ body: { $case: "entries", value: entriesToWire(listing) } }).finish();
}

Deno.test("entries come over as they were sent", () => {
  fc.assert(fc.property(fc.array(row, { maxLength: 30 }), fc.boolean(), (rows, hasStats) => {
    const sent = listingOf(rows, hasStats);
    const { body } = Answer.decode(encoded(sent));
    assert.ok(body?.$case === "entries");
    // Filled before with something else.
    const received = listingOf(rows.toReversed(), true);
    entriesFromWire(body.value, received);
    assert.equal(received.hasStats, hasStats);
    assert.deepEqual(rowsOf(received), rowsOf(sent));
  }));
});

Deno.test("rows of du come over as they were sent", () => {
  const usage = fc.record({ path, numbers: fc.tuple(whole, whole, whole) });
  fc.assert(fc.property(fc.array(usage, { maxLength: 30 }), (rows) => {
    const sent = new Usage();
    for (const { path, numbers } of rows) {
      const index = sent.paths.add(path, 0, path, 0, path.length);
      [sent.size[index], sent.allocated[index], sent.entries[index]] = numbers;
    }
    const message = { body: { $case: "usages" as const, value: usagesToWire(sent) } };
    const { body } = Answer.decode(Answer.encode(message).finish());
    assert.ok(body?.$case === "usages");
    const received = new Usage();
    usagesFromWire(body.value, received);
    const told = (one: Usage) => Array.from({ length: one.count }, (_, index) => one.row(index));
    assert.deepEqual(told(received), told(sent));
  }));
});

Deno.test("paths that lead out of what was asked for are refused", () => {
  const take = (...paths: string[]): number => {
    const bytes = new TextEncoder().encode(paths.map((path) => `${path}\0`).join(""));
    return rowsIn(bytes, 9);
  };
  assert.equal(take("", "a", "a/b", "...", ".a/..b/c..", "a/.../b"), 6);
  const bad = ["/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "./a", "a/."];
  for (const path of bad) assert.throws(() => take("a", path, "b"), TransferError, path);
  assert.throws(() => rowsIn(Uint8Array.of(97), 9), TransferError);
  assert.throws(() => take(...Array(10).fill("a")), TransferError);
});

Deno.test("completions that do not go on from what was typed are none", () => {
  const encoder = new TextEncoder();
  const names = ["ab", "ab/", "a", "b", "/ab", "ab/c", "../ab", "a/../ab"].map((name) =>
    encoder.encode(name)
  );
  const of = (typed: string): string[] =>
    completionsFromWire({ names, more: false }, encoder.encode(typed)).names
      .map((name) => new TextDecoder().decode(name));
  assert.deepEqual(of("ab"), ["ab", "ab/"]);
  assert.deepEqual(of(""), ["ab", "ab/", "a", "b"]);
});

Deno.test("changed entries are refused with a sentence, or are entries", () => {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  const rows = fc.array(row, { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(rows, fc.array(change, { minLength: 1, maxLength: 4 }), (rows, changes) => {
    const bytes = encoded(listingOf(rows, true));
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    let body: Answer["body"];
    try {
      body = Answer.decode(bytes).body;
    } catch {
      return; // the call ends with it
    }
    if (body?.$case !== "entries") return;
    const received = new Listing();
    try {
      entriesFromWire(body.value, received);
    } catch (error) {
      assert.ok(error instanceof TransferError, String(error));
      return;
    }
    assert.equal(rowsOf(received).length, received.count);
  }));
});
