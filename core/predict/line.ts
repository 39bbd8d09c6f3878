import { isWithin, LAST_MOMENT } from "./average.ts";

/**
 * How long runs of one kind take by how much there is to do, `base + slope * amount`: what starts
 * any run, and what each file or byte adds. It is fitted by least squares of relative errors, so
 * that a run of an hour does not outweigh runs of a second, and forgets exponentially: all sums are
 * moving averages.
 */
export interface Line {
  /** Averages of 1/t², n/t², n²/t², 1/t and n/t for runs of `n` that took `t`. */
  readonly sums: Sums;
  /** How far runs were from what was expected, as the logarithm of a factor. */
  readonly spread: number;
  readonly runs: number;
  /** When the last of them ended: milliseconds since 1970. */
  readonly atMs: number;
}

type Sums = readonly [w: number, n: number, nn: number, t: number, nt: number];

/** Share of the newest run. It takes several to tell what a file costs from what a run does. */
const SHARE = 0.2;
/** The spread of a single run is not known: this is taken for it. */
const UNKNOWN_SPREAD = 0.5;
/** With amounts that differ by less (the square of a share), what an amount adds cannot be seen. */
const SAME_AMOUNT = 0.05 ** 2;
/** A time within which nothing is measured, and one that no run takes: a century. */
const LEAST_MS = 0.01;
const MOST_MS = 3e12;

/** A line with one run more; what is no amount or no time changes nothing. */
export function fitted(
  before: Line | undefined,
  amount: number,
  ms: number,
  nowMs: number,
): Line | undefined {
  if (!(amount >= 0) || !(amount <= Number.MAX_SAFE_INTEGER)) return before;
  if (!(ms >= LEAST_MS) || !(ms <= MOST_MS)) return before;
  const weight = 1 / ms ** 2;
  const added: Sums = [weight, weight * amount, weight * amount ** 2, 1 / ms, amount / ms];
  if (before === undefined) return { sums: added, spread: UNKNOWN_SPREAD, runs: 1, atMs: nowMs };
  const runs = before.runs + 1;
  const share = Math.max(SHARE, 1 / runs);
  const mixed = (at: 0 | 1 | 2 | 3 | 4): number =>
    before.sums[at] + (added[at] - before.sums[at]) * share;
  const distance = Math.abs(Math.log(ms / onLine(before, amount)));
  const spread = runs === 2 ? distance : before.spread + (distance - before.spread) * share;
  return { sums: [mixed(0), mixed(1), mixed(2), mixed(3), mixed(4)], spread, runs, atMs: nowMs };
}

/** Milliseconds that a run with so much to do is expected to take. */
export function onLine({ sums: [w, n, nn, t, nt] }: Line, amount: number): number {
  const apart = w * nn - n * n;
  if (!(apart > SAME_AMOUNT * w * nn)) {
    // All runs had about as much to do: a run with more takes longer by as much.
    return clamped(n > 0 ? t / n * amount : t / w);
  }
  const slope = (w * nt - n * t) / apart;
  if (slope < 0) return clamped(t / w);
  const base = (t - slope * n) / w;
  return clamped(base < 0 ? nt / nn * amount : base + slope * amount);
}

/** Whether something that was read is a line that could have been fitted. */
export function isLine(given: unknown): given is Line {
  if (typeof given !== "object" || given === null) return false;
  const { sums, spread, runs, atMs } = given as Readonly<Record<string, unknown>>;
  return Array.isArray(sums) && sums.length === 5 &&
    sums.every((sum) => isWithin(sum, 0, Number.MAX_VALUE)) && sums[0] > 0 && sums[3] > 0 &&
    isWithin(spread, 0, 100) && isWithin(runs, 1, Number.MAX_SAFE_INTEGER) &&
    Number.isInteger(runs) && isWithin(atMs, 0, LAST_MOMENT);
}

function clamped(ms: number): number {
  return Number.isFinite(ms) ? Math.min(Math.max(ms, LEAST_MS), MOST_MS) : MOST_MS;
}
