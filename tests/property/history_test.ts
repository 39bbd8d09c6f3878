import assert from "node:assert/strict";
import * as fc from "fast-check";
import { decodeRecord, encodeRecord, type RunRecord } from "../../core/history/record.ts";
import { trendsOf } from "../../core/history/trends.ts";

const amount = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const milliseconds = fc.double({ min: 0, max: 1e12, noNaN: true });
const base = {
  endedMs: fc.nat({ max: 8.64e15 }),
  blit: fc.string({ maxLength: 20 }),
  verb: fc.constantFrom("copy", "mirror", "move"),
  direction: fc.constantFrom("local", "push", "pull", "relay"),
  transport: fc.constantFrom("local", "tcp", "grpc"),
  backend: fc.constantFrom("linux", "portable"),
  streams: amount,
  entries: amount,
  files: amount,
  bytes: amount,
  wireBytes: amount,
  deleted: amount,
  failures: amount,
  elapsedMs: milliseconds,
  firstPayloadMs: fc.option(milliseconds, { nil: undefined }),
} as const;
const filesystem = fc.constantFrom("ext4", "btrfs", "fuse.sshfs", "9p", "x-_.1");
const code = fc.stringMatching(/^E[A-Z0-9_]{1,15}$/);
const end = fc.record({
  computedMs: amount,
  waitedMs: amount,
  storageMs: amount,
  load: fc.constantFrom("low", "medium", "high"),
}, { requiredKeys: ["computedMs", "waitedMs", "storageMs"], noNullPrototype: true });
/** As version 1 wrote them. */
const old: fc.Arbitrary<RunRecord> = fc.record(base);
/** As version 2 wrote them. */
const second = fc.tuple(
  old,
  fc.record({
    sourceFilesystem: filesystem,
    destinationFilesystem: filesystem,
    planMs: amount,
    copyMs: amount,
    stalls: amount,
    retries: amount,
    resumedBytes: amount,
    failureCodes: fc.dictionary(code, amount, { maxKeys: 8, noNullPrototype: true }),
    proven: fc.constant(true as const),
    sourceEnd: end,
    destinationEnd: end,
  }, { requiredKeys: [] }),
).map(([base, added]): RunRecord => ({ ...base, ...added }));
/** As version 3 writes them. */
const record = fc.tuple(
  second,
  fc.record({ movers: amount, expectedMs: amount }, { requiredKeys: [] }),
).map(([base, added]): RunRecord => ({ ...base, ...added }));

Deno.test("a record is one short line, and reads as it was written", () => {
  fc.assert(fc.property(record, (record) => {
    const line = encodeRecord(record);
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.ok(new TextEncoder().encode(line).length < 2048);
    // JSON has one zero.
    const zero = (value: number | undefined): number | undefined => value === 0 ? 0 : value;
    const { elapsedMs, firstPayloadMs } = record;
    assert.deepEqual(decodeRecord(line), {
      ...record,
      elapsedMs: zero(elapsedMs),
      firstPayloadMs: zero(firstPayloadMs),
    });
  }));
});

Deno.test("what is no record is none, whatever it is", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
    assert.equal(decodeRecord(line), undefined);
  }));
  const spoiled = fc.tuple(record, fc.constantFrom(...KEYS), fc.jsonValue());
  fc.assert(fc.property(spoiled, ([record, key, value]) => {
    const read = decodeRecord(JSON.stringify({ version: 3, ...record, [key]: value }));
    if (read === undefined) return;
    assert.ok(Object.keys(read).every((name) => NAMES.has(name)), JSON.stringify(read));
    for (const name of KEYS) {
      const field: unknown = read[name];
      assert.ok(typeof field === "string" || field === undefined || Number(field) >= 0, name);
    }
  }));
});

Deno.test("what version 1 wrote is read as it was, whatever version 2 has besides", () => {
  fc.assert(fc.property(old, record, (old, newer) => {
    const read = decodeRecord(JSON.stringify({ version: 1, ...old }));
    assert.deepEqual(read, JSON.parse(JSON.stringify(old), undefinedFirst));
    const mixed = decodeRecord(JSON.stringify({ ...newer, ...old, version: 1 }));
    assert.deepEqual(mixed, read);
  }));
});

Deno.test("what version 2 wrote is read as it was, whatever version 3 has besides", () => {
  fc.assert(fc.property(second, record, (second, newer) => {
    const read = decodeRecord(JSON.stringify({ version: 2, ...second }));
    assert.deepEqual(read, JSON.parse(JSON.stringify(second), undefinedFirst));
    const { movers = 1, expectedMs = 1 } = newer;
    const mixed = decodeRecord(JSON.stringify({ movers, expectedMs, ...second, version: 2 }));
    assert.deepEqual(mixed, read);
  }));
});

/** JSON has no undefined, and a record has the field all the same. */
function undefinedFirst(key: string, value: unknown): unknown {
  if (key !== "" || typeof value !== "object") return value;
  return { firstPayloadMs: undefined, ...value };
}

Deno.test("nothing from the future is read, and nothing that says no version", () => {
  const version = fc.oneof(fc.integer({ min: 4 }), fc.integer({ max: 0 }), fc.jsonValue());
  fc.assert(fc.property(record, version, (record, version) => {
    if (version === 1 || version === 2 || version === 3) return;
    assert.equal(decodeRecord(JSON.stringify({ ...record, version })), undefined);
  }));
});

Deno.test("words that could be a name are no file system and no code", () => {
  const [sample] = fc.sample(old, 1);
  const decode = (more: object): RunRecord | undefined =>
    decodeRecord(JSON.stringify({ version: 3, ...sample, ...more }));
  const moment = { ...sample, version: 3, endedMs: 8.64e15 + 1 };
  assert.equal(decodeRecord(JSON.stringify(moment)), undefined);
  for (const type of ["", "/home/me", "a b", "ext4\n", "<b>", "x".repeat(33), 5, null, "é"]) {
    assert.equal(decode({ sourceFilesystem: type }), undefined, String(type));
  }
  for (const codes of [{ "/home": 1 }, { EACCES: -1 }, { EACCES: "x" }, [], "E", { e: 1 }]) {
    assert.equal(decode({ failureCodes: codes }), undefined, JSON.stringify(codes));
  }
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`E${at}`, 1]));
  assert.equal(decode({ failureCodes: many }), undefined);
  assert.deepEqual(decode({ failureCodes: { EACCES: 2 } })?.failureCodes, { EACCES: 2 });
});

Deno.test("any lines give trends whose numbers are numbers", () => {
  fc.assert(fc.property(fc.array(record, { maxLength: 40 }), (runs) => {
    const trends = trendsOf(runs);
    assert.ok(trends.length <= runs.length);
    for (const { recent, earlier, change, runs } of trends) {
      assert.ok(Number.isFinite(recent) && recent >= 0 && runs.length > 0);
      assert.ok(earlier === undefined || (Number.isFinite(earlier) && earlier >= 0));
      assert.ok(change === undefined || change >= -1);
    }
  }));
});

const NAMES = new Set([
  ...Object.keys(base),
  ...["sourceFilesystem", "destinationFilesystem", "planMs", "copyMs", "stalls", "retries"],
  ...["resumedBytes", "failureCodes", "proven", "sourceEnd", "destinationEnd"],
  ...["movers", "expectedMs"],
]);

const KEYS = [
  "endedMs",
  "verb",
  "direction",
  "transport",
  "backend",
  "blit",
  "bytes",
  "files",
  "elapsedMs",
  "firstPayloadMs",
] as const;
