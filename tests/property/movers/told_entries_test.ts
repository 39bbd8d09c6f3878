import fc from "fast-check";
import assert from "node:assert/strict";
import { joinPath } from "../../../core/entry/path.ts";
import {
  entriesOf,
  ENTRY_ACTIONS,
  EntryGatherer,
  type EntryRecord,
} from "../../../core/movers/told_entries.ts";

const part = fc.uint8Array({ maxLength: 300 });
const entry = fc.record({
  action: fc.constantFrom(...ENTRY_ACTIONS),
  kind: fc.integer({ min: 0, max: 15 }),
  size: fc.maxSafeNat(),
  parts: fc.tuple(part, part, part),
});

Deno.test("entries come out as they were told, their paths joined as paths are", () => {
  const gatherer = new EntryGatherer(40);
  fc.assert(fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
    for (const { action, kind, size, parts } of entries) gatherer.add(action, kind, size, ...parts);
    const expected = entries.map((
      { action, kind, size, parts: [one, two, three] },
    ): EntryRecord => ({
      action,
      kind,
      path: joinPath(one, joinPath(two, three)).subarray(0, -1),
      size,
    }));
    const told = structuredClone(gatherer.take());
    assert.equal(told.count, entries.length);
    const plain = (record: EntryRecord): unknown => ({ ...record, path: [...record.path] });
    assert.deepEqual([...entriesOf(told)].map(plain), expected.map(plain));
  }));
});
