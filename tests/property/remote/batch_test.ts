import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BATCH_BYTES,
  batchFits,
  decodeBatch,
  decodeRanges,
  encodeBatch,
  encodeRanges,
  newColumns,
  peekBatch,
  WireError,
} from "../../../core/remote/batch/mod.ts";
import { anyBatch, asDecoded, type Batch, batchIn, columnsOf } from "./any_batch.ts";

/** Reused for every batch, as an end of a transfer does: nothing of one may show in the next. */
const reused = newColumns();

function decoded(bytes: Uint8Array): Batch {
  const head = decodeBatch(bytes, reused);
  return batchIn(head, reused);
}

Deno.test("a batch comes off the wire as it went on, into columns that held another", () => {
  fc.assert(
    fc.property(anyBatch(60), (batch) => {
      const bytes = encodeBatch(batch.head, columnsOf(batch));
      assert.ok(bytes.length <= BATCH_BYTES);
      assert.deepEqual(decoded(bytes), asDecoded(batch));
    }),
    { numRuns: 300 },
  );
});

Deno.test("a part of the columns is a batch of its own", () => {
  const cut = fc.tuple(anyBatch(40), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(fc.property(cut, ([batch, fraction]) => {
    const columns = columnsOf(batch);
    const middle = Math.floor(fraction * batch.rows.length);
    const front = decoded(encodeBatch(batch.head, columns, 0, middle));
    const back = decoded(encodeBatch(batch.head, columns, middle));
    const whole = asDecoded(batch);
    assert.deepEqual([...front.rows, ...back.rows], whole.rows);
  }));
});

Deno.test("a peek counts what the decoder finds", () => {
  fc.assert(fc.property(anyBatch(60), (batch) => {
    const { entries, directories, links, ...head } = peekBatch(
      encodeBatch(batch.head, columnsOf(batch)),
    );
    const stats = batch.rows.flatMap(({ stat }) => stat === undefined ? [] : [stat]);
    assert.deepEqual(head, batch.head);
    assert.equal(entries, batch.rows.length);
    assert.equal(directories, stats.filter(({ mode }) => mode >>> 12 === 4).length);
    assert.equal(links, stats.filter((row) => row.mode >>> 12 !== 4 && row.links > 1).length);
  }));
});

Deno.test("a batch that was cut off anywhere is refused, and so is one that goes on", () => {
  fc.assert(
    fc.property(anyBatch(6), (batch) => {
      const bytes = encodeBatch(batch.head, columnsOf(batch));
      for (let length = 0; length < bytes.length; length++) {
        assert.throws(() => decodeBatch(bytes.subarray(0, length), reused), WireError);
      }
      const longer = new Uint8Array(bytes.length + 1);
      longer.set(bytes);
      assert.throws(() => decodeBatch(longer, reused), { code: "batch-trailing" });
    }),
    { numRuns: 25 },
  );
});

/** One change of a byte. */
interface Change {
  at: number;
  operation: string;
  value: number;
}

const anyChange: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  operation: fc.constantFrom("set", "flip", "remove", "insert"),
  value: fc.nat({ max: 255 }),
});

function changed(
  bytes: Uint8Array,
  changes: readonly Change[],
): Uint8Array {
  const list = Array.from(bytes);
  for (const { at, operation, value } of changes) {
    const place = at % Math.max(1, list.length);
    if (operation === "set") list[place] = value;
    else if (operation === "flip") list[place] = (list[place] ?? 0) ^ (1 << (value & 7));
    else if (operation === "remove") list.splice(place, 1);
    else list.splice(place, 0, value);
  }
  return Uint8Array.from(list);
}

Deno.test("changed bytes are refused with a WireError or make a batch that travels as well", () => {
  let taken = 0;
  fc.assert(
    fc.property(
      anyBatch(8),
      fc.array(fc.array(anyChange, { minLength: 1, maxLength: 3 }), {
        minLength: 20,
        maxLength: 20,
      }),
      (batch, all) => {
        const bytes = encodeBatch(batch.head, columnsOf(batch));
        for (const changes of all) {
          let first: Batch;
          const attempt = changed(bytes, changes);
          try {
            first = decoded(attempt);
          } catch (error) {
            assert.ok(error instanceof WireError && /^batch-[a-z]+$/.test(error.code), `${error}`);
            continue;
          }
          taken++;
          assert.deepEqual(decoded(encodeBatch(first.head, columnsOf(first))), first);
        }
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(taken > 100, `only ${taken} changed batches were taken`);
});

Deno.test("bytes that nobody encoded are refused", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    const attempt = Uint8Array.from([1, ...bytes]);
    try {
      decodeBatch(attempt, reused);
    } catch (error) {
      assert.ok(error instanceof WireError, `${error}`);
    }
    try {
      peekBatch(attempt);
    } catch (error) {
      assert.ok(error instanceof WireError, `${error}`);
    }
  }));
});

Deno.test("as many entries are put into a batch as may be, and every one into some batch", () => {
  const sizes = fc.array(fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 7 * 65_536 })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(sizes, fc.nat({ max: 7 * 65_536 }), (given, ofDirectory) => {
      const columns = newColumns();
      for (const [index, size] of given.entries()) {
        columns.names.add(new TextEncoder().encode(`${index}\0`), 8);
        columns.states[index] = 1;
        columns.stats.mode[index] = 0o100644;
        columns.attributes[index] = attributesOf(size);
      }
      columns.directory.mode[0] = 0o40755;
      columns.directoryAttributes = attributesOf(ofDirectory);
      const head = {
        number: 1,
        parent: 0,
        parentEntry: 0,
        source: 0,
        flags: 1,
        path: new Uint8Array(),
      };
      let from = 0;
      for (let batches = 0; from < given.length; batches++) {
        assert.ok(batches <= given.length);
        const to = batchFits(head, columns, from);
        assert.ok(to > from || batches === 0);
        const bytes = encodeBatch(head, columns, from, to);
        assert.ok(bytes.length <= BATCH_BYTES);
        assert.equal(peekBatch(bytes).entries, to - from);
        if (to < given.length) {
          assert.throws(() => encodeBatch(head, columns, from, to + 1), { code: "batch-large" });
        }
        from = to;
        head.flags = 0;
        head.number++;
      }
    }),
    { numRuns: 20 },
  );
});

function attributesOf(size: number): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>][] {
  const list: [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>][] = [];
  for (let left = size; left > 0; left -= 65_536) {
    list.push([new TextEncoder().encode(`user.${left}`), new Uint8Array(Math.min(left, 65_536))]);
  }
  return list;
}

const numbers = fc.uniqueArray(fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 4095 })), {
  maxLength: 200,
}).map((list) => list.sort((one, other) => one - other));

Deno.test("entry numbers come out of ranges as they went in", () => {
  fc.assert(fc.property(numbers, (given) => {
    const bytes = encodeRanges(given);
    assert.deepEqual(decodeRanges(bytes, 4096), Uint16Array.from(given));
    const last = given.at(-1);
    if (last === undefined) return assert.equal(bytes.length, 0);
    assert.throws(() => decodeRanges(bytes, last), { code: "ranges-limit" });
  }));
});

Deno.test("whatever ranges a decoder takes are the ones that an encoder writes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 4096 }), (bytes, limit) => {
    let given: Uint16Array;
    try {
      given = decodeRanges(bytes, limit);
    } catch (error) {
      assert.ok(error instanceof WireError && error.code.startsWith("ranges-"), `${error}`);
      return;
    }
    assert.ok(given.every((index) => index < limit));
    assert.deepEqual([...encodeRanges(given)], [...bytes]);
  }));
});
