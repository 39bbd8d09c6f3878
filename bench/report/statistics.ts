/**
 * The arithmetic of a benchmark, without a clock or a file: medians, spreads and ratios.
 *
 * Medians because one disturbed run must not move the result, and ratios of medians (the other
 * program's over blit's) because they outlive the machine they were measured on.
 */

/** The middle of `values`, or the mean of the two in the middle; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  const lower = sorted[(sorted.length >> 1) - 1];
  return lower === undefined ? upper : (lower + upper) / 2;
}

/** The middle and the ends of a series of times, in its unit. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median, smallest and largest of `values`; undefined for none. */
export function spread(values: readonly number[]): Spread | undefined {
  const middle = median(values);
  if (middle === undefined) return undefined;
  return { median: middle, min: Math.min(...values), max: Math.max(...values) };
}

/** How many times faster `ours` is than `theirs`: the ratio of their medians. */
export function speedRatio(
  theirs: readonly number[],
  ours: readonly number[],
): number | undefined {
  const slow = median(theirs);
  const fast = median(ours);
  return slow === undefined || fast === undefined || fast <= 0 ? undefined : slow / fast;
}
