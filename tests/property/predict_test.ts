import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Average, averaged, confidenceOf, isAverage } from "../../core/predict/average.ts";
import { taught } from "../../core/predict/learn.ts";
import { linkRateIn, type LinkUse } from "../../core/predict/link_rate.ts";
import {
  decodePredictions,
  encodePredictions,
  noPredictions,
  type Predictions,
} from "../../core/predict/state.ts";

const NOW = 1_795_263_456_567;
const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: 0, max: 1e9 }),
  fc.constantFrom(0, -1, NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE),
);

Deno.test("whatever values come, an average is one that could be read again", () => {
  fc.assert(fc.property(fc.array(anyNumber), (values) => {
    let average: Average | undefined;
    for (const value of values) average = averaged(average, value, NOW);
    assert.equal(average === undefined, !values.some((value) => value > 0 && value < Infinity));
    if (average === undefined) return;
    assert.ok(isAverage(average), JSON.stringify(average));
    const confidence = confidenceOf(average, NOW);
    assert.ok(confidence >= 0 && confidence < 1);
  }));
});

Deno.test("an average lies among its values", () => {
  const value = fc.double({ min: 1e-3, max: 1e12, noNaN: true });
  fc.assert(fc.property(fc.array(value, { minLength: 1 }), (values) => {
    let average: Average | undefined;
    for (const value of values) average = averaged(average, value, NOW);
    const expected = average?.value ?? NaN;
    assert.ok(expected >= Math.min(...values) * 0.999999);
    assert.ok(expected <= Math.max(...values) * 1.000001);
  }));
});

const server = fc.record({ host: fc.domain(), port: fc.integer({ min: 1, max: 65535 }) });
const use: fc.Arbitrary<LinkUse> = fc.record({
  server,
  direction: fc.constantFrom("push", "pull"),
  bytes: fc.oneof(anyNumber, fc.double({ min: 1 << 20, max: 1e12 })),
  ms: fc.oneof(anyNumber, fc.double({ min: 20, max: 1e7 })),
});

function after(uses: readonly LinkUse[]): Predictions {
  return uses.reduce((state, link, at) => taught(state, { link }, NOW + at), noPredictions());
}

Deno.test("what was learnt of links reads as it was written, and holds no name of a server", () => {
  fc.assert(fc.property(fc.array(use, { maxLength: 100 }), (uses) => {
    const state = after(uses);
    const text = encodePredictions(state);
    assert.ok(text.length < 64 * 1024);
    for (const { server: { host } } of uses) assert.ok(!text.includes(host));
    const read = decodePredictions(text);
    assert.deepEqual(read && encodePredictions(read), text);
    for (const { server, direction } of uses.slice(-5)) {
      const rate = read && linkRateIn(read, server, direction, NOW);
      assert.ok(rate === undefined || (rate.bytesPerSecond > 0 && rate.confidence >= 0));
    }
  }));
});

Deno.test("a link is known by its server, port and direction alone", () => {
  const link: LinkUse = {
    server: { host: "one.example", port: 9031 },
    direction: "push",
    bytes: 1e9,
    ms: 1000,
  };
  const state = after([link, link, link]);
  const rate = linkRateIn(state, link.server, "push", NOW);
  assert.ok(Math.abs((rate?.bytesPerSecond ?? 0) - 1e9) < 1e6);
  assert.ok((rate?.confidence ?? 0) > 0.5);
  assert.equal(linkRateIn(state, link.server, "pull", NOW), undefined);
  assert.equal(linkRateIn(state, { host: "one.example", port: 9032 }, "push", NOW), undefined);
  assert.equal(linkRateIn(state, { host: "two.example", port: 9031 }, "push", NOW), undefined);
  assert.equal(linkRateIn(after([{ ...link, bytes: 1000 }]), link.server, "push", NOW), undefined);
});

Deno.test("what is no state is none, and what is spoiled is left out", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    assert.equal(decodePredictions(text), undefined);
  }));
  const spoiled = fc.tuple(fc.constantFrom("salt", "links", "version"), fc.jsonValue());
  fc.assert(fc.property(fc.array(use), spoiled, (uses, [field, value]) => {
    const text = encodePredictions(after(uses));
    const read = decodePredictions(JSON.stringify({ ...JSON.parse(text), [field]: value }));
    for (const average of Object.values(read?.links ?? {})) assert.ok(isAverage(average));
  }));
});
