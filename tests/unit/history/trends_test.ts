import assert from "node:assert/strict";
import type { RunRecord } from "../../../core/history/mod.ts";
import { medianOf, shapeOf, signatureOf, trendsOf } from "../../../core/history/mod.ts";

const RUN: RunRecord = {
  endedMs: 1_000_000,
  blit: "0.1.0",
  verb: "copy",
  direction: "local",
  transport: "local",
  backend: "linux",
  streams: 0,
  entries: 20,
  files: 10,
  bytes: 100 << 20,
  wireBytes: 0,
  deleted: 0,
  failures: 0,
  elapsedMs: 1000,
  firstPayloadMs: 5,
};

/** Runs of one class, a second apart, that took so long. */
function runsOf(elapsed: readonly number[], changes: Partial<RunRecord> = {}): RunRecord[] {
  return elapsed.map((elapsedMs, at) => ({
    ...RUN,
    ...changes,
    elapsedMs,
    endedMs: RUN.endedMs + at * 1000,
  }));
}

Deno.test("a run's shape is how many files it wrote, and of what size", () => {
  const shape = (files: number, bytes: number): string => shapeOf({ ...RUN, files, bytes });
  assert.equal(shape(0, 0), "nothing");
  assert.equal(shape(1, 5), "one file");
  assert.equal(shape(2, 5), "few small");
  assert.equal(shape(99, 99 << 20), "few large");
  assert.equal(shape(100, 100 * ((1 << 20) - 1)), "many small");
  assert.equal(shape(100, 100 << 20), "many large");
});

Deno.test("a signature tells runs apart that cannot be compared", () => {
  assert.equal(signatureOf(RUN), "copy local few large ?>?");
  const push = { ...RUN, direction: "push", transport: "tcp", sourceFilesystem: "ext4" } as const;
  assert.equal(signatureOf(push), "copy push tcp few large ext4>?");
  const proven = { ...RUN, verb: "mirror", files: 0, bytes: 0, proven: true } as const;
  assert.equal(signatureOf(proven), "mirror local nothing watched ?>?");
});

Deno.test("a trend is the median of the last five runs against the twenty before", () => {
  // The first five are too long ago to count.
  const elapsed = [
    ...Array.from({ length: 5 }, () => 1),
    ...Array.from({ length: 20 }, (_, at) => at % 2 === 0 ? 1000 : 4000),
    ...[500, 400, 100_000, 200, 250],
  ];
  const [trend, ...others] = trendsOf(runsOf(elapsed));
  assert.deepEqual(others, []);
  const mebibytes = (value: number): number => value * (100 << 20);
  assert.equal(trend?.unit, "bytes");
  // 400 ms is the middle of the newest; of the others half ran at 1 and half at 0.25 a second.
  assert.equal(trend?.recent, mebibytes(2.5));
  assert.equal(trend?.earlier, mebibytes(0.625));
  assert.equal(trend?.change, 3);
  assert.equal(trend?.direction, "faster");
  assert.equal(trend?.firstPayloadMs, 5);
  assert.equal(trend?.lastMs, RUN.endedMs + 29_000);
  assert.equal(trend?.runs.length, 30);
});

Deno.test("a change of a tenth is none, and more is one", () => {
  const word = (recent: number): string | undefined =>
    trendsOf(runsOf([1000, 1000, 1000, ...Array.from({ length: 5 }, () => recent)]))[0]
      ?.direction;
  assert.equal(word(1000), "steady");
  assert.equal(word(1000 / 1.09), "steady");
  assert.equal(word(1000 / 1.11), "faster");
  assert.equal(word(1000 / 0.91), "steady");
  assert.equal(word(1000 / 0.89), "slower");
});

Deno.test("too few runs are no trend, and none at all no class", () => {
  assert.deepEqual(trendsOf([]), []);
  const [one] = trendsOf(runsOf([1000]));
  assert.deepEqual([one?.recent, one?.earlier, one?.change], [100 << 20, undefined, undefined]);
  assert.equal(one?.direction, "unknown");
  const [seven] = trendsOf(runsOf([1, 1, 9, 9, 9, 9, 9]));
  assert.equal(seven?.change, undefined);
  // Nothing can be said of runs that took no time.
  assert.deepEqual(trendsOf(runsOf([0, 0])), []);
});

Deno.test("small files are counted, and where nothing is written what is looked at", () => {
  const [small] = trendsOf(runsOf([500], { bytes: 1000 }));
  assert.deepEqual([small?.unit, small?.recent], ["files", 20]);
  const [same] = trendsOf(runsOf([500], { bytes: 0, files: 0, firstPayloadMs: undefined }));
  assert.deepEqual([same?.unit, same?.recent, same?.firstPayloadMs], ["entries", 40, undefined]);
});

Deno.test("a single file that changes its size is compared with its like", () => {
  const large = runsOf([1000, 1000, 1000], { files: 1 });
  const small = runsOf([10], { files: 1, bytes: 5 }).map((run) => ({ ...run, endedMs: 9e9 }));
  const [trend] = trendsOf([...large, ...small]);
  assert.deepEqual([trend?.unit, trend?.recent, trend?.earlier], ["files", 100, undefined]);
});

Deno.test("classes come newest first, runs by their end whatever the order of lines", () => {
  const runs = [
    ...runsOf([10, 20, 30]).toReversed(),
    { ...RUN, verb: "move", endedMs: 2_000_000 } as const,
  ];
  const [first, second] = trendsOf(runs);
  assert.equal(first?.workload, "move local few large ?>?");
  assert.deepEqual(second?.runs.map(({ elapsedMs }) => elapsedMs), [10, 20, 30]);
});

Deno.test("a median of an even number lies between the middle two", () => {
  assert.equal(medianOf([]), undefined);
  assert.equal(medianOf([3]), 3);
  assert.equal(medianOf([4, 1, 3, 2]), 2.5);
});
