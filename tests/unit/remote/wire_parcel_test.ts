import assert from "node:assert/strict";
import { failureEvent } from "../../../core/report/sentence.ts";
import { FAILURE_CODES, type FailureRecord } from "../../../core/movers/outbox.ts";
import {
  entriesOf,
  ENTRY_ACTIONS,
  EntryGatherer,
  NO_ENTRIES,
} from "../../../core/movers/told_entries.ts";
import { parcelFromWire, parcelToWire } from "../../../core/remote/end/wire_parcel.ts";
import { Parcel as WireParcel } from "../../../proto/generated/blit.ts";
import { Errno } from "../../../core/sys/errno.ts";

const path = new TextEncoder().encode("dir/file");

/** What the other end makes of failures. */
function sent(failures: readonly FailureRecord[]): readonly FailureRecord[] {
  const wire = WireParcel.encode(parcelToWire({ entries: NO_ENTRIES, failures })).finish();
  return parcelFromWire(WireParcel.decode(wire)).failures;
}

Deno.test("every failure is told between machines by the same sentence", () => {
  const failures: FailureRecord[] = [
    ...FAILURE_CODES.map((code) => ({ path, operation: "replace" as const, errno: 0, code })),
    { path, operation: "set the attributes of", errno: Errno.ENOSPC },
  ];
  const told = sent(failures);
  assert.deepEqual(
    told.map((record) => failureEvent(record).message),
    failures.map((record) => failureEvent(record).message),
  );
});

Deno.test("words that nobody knows are no failure's code or operation", () => {
  const [record] = parcelFromWire({
    entries: [{ action: "explode", kind: 8, path, size: 1 }],
    failures: [{ path, operation: "constructor", errno: 5, code: "toString" }],
    warnings: [],
  }).failures;
  assert.deepEqual(record, { path, operation: "read", errno: 5 });
});

Deno.test("what happened to entries is told between machines, and an unknown word left out", () => {
  const gatherer = new EntryGatherer(ENTRY_ACTIONS.length);
  for (const [at, action] of ENTRY_ACTIONS.entries()) gatherer.add(action, 8, at * 2 ** 33, path);
  const entries = gatherer.take();
  const wire = parcelToWire({ entries, failures: [] });
  wire.entries.splice(3, 0, { action: "explode", kind: 8, path, size: 1 });
  const decoded = WireParcel.decode(WireParcel.encode(wire).finish());
  const told = [...entriesOf(parcelFromWire(decoded).entries)];
  assert.deepEqual(told, [...entriesOf(entries)]);
  assert.deepEqual(told.map(({ action }) => action), ENTRY_ACTIONS);
});
