import assert from "node:assert/strict";
import * as fc from "fast-check";
import { decodeProbe, encodeProbe } from "../../core/history/probe_record.ts";
import { decodeRecord } from "../../core/history/record.ts";

const amount = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const disk = fc.record({
  filesystem: fc.constantFrom("ext4", "fuse.sshfs", "9p"),
  bytes: amount,
  writeBytesPerSecond: amount,
  readBytesPerSecond: amount,
  filesPerSecond: amount,
}, { requiredKeys: ["bytes", "writeBytesPerSecond", "filesPerSecond"], noNullPrototype: true });
const probe = fc.record({
  elapsedMs: amount,
  hashBytesPerSecond: amount,
  disks: fc.array(disk, { maxLength: 4 }),
}, { noNullPrototype: true });

Deno.test("a probe is one short line, reads as it was written, and is no run", () => {
  fc.assert(fc.property(probe, (probe) => {
    const line = encodeProbe(probe);
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.ok(line.length < 2048);
    assert.equal(decodeRecord(line), undefined);
    const { endedMs: _ended, blit: _blit, ...read } = decodeProbe(line) ?? { endedMs: 0, blit: "" };
    assert.deepEqual(read, probe);
  }));
});

Deno.test("what is no probe is none, whatever it is", () => {
  const field = fc.constantFrom(
    "probe",
    "endedMs",
    "blit",
    "elapsedMs",
    "hashBytesPerSecond",
    "disks",
  );
  fc.assert(fc.property(probe, field, fc.jsonValue(), (probe, field, value) => {
    const line = JSON.parse(encodeProbe(probe));
    const read = decodeProbe(JSON.stringify({ ...line, [field]: value }));
    if (read === undefined) return;
    assert.ok(read.disks.length <= 4);
    for (const { filesystem = "x", bytes } of read.disks) {
      assert.ok(/^[\w.-]+$/.test(filesystem) && bytes >= 0);
    }
    for (const number of [read.endedMs, read.elapsedMs, read.hashBytesPerSecond]) {
      assert.ok(Number.isFinite(number) && number >= 0);
    }
  }));
  fc.assert(fc.property(fc.string(), (text) => {
    assert.equal(decodeProbe(text), undefined);
    assert.equal(decodeProbe(`{"probe":${text}`), undefined);
  }));
});
