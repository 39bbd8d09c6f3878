/**
 * Whether two modification times are the same on file systems that keep times in steps of
 * `stepNs` nanoseconds: 1 for most, 1e6 for a backend that knows milliseconds, 1e9 for ext3,
 * 2e9 for FAT. A coarse file system cuts a time off, so both are cut before they are compared.
 *
 * ```ts
 * import { sameTime } from "./times.ts";
 * import assert from "node:assert/strict";
 * assert.equal(sameTime(7, 123_456_789, 7, 123_000_000, 1), false);
 * assert.equal(sameTime(7, 123_456_789, 7, 123_000_000, 1e6), true);
 * assert.equal(sameTime(7, 5, 6, 0, 2e9), true);
 * ```
 */
export function sameTime(
  seconds: number,
  nanoseconds: number,
  otherSeconds: number,
  otherNanoseconds: number,
  stepNs: number,
): boolean {
  if (seconds === otherSeconds && nanoseconds === otherNanoseconds) return true;
  if (stepNs <= 1) return false;
  if (stepNs <= 1e9) {
    return seconds === otherSeconds &&
      Math.floor(nanoseconds / stepNs) === Math.floor(otherNanoseconds / stepNs);
  }
  const step = stepNs / 1e9;
  return Math.floor(seconds / step) === Math.floor(otherSeconds / step);
}
