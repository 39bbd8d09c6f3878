import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Average, averaged, confidenceOf, isAverage } from "../../core/predict/average.ts";
import type { RunRecord } from "../../core/history/record.ts";
import { expected } from "../../core/predict/expected.ts";
import { taught } from "../../core/predict/learn.ts";
import { fitted, isLine, type Line, onLine } from "../../core/predict/line.ts";
import { linkAfter, linkRateIn, type LinkUse } from "../../core/predict/link_rate.ts";
import {
  decodePredictions,
  encodePredictions,
  noPredictions,
  type Predictions,
  withLink,
} from "../../core/predict/state.ts";

const NOW = 1_795_263_456_567;

const RECORD: RunRecord = {
  endedMs: NOW,
  blit: "0.1.0",
  verb: "copy",
  direction: "local",
  transport: "local",
  backend: "linux",
  streams: 0,
  entries: 3000,
  files: 2000,
  bytes: 6_000_000,
  wireBytes: 0,
  deleted: 0,
  failures: 0,
  elapsedMs: 100,
  firstPayloadMs: 5,
};
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
  return uses.reduce((state, link, at) => {
    const rate = linkAfter(state, link, NOW + at);
    return rate === undefined ? state : withLink(state, rate[0], rate[1]);
  }, noPredictions());
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

/** A factor up to so much off, either way. */
const noise = (most: number): fc.Arbitrary<number> =>
  fc.double({ min: -most, max: most, noNaN: true }).map(Math.exp);

Deno.test("a line through runs of any sizes gives a time that a run could take", () => {
  const run = fc.tuple(anyNumber, anyNumber);
  fc.assert(fc.property(fc.array(run), anyNumber, (runs, amount) => {
    let line: Line | undefined;
    for (const [amount, ms] of runs) line = fitted(line, amount, ms, NOW);
    if (line === undefined) return;
    assert.ok(isLine(line), JSON.stringify(line));
    const ms = onLine(line, Math.max(0, Number.isFinite(amount) ? amount : 0));
    assert.ok(ms > 0 && ms <= 3e12, String(ms));
  }));
});

Deno.test("runs of any size are expected within a quarter, once eight have been seen", () => {
  const job = fc.record({
    base: fc.double({ min: 1, max: 200, noNaN: true }),
    slope: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    largest: fc.integer({ min: 10, max: 1_000_000 }),
    shares: fc.array(fc.tuple(fc.double({ min: 0.1, max: 1, noNaN: true }), noise(0.08)), {
      minLength: 12,
      maxLength: 60,
    }),
  });
  fc.assert(fc.property(job, ({ base, slope, largest, shares }) => {
    let line: Line | undefined;
    const errors: number[] = [];
    for (const [share, disturbance] of shares) {
      const amount = Math.ceil(largest * share);
      const ms = (base + slope * amount) * disturbance;
      if (line !== undefined && line.runs >= 8) {
        errors.push(Math.abs(onLine(line, amount) / ms - 1));
      }
      line = fitted(line, amount, ms, NOW);
    }
    const median = errors.toSorted((one, other) => one - other)[errors.length >> 1] ?? 1;
    assert.ok(median < 0.25, `median error ${median}`);
  }));
});

Deno.test("a steady job is expected within a quarter from its third run on", () => {
  const times = fc.tuple(
    fc.double({ min: 10, max: 1e6, noNaN: true }),
    fc.array(noise(0.1), { minLength: 6, maxLength: 40 }),
  );
  fc.assert(fc.property(times, ([ms, disturbances]) => {
    let predictions = noPredictions();
    for (const [run, disturbance] of disturbances.entries()) {
      const lesson = {
        record: { ...RECORD, elapsedMs: ms * disturbance },
        job: ["copy", "a", "b"],
      };
      const before = expected(predictions, lesson, NOW);
      if (run >= 2) {
        assert.ok(before !== undefined && before.confidence > 0.3);
        assert.ok(Math.abs(before.ms / lesson.record.elapsedMs - 1) < 0.25, `run ${run}`);
      }
      predictions = taught(predictions, lesson, NOW + run);
    }
  }));
});

Deno.test("whatever runs teach reads as it was written, and stays small", () => {
  const name = fc.string({ minLength: 8, maxLength: 20 });
  const record = fc.record({
    elapsedMs: fc.oneof(anyNumber, fc.double({ min: 0.1, max: 1e7 })),
    entries: fc.nat(),
    files: fc.nat(),
    bytes: fc.nat(),
    planMs: fc.oneof(anyNumber, fc.double({ min: 0.1, max: 1e3 })),
    sourceFilesystem: fc.stringMatching(/^[a-z0-9.]{1,32}$/),
    failures: fc.nat({ max: 1 }),
    streams: fc.nat({ max: 8 }),
    direction: fc.constantFrom("local", "push", "pull", "relay"),
  });
  const lessons = fc.array(fc.tuple(record, name), { maxLength: 150 });
  fc.assert(
    fc.property(lessons, (lessons) => {
      let state = noPredictions();
      for (const [index, [record, name]] of lessons.entries()) {
        const lesson = { record: { ...RECORD, ...record } as RunRecord, job: [`/secret/${name}`] };
        const before = expected(state, lesson, NOW);
        assert.ok(before === undefined || (before.ms > 0 && before.ms < Infinity));
        state = taught(state, lesson, NOW + index);
      }
      const text = encodePredictions(state);
      assert.ok(text.length < 64 * 1024, String(text.length));
      assert.ok(!text.includes("secret"));
      const read = decodePredictions(text);
      assert.deepEqual(read && encodePredictions(read), text);
    }),
    { numRuns: 60 },
  );
});
