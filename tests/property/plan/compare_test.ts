import assert from "node:assert/strict";
import fc from "fast-check";
import { Kind, StatTable } from "../../../core/entry/mod.ts";
import { compareEntry, type CompareRules, Need, sameTime } from "../../../core/plan/mod.ts";

const STEPS = [1, 100, 1e3, 1e6, 1e7, 1e9, 2e9] as const;

const step = fc.constantFrom(...STEPS);
const seconds = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
);
const nanoseconds = fc.oneof(
  fc.constantFrom(0, 1, 99, 100, 999_999, 1_000_000, 999_999_999),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const time = fc.record({ seconds, nanoseconds });
type Time = { readonly seconds: number; readonly nanoseconds: number };

function same(one: Time, other: Time, stepNs: number): boolean {
  return sameTime(one.seconds, one.nanoseconds, other.seconds, other.nanoseconds, stepNs);
}

/** A time as a file system with that step keeps it. */
function cut({ seconds, nanoseconds }: Time, stepNs: number): Time {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  const size = BigInt(stepNs);
  const rest = ((total % size) + size) % size;
  const whole = total - rest;
  const part = ((whole % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return { seconds: Number((whole - part) / 1_000_000_000n), nanoseconds: Number(part) };
}

Deno.test("sameTime is what cutting both times off gives", () => {
  fc.assert(fc.property(time, time, step, (one, other, stepNs) => {
    assert.equal(same(one, one, stepNs), true);
    assert.equal(same(one, other, stepNs), same(other, one, stepNs));
    assert.equal(same(one, cut(one, stepNs), stepNs), true);
    const [a, b] = [cut(one, stepNs), cut(other, stepNs)];
    assert.equal(
      same(one, other, stepNs),
      a.seconds === b.seconds && a.nanoseconds === b.nanoseconds,
    );
  }));
});

Deno.test("times that a fine step takes for the same, a coarser one does too", () => {
  fc.assert(fc.property(time, time, (one, other) => {
    const answers = STEPS.map((stepNs) => same(one, other, stepNs));
    const first = answers.indexOf(true);
    if (first >= 0) assert.ok(answers.slice(first).every((answer) => answer));
  }));
});

const kind = fc.constantFrom(
  Kind.File,
  Kind.Directory,
  Kind.Symlink,
  Kind.Fifo,
  Kind.Socket,
  Kind.BlockDevice,
  Kind.CharacterDevice,
);
const entry = fc.record({
  kind,
  permissions: fc.constantFrom(0o644, 0o755, 0o4755),
  uid: fc.nat({ max: 2 }),
  gid: fc.nat({ max: 2 }),
  size: fc.nat({ max: 2 }),
  node: fc.nat({ max: 1 }),
  mtime: fc.record({
    seconds: fc.integer({ min: -2, max: 2 }),
    nanoseconds: fc.constantFrom(0, 1, 999_999_999),
  }),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

function table(...entries: readonly Entry[]): StatTable {
  const stats = new StatTable(entries.length);
  entries.forEach(({ kind, permissions, uid, gid, size, node, mtime }, row) => {
    stats.mode[row] = kind << 12 | permissions;
    stats.uid[row] = uid;
    stats.gid[row] = gid;
    stats.size[row] = size;
    stats.nodeMinor[row] = node;
    stats.mtimeSeconds[row] = mtime.seconds;
    stats.mtimeNanoseconds[row] = mtime.nanoseconds;
    stats.links[row] = 1;
  });
  return stats;
}

const mode = fc.constantFrom<CompareRules["mode"]>("size-mtime", "checksum", "size", "always");
const rules: fc.Arbitrary<CompareRules> = fc.record({
  mode,
  ignoreExisting: fc.boolean(),
  update: fc.boolean(),
  owners: fc.boolean(),
  groupSet: fc.constantFrom<"all" | ReadonlySet<number>>("all", new Set<number>(), new Set([1])),
});

Deno.test("an entry is the same as itself, or only reading can tell", () => {
  fc.assert(fc.property(entry, rules, step, (one, rule, stepNs) => {
    const need = compareEntry(table(one, one), 0, table(one, one), 1, rule, stepNs);
    const allowed: number[] = one.kind === Kind.Directory
      ? [Need.Same]
      : rule.ignoreExisting
      ? [Need.Skip]
      : one.kind === Kind.Symlink
      ? [Need.Verify]
      : one.kind === Kind.File && rule.mode === "always"
      ? [Need.Replace]
      : one.kind === Kind.File && rule.mode === "checksum"
      ? [Need.Verify]
      : [Need.Same];
    assert.ok(allowed.includes(need), `need ${need}`);
  }));
});

Deno.test("sameness does not depend on which side is the source", () => {
  const plain = rules.map((rule): CompareRules => ({
    ...rule,
    groupSet: "all",
    ignoreExisting: false,
    update: false,
  }));
  fc.assert(fc.property(entry, entry, plain, step, (one, other, rule, stepNs) => {
    const both = table(one, other);
    const there = compareEntry(both, 0, both, 1, rule, stepNs);
    const back = compareEntry(both, 1, both, 0, rule, stepNs);
    assert.equal(there === Need.Same, back === Need.Same);
    assert.equal(there === Need.Verify, back === Need.Verify);
    assert.equal(there === Need.Blocked, back === Need.Evict);
  }));
});

Deno.test("entries of different kinds, sizes or nodes are never called the same", () => {
  fc.assert(fc.property(entry, entry, rules, step, (one, other, rule, stepNs) => {
    const both = table(one, other);
    const need = compareEntry(both, 0, both, 1, rule, stepNs);
    const isDevice = one.kind === Kind.BlockDevice || one.kind === Kind.CharacterDevice;
    const differs = one.kind !== other.kind ||
      (one.kind === Kind.File && one.size !== other.size) ||
      (isDevice && one.node !== other.node);
    const kept: number[] = [Need.Same, Need.Metadata, Need.Verify];
    if (differs) assert.ok(!kept.includes(need), `need ${need}`);
  }));
});

Deno.test("ignoreExisting touches nothing that is there", () => {
  fc.assert(fc.property(entry, entry, rules, step, (one, other, rule, stepNs) => {
    const both = table(one, other);
    const need = compareEntry(both, 0, both, 1, { ...rule, ignoreExisting: true }, stepNs);
    assert.ok(need === Need.Skip || (need === Need.Same && one.kind === Kind.Directory));
  }));
});

Deno.test("of two files at most one is left alone because the other is newer", () => {
  const file = entry.map((one) => ({ ...one, kind: Kind.File }));
  fc.assert(fc.property(file, file, rules, step, (one, other, rule, stepNs) => {
    const both = table(one, other);
    const updating = { ...rule, ignoreExisting: false, update: true };
    const there = compareEntry(both, 0, both, 1, updating, stepNs);
    const back = compareEntry(both, 1, both, 0, updating, stepNs);
    assert.ok(there !== Need.Skip || back !== Need.Skip);
    if (there === Need.Skip) assert.ok(other.mtime.seconds >= one.mtime.seconds);
  }));
});
