import assert from "node:assert/strict";
import * as fc from "fast-check";
import { decodeRecord, encodeRecord, type RunRecord } from "../../core/history/record.ts";

const amount = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const milliseconds = fc.double({ min: 0, max: 1e12, noNaN: true });
const record: fc.Arbitrary<RunRecord> = fc.record({
  endedMs: amount,
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
});

Deno.test("a record is one short line, and reads as it was written", () => {
  fc.assert(fc.property(record, (record) => {
    const line = encodeRecord(record);
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.ok(new TextEncoder().encode(line).length < 1024);
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
    const read = decodeRecord(JSON.stringify({ version: 1, ...record, [key]: value }));
    if (read === undefined) return;
    for (const name of KEYS) {
      const field = read[name];
      assert.ok(typeof field === "string" || field === undefined || Number(field) >= 0, name);
    }
  }));
});

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
