import fc from "fast-check";
import assert from "node:assert/strict";
import {
  decodeKnown,
  encodeKnown,
  type Known,
  type KnownMount,
  type KnownPair,
  noneKnown,
} from "../../core/capabilities/known.ts";

const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
/** As objects of JSON are. */
const PLAIN = { noNullPrototype: true };
const key = fc.stringMatching(/^[0-9a-f]{16}$/);
const mount: fc.Arbitrary<KnownMount> = fc.record({
  atMs: amount,
  type: fc.stringMatching(/^[a-z][a-z0-9.]{0,20}$/),
  reflink: fc.boolean(),
  copyRange: fc.boolean(),
  sendFile: fc.boolean(),
  holes: fc.boolean(),
  attributes: fc.boolean(),
  unnamedFiles: fc.boolean(),
  timeStepNs: fc.constantFrom(1, 100, 1e3, 1e6, 1e7, 1e9, 2e9),
  foldsCase: fc.boolean(),
  foldsForm: fc.boolean(),
}, PLAIN);
const pair: fc.Arbitrary<KnownPair> = fc.record({
  atMs: amount,
  refusesReflink: fc.boolean(),
  rates: fc.tuple(amount, amount, amount),
}, PLAIN);
const known: fc.Arbitrary<Known> = fc.record({
  mounts: fc.array(fc.tuple(key, mount), { maxLength: 10 }).map((list) => new Map(list)),
  pairs: fc.array(fc.tuple(key, key, pair), { maxLength: 10 })
    .map((list) => new Map(list.map(([one, other, value]) => [`${one} ${other}`, value]))),
});

Deno.test("what is known of mounts comes back as it was", () => {
  fc.assert(fc.property(known, (value) => {
    const back = decodeKnown(encodeKnown(value));
    assert.deepEqual(back?.mounts, value.mounts);
    assert.deepEqual(back?.pairs, value.pairs);
  }));
});

Deno.test("of too many mounts and pairs the newest are kept, in less than 64 KiB", () => {
  const number = (at: number): string => at.toString(16).padStart(16, "0");
  const [mounts, pairs] = [new Map<string, KnownMount>(), new Map<string, KnownPair>()];
  const [one] = fc.sample(mount, 1);
  assert.ok(one);
  for (let at = 0; at < 500; at++) {
    mounts.set(number(at), { ...one, atMs: at });
    pairs.set(`${number(at)} ${number(at)}`, {
      atMs: at,
      refusesReflink: false,
      rates: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    });
  }
  const text = encodeKnown({ mounts, pairs });
  assert.ok(text.length < 64 * 1024);
  const back = decodeKnown(text);
  assert.equal(back?.mounts.size, 64);
  assert.equal(back?.pairs.size, 64);
  assert.ok(back?.mounts.has(number(499)) && back.pairs.has(`${number(499)} ${number(499)}`));
});

Deno.test("whatever a file holds, what comes of it is as if it had been written here", () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({
      version: fc.constantFrom<unknown>(1, "1", null),
      mounts: fc.dictionary(fc.oneof(key, fc.string()), fc.oneof(mount, fc.anything())),
      pairs: fc.dictionary(
        fc.oneof(fc.tuple(key, key).map((keys) => keys.join(" ")), fc.string()),
        fc.oneof(pair, fc.anything(), fc.record({ atMs: amount, rates: fc.anything() })),
      ),
    }).map((value) => {
      try {
        return JSON.stringify(value);
      } catch {
        return ""; // numbers that JSON has no word for
      }
    }),
  );
  fc.assert(fc.property(text, (text) => {
    const read = decodeKnown(text ?? "");
    if (read === undefined) return; // a later version
    const again = decodeKnown(encodeKnown(read));
    assert.deepEqual(again?.mounts, read.mounts);
    assert.deepEqual(again?.pairs, read.pairs);
  }));
});

Deno.test("what a later version has written is not read, and not taken for nothing", () => {
  assert.equal(decodeKnown('{"version":2}'), undefined);
  assert.deepEqual(decodeKnown('{"version":0}'), noneKnown());
  assert.deepEqual(decodeKnown('{"version":1}'), noneKnown());
});
