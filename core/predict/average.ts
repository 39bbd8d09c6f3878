/**
 * A value that changes slowly: an exponential moving average, with how far single values have been
 * from it. Both are of logarithms, as times and rates differ by factors: twice as long is as far
 * off as half as long, and one outlier does not outweigh ten runs.
 */
export interface Average {
  /** Always positive. */
  readonly value: number;
  /** How far values were from what was expected, as the logarithm of a factor: 0.1 is a tenth. */
  readonly spread: number;
  /** Values that it has seen. */
  readonly runs: number;
  /** When the last of them came: milliseconds since 1970. */
  readonly atMs: number;
}

/** Share of the newest value once there have been some: after three runs, most is of those. */
const SHARE = 0.35;
/** Nothing is smaller or larger: a nanosecond in milliseconds, and the largest exact integer. */
const LEAST = 1e-6;
const MOST = Number.MAX_SAFE_INTEGER;
/** The spread of a single value is not known: this is taken for it. */
const UNKNOWN_SPREAD = 0.5;
/** What was learnt loses half of its weight in so long: disks fill and networks change. */
const HALF_LIFE_MS = 30 * 24 * 3600 * 1000;
/** An outlier counts as one by this factor: tonight's large run does not make tomorrow's large. */
const OUTLIER = Math.log(4);
/** Before so many runs nobody can tell which is the outlier. */
const SETTLED = 3;
/** An average is trusted up to a spread by this factor. */
const USELESS_SPREAD = Math.log(3);

/** An average with one value more; what is no number changes nothing. */
export function averaged(
  before: Average | undefined,
  value: number,
  nowMs: number,
): Average | undefined {
  if (!Number.isFinite(value) || value <= 0) return before;
  const added = Math.log(within(value));
  if (before === undefined) {
    return { value: within(value), spread: UNKNOWN_SPREAD, runs: 1, atMs: nowMs };
  }
  const runs = before.runs + 1;
  // Few values count alike; the second one tells for the first time how far they are apart.
  const share = Math.max(SHARE, 1 / runs);
  const mean = Math.log(before.value);
  const most = before.runs < SETTLED ? Infinity : OUTLIER;
  const step = Math.min(Math.max(added - mean, -most), most);
  const distance = Math.abs(step);
  const spread = runs === 2 ? distance : before.spread + (distance - before.spread) * share;
  return { value: within(Math.exp(mean + step * share)), spread, runs, atMs: nowMs };
}

/**
 * How far an average can be trusted, from 0 to 1: it grows with the runs, and falls with their
 * spread and with age. A clock that was turned back makes nothing younger than new.
 */
export function confidenceOf(
  { runs, spread, atMs }: Pick<Average, "runs" | "spread" | "atMs">,
  nowMs: number,
): number {
  const age = Math.max(0, nowMs - atMs);
  const steady = Math.max(0, 1 - spread / USELESS_SPREAD);
  return steady * runs / (runs + 1) * 2 ** (-age / HALF_LIFE_MS);
}

/** Whether something that was read is an average that could have been written. */
export function isAverage(given: unknown): given is Average {
  if (typeof given !== "object" || given === null) return false;
  const { value, spread, runs, atMs } = given as Readonly<Record<string, unknown>>;
  return isWithin(value, LEAST, MOST) && isWithin(spread, 0, 100) &&
    isWithin(runs, 1, MOST) && Number.isInteger(runs) && isWithin(atMs, 0, LAST_MOMENT);
}

/** The last moment there is: milliseconds since 1970, as far as a Date reaches. */
export const LAST_MOMENT = 8.64e15;

/** Whether something is a number from one to another. */
export function isWithin(number: unknown, least: number, most: number): boolean {
  return typeof number === "number" && number >= least && number <= most;
}

function within(value: number): number {
  return Math.min(Math.max(value, LEAST), MOST);
}
