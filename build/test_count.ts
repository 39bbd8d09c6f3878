/** Reads what `deno test` says of its tests, for build/tests.ts. */

/** How many tests there were, and why some were ignored. */
export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
  /** What ignored tests say they need, with how often. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** Of no test at all. */
export const NO_TESTS: TestCount = { passed: 0, failed: 0, ignored: 0, reasons: new Map() };

/** `ok | 12 passed (5 steps) | 0 failed | 3 ignored (2s)`, and the same after `FAILED`. */
const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \(.*?\))? \| (\d+) failed(?: \(.*?\))?(?: \| (\d+) ignored)?/gm;

/** `a name (linux; needs mount) ... ignored (0ms)`. */
const IGNORED = /^(.*) \.\.\. ignored \(.*\)$/gm;

/** The end of such a name; what is needed may be a manual page, as in `ip(8)`. */
const REASON = /\b(needs [^()]*(?:\(\d\)[^()]*)?)\)$/;

/** Counts; a run that broke off before its summary, or ended badly without a reason, has failed. */
export function countTests(said: string, success: boolean): TestCount {
  const [, passed = 0, failed = 0, ignored = 0] = [...said.matchAll(SUMMARY)].at(-1) ?? [];
  const reasons = new Map<string, number>();
  for (const [, name = ""] of said.matchAll(IGNORED)) {
    const reason = REASON.exec(name)?.[1] ?? "without a reason";
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return {
    passed: Number(passed),
    failed: Math.max(Number(failed), success ? 0 : 1),
    ignored: Number(ignored),
    reasons,
  };
}

/** Adds two counts. */
export function sumTests(a: TestCount, b: TestCount): TestCount {
  const reasons = new Map(a.reasons);
  for (const [reason, times] of b.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + times);
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    ignored: a.ignored + b.ignored,
    reasons,
  };
}
