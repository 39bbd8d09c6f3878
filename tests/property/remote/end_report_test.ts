import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isEndReport, isFilesystem } from "../../../core/history/field.ts";
import { decodeRecord, encodeRecord, type RunRecord } from "../../../core/history/record.ts";
import { boundBy } from "../../../core/history/workload.ts";
import { endFields, knownEnd } from "../../../core/remote/session/end_report.ts";
import { Done, EndReport } from "../../../proto/generated/blit.ts";

const time = fc.oneof(fc.double(), fc.nat(), fc.constantFrom(NaN, Infinity, -0, 2 ** 53));
const told: fc.Arbitrary<EndReport> = fc.record({
  filesystem: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("ext4", "fuse.sshfs")),
  computedMs: time,
  waitedMs: time,
  storageMs: time,
  load: fc.oneof(fc.string(), fc.constantFrom("", "low", "medium", "high")),
  stalls: fc.nat(4_294_967_295),
});

const RUN: RunRecord = {
  endedMs: 1_795_263_456_567,
  blit: "0.1.0",
  verb: "copy",
  direction: "push",
  transport: "tcp",
  backend: "linux",
  streams: 2,
  entries: 10,
  files: 10,
  bytes: 10,
  wireBytes: 10,
  deleted: 0,
  failures: 0,
  elapsedMs: 10,
  firstPayloadMs: undefined,
};

Deno.test("whatever a peer tells of its end makes a record that can be read again", () => {
  fc.assert(fc.property(told, told, (one, other) => {
    // As it comes over the wire.
    const [source, destination] = [one, other].map((report) =>
      knownEnd(EndReport.decode(EndReport.encode(report).finish()))
    );
    assert.ok(source !== undefined && destination !== undefined);
    for (const { filesystem, report, stalls } of [source, destination]) {
      assert.ok(filesystem === undefined || isFilesystem(filesystem));
      assert.ok(report === undefined || isEndReport(report));
      assert.ok(stalls >= 0 && stalls <= 1000);
    }
    const record = { ...RUN, ...endFields({ source, destination }) };
    const line = encodeRecord(record);
    assert.ok(line.length < 2048);
    const read = decodeRecord(line);
    assert.deepEqual(read?.sourceFilesystem, source.filesystem);
    assert.equal(read?.destinationEnd === undefined, destination.report === undefined);
    assert.match(
      boundBy(record) ?? "network",
      /^(?:source|destination) (?:storage|computing)$|^network$/,
    );
  }));
});

Deno.test("an end of before this message is understood, and understands what it is not told", () => {
  const done = { counters: [1, 2], extrasLeft: 3, failures: 0, backend: "linux" };
  const report = { ...EndReport.decode(new Uint8Array()), filesystem: "xfs", computedMs: 1 };
  const old = Done.decode(Done.encode({ ...done, report: undefined }).finish());
  assert.deepEqual([old.report, knownEnd(old.report)], [undefined, { stalls: 0 }]);
  // What an older end makes of a number that it does not know: it passes it over. Field 15 is no
  // field of Done either: tag, length, bytes.
  const more = new Uint8Array([...Done.encode({ ...done, report }).finish(), 0x7a, 2, 1, 2]);
  assert.deepEqual(Done.decode(more), { ...done, report });
});
