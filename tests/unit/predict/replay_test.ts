import assert from "node:assert/strict";
import { decodeRecord, type RunRecord } from "../../../core/history/record.ts";
import { medianOf } from "../../../core/history/trends.ts";
import { signatureOf } from "../../../core/history/workload.ts";
import { expected } from "../../../core/predict/expected.ts";
import { kindPredictions } from "../../../core/predict/kinds.ts";
import { fromHistory, taught } from "../../../core/predict/learn.ts";
import { noPredictions, type Predictions } from "../../../core/predict/state.ts";

/**
 * What eight rounds of eleven jobs left on a machine of two processors: copies and then mirrors with
 * nothing to do of four trees, and two pushes with a mirror between them.
 */
const RECORDED = new URL("./recorded_history.jsonl", import.meta.url);
const JOBS = 11;
/** Rounds in which there is little to go by. */
const LEARNING = 3;
const WITHIN = 0.25;

function recorded(): RunRecord[] {
  return Deno.readTextFileSync(RECORDED).trim().split("\n").map((line) => {
    const record = decodeRecord(line);
    assert.ok(record !== undefined, line);
    return record;
  });
}

const errorOf = (expectedMs: number, { elapsedMs }: RunRecord): number =>
  Math.abs(expectedMs / elapsedMs - 1);

Deno.test("recorded jobs are expected within a quarter", () => {
  let state = noPredictions();
  const errors = new Map<number, number[]>();
  for (const [index, record] of recorded().entries()) {
    const job = index % JOBS;
    const lesson = { record, job: [`job ${job}`] };
    const known = expected(state, lesson, record.endedMs);
    if (index >= JOBS * LEARNING) {
      assert.ok(known !== undefined && known.confidence > 0.3, `job ${job}`);
      errors.set(job, [...errors.get(job) ?? [], errorOf(known.ms, record)]);
    }
    state = taught(state, lesson, record.endedMs);
  }
  assert.equal(errors.size, JOBS);
  for (const [job, of] of errors) assert.ok((medianOf(of) ?? 1) < WITHIN, `job ${job}: ${of}`);
  const all = medianOf([...errors.values()].flat()) ?? 1;
  assert.ok(all < 0.12, `all: ${all}`);
});

Deno.test("kinds of runs are learnt from the history alone", () => {
  const runs = recorded();
  const last = runs.at(-1)?.endedMs ?? 0;
  const state = fromHistory(noPredictions(), runs, last);
  assert.deepEqual(state.jobs, {});
  const known = kindPredictions(state, runs, last);
  assert.deepEqual(
    new Set(known.map(({ workload }) => workload)),
    new Set(runs.map(signatureOf)),
  );
  for (const { workload, runs: count, expectedMs = 0, confidence } of known) {
    if (count < 8) continue;
    const newest = runs.findLast((run) => signatureOf(run) === workload);
    assert.ok(newest !== undefined && confidence > 0.3, `${workload}: ${confidence}`);
    assert.ok(errorOf(expectedMs, newest) < WITHIN, `${workload}: ${expectedMs}`);
  }
  assert.ok(known.some(({ runs }) => runs >= 8));
});

Deno.test("what was learnt long ago, or by a clock that was ahead, is believed less and less", () => {
  const runs = recorded();
  const last = runs.at(-1)?.endedMs ?? 0;
  const state = fromHistory(noPredictions(), runs, last);
  const sure = (nowMs: number): number =>
    Math.max(...kindPredictions(state, runs, nowMs).map(({ confidence }) => confidence));
  const days = (count: number): number => last + count * 24 * 3600 * 1000;
  assert.ok(sure(last) > 0.5);
  assert.ok(sure(days(90)) < sure(last) / 4);
  assert.ok(sure(days(-90)) <= 1);
});

Deno.test("times from the future are taken for now, and so forgotten as others are", () => {
  const runs = recorded().map((run) => ({ ...run, endedMs: 8.64e15 }));
  const now = 1_795_263_456_567;
  const state: Predictions = fromHistory(noPredictions(), runs, now);
  assert.ok(Object.values(state.kinds).every(({ time }) => time.atMs === now));
});
