import assert from "node:assert/strict";
import { replaceBetweenMarkers } from "../../bench/report/document.ts";
import { judge, judgeGoal } from "../../bench/report/gates.ts";
import { type Case, readResults, type Results, writeResults } from "../../bench/report/results.ts";
import { median, speedRatio, spread } from "../../bench/report/statistics.ts";
import { bar, duration, renderCase, renderMarkdown } from "../../bench/report/table.ts";
import type { Goal } from "../../bench/scenarios.ts";

const ratioGoal: Goal = { kind: "ratio", place: "disk", against: "rsync", atLeast: 2 };
const memoryGoal: Goal = { kind: "memory", place: "disk", belowMiB: 100 };

function caseOf(change: Partial<Case> = {}): Case {
  return {
    scenario: "small-files",
    title: "Copy 10 files",
    place: "disk",
    filesystem: "ext4 with a journal, loop image",
    disturbed: false,
    series: [
      { contender: "blit", timesMs: [100, 90, 500], peakMemoryMiB: 80 },
      { contender: "rsync", timesMs: [210, 190, 200] },
    ],
    goals: [ratioGoal, memoryGoal],
    ...change,
  };
}

const results: Results = {
  version: 1,
  date: "2026-01-02T03:04:05.678Z",
  quick: false,
  rounds: 3,
  gateShare: 0.85,
  machine: {
    os: "linux",
    kernel: "6",
    arch: "x86_64",
    processor: "fast",
    cores: 2,
    memoryMiB: 4096,
    deno: "2",
  },
  versions: { blit: "0.1.0", rsync: "rsync version 3" },
  cases: [caseOf()],
};

Deno.test("the median is the middle value, or the mean of the two in the middle", () => {
  assert.equal(median([]), undefined);
  assert.equal(median([5]), 5);
  assert.equal(median([10, 2, 9]), 9);
  assert.equal(median([4, 1, 3, 100]), 3.5);
});

Deno.test("a spread holds the median and both ends, and leaves its input as it was", () => {
  const values = [3, 1, 2];
  assert.deepEqual(spread(values), { median: 2, min: 1, max: 3 });
  assert.deepEqual(values, [3, 1, 2]);
  assert.equal(spread([]), undefined);
});

Deno.test("a ratio is their median over ours, so one disturbed run does not move it", () => {
  assert.equal(speedRatio([200, 210, 190], [100, 9000, 90]), 2);
  assert.equal(speedRatio([], [1]), undefined);
  assert.equal(speedRatio([1], []), undefined);
});

Deno.test("a ratio reaches its goal, holds its gate, or falls", () => {
  const outcome = (blitMs: number) => {
    const series = [{ contender: "blit", timesMs: [blitMs] }, {
      contender: "rsync",
      timesMs: [1000],
    }];
    return judgeGoal(caseOf({ series }), ratioGoal, 0.85).outcome;
  };
  assert.equal(outcome(500), "reached");
  assert.equal(outcome(501), "held");
  assert.equal(outcome(588), "held");
  assert.equal(outcome(589), "fell");
});

Deno.test("short of a gate that nothing can hold is not fallen, unless it is far below what can be", () => {
  // 200 ms of rsync's over so many of blit's.
  const outcome = (ms: number, possible?: number) => {
    const series = [{ contender: "blit", timesMs: [ms] }, { contender: "rsync", timesMs: [200] }];
    const goal = { ...ratioGoal, ...(possible !== undefined && { possible }) };
    return judgeGoal(caseOf({ series }), goal, 0.85).outcome;
  };
  assert.deepEqual([outcome(100, 1.5), outcome(115, 1.5)], ["reached", "held"]);
  assert.deepEqual([outcome(120), outcome(120, 1.5), outcome(156, 1.5)], [
    "fell",
    "short",
    "short",
  ]);
  assert.equal(outcome(158, 1.5), "fell");
});

Deno.test("memory passes below its goal, and up to the goal over the share at its gate", () => {
  const outcome = (peakMemoryMiB: number) => {
    const series = [{ contender: "blit", timesMs: [1], peakMemoryMiB }];
    return judgeGoal(caseOf({ series }), memoryGoal, 0.8).outcome;
  };
  assert.equal(outcome(99.9), "reached");
  assert.equal(outcome(100), "held");
  assert.equal(outcome(125), "fell");
});

Deno.test("a time and a share of the wire pass below their goals", () => {
  const series = [{ contender: "blit", timesMs: [44, 43, 90], wireBytes: 130 }];
  const one = caseOf({ series, bytes: 1000 });
  const judged = (goal: Goal) => {
    const { outcome, value } = judgeGoal(one, goal, 0.8);
    return [outcome, value];
  };
  assert.deepEqual(judged({ kind: "time", place: "disk", belowMs: 45 }), ["reached", 44]);
  assert.deepEqual(judged({ kind: "time", place: "disk", belowMs: 40 }), ["held", 44]);
  assert.deepEqual(judged({ kind: "time", place: "disk", belowMs: 35 }), ["fell", 44]);
  assert.deepEqual(judged({ kind: "wire", place: "disk", atMost: 0.131 }), ["reached", 0.13]);
  assert.deepEqual(judged({ kind: "wire", place: "disk", atMost: 0.12 }), ["held", 0.13]);
  assert.deepEqual(judged({ kind: "wire", place: "disk", atMost: 0.1 }), ["fell", 0.13]);
});

Deno.test("a blit that fails falls at every goal of its case", () => {
  const series = [{ contender: "blit", timesMs: [], failure: "ended with 2: no" }];
  const verdicts = judge({ cases: [caseOf({ series })], gateShare: 0.85 });
  assert.deepEqual(verdicts.map((verdict) => verdict.outcome), ["fell", "fell"]);
  assert.equal(verdicts[0]?.reason, "ended with 2: no");
});

Deno.test("a goal without a figure is unjudged and says why", () => {
  const reasonOf = (one: Case) => {
    const verdict = judgeGoal(one, ratioGoal, 0.85);
    assert.equal(verdict.outcome, "unjudged");
    return verdict.reason;
  };
  const alone = [{ contender: "blit", timesMs: [1] }];
  assert.equal(reasonOf(caseOf({ series: alone })), "rsync is not there");
  assert.equal(reasonOf(caseOf({ filesystem: "xfs" })), "goals are for ext4, not xfs");
  assert.equal(reasonOf(caseOf({ skipped: "only root" })), "only root");
});

Deno.test("bars are as long as their share and never empty", () => {
  assert.equal(bar(1), "█".repeat(32));
  assert.equal(bar(0.5), "█".repeat(16).padEnd(32));
  assert.equal(bar(0).trimEnd(), "▏");
  assert.deepEqual([17.04, 240.4, 2345].map(duration), ["17.0 ms", "240 ms", "2.35 s"]);
});

Deno.test("a case shows every program, its failure, the verdicts and a busy machine", () => {
  const series = [...caseOf().series, { contender: "tar", timesMs: [], failure: "ended with 1" }];
  const one = caseOf({ series, disturbed: true });
  const text = renderCase(one, judge({ cases: [one], gateShare: 0.85 }));
  assert.match(text, /^ {2}blit +100 ms .* 80 MiB +90\.0 ms - 500 ms$/m);
  assert.match(text, /^ {2}rsync +200 ms .* x 2\.00 +190 ms - 210 ms$/m);
  assert.match(text, /^ {2}tar +ended with 1$/m);
  assert.match(text, /^ {2}ok +rsync \/ blit >= 2 \(gate 1\.70\): 2\.00$/m);
  assert.match(text, /the machine was busy/);
});

Deno.test("the Markdown has a row for each case with its medians, ratio and memory", () => {
  const row = "| small-files | ext4 | 100 ms | 200 ms | **2.00** | rsync 2 | 80 MiB |";
  assert.ok(renderMarkdown(results).split("\n").includes(row));
});

Deno.test("a page keeps everything outside its markers, however often the table is written", () => {
  const page = "before\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nafter\n";
  const once = replaceBetweenMarkers(page, "new");
  assert.equal(once, "before\n<!-- bench: begin -->\n\nnew\n\n<!-- bench: end -->\nafter\n");
  assert.equal(replaceBetweenMarkers(once, "new"), once);
  assert.throws(() => replaceBetweenMarkers("no markers", "new"), /Cannot find where/);
});

Deno.test("the documented page has the markers", () => {
  const page = Deno.readTextFileSync(new URL("../../docs/performance.md", import.meta.url));
  assert.match(replaceBetweenMarkers(page, "the table"), /the table/);
});

Deno.test("results are written under their date and read back, other JSON is refused", () => {
  const directory = Deno.makeTempDirSync();
  try {
    const path = writeResults(`${directory}/results`, results);
    assert.ok(path.endsWith("/2026-01-02T030405.json"));
    assert.deepEqual(readResults(path), results);
    Deno.writeTextFileSync(path, '{"version": 9}');
    assert.throws(() => readResults(path), /Cannot read .* as a result/);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
