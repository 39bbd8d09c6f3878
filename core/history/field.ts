/** What a field of the history may hold: it is a file that somebody else may have written. */
import type { EndReport } from "../transfer/events.ts";

/** A count, a size or a time. */
export function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** Milliseconds since 1970, as far as a Date reaches (ECMA-262, 21.4.1.1). */
export function isMoment(value: unknown): boolean {
  return isAmount(value) && Number(value) <= 8.64e15;
}

/** One of some words. */
export function isOneOf(value: unknown, words: readonly string[]): boolean {
  return typeof value === "string" && words.includes(value);
}

/** A version of blit; whoever shows it escapes it. */
export function isVersionText(value: unknown): boolean {
  return typeof value === "string" && value.length < 100;
}

/** The type of a file system as the kernel names it, such as `ext4` or `fuse.sshfs`. */
export function isFilesystem(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9][\w.-]{0,31}$/.test(value);
}

/** Codes of failures with how often they came: `{ "EACCES": 3 }`. */
export function isCodes(value: unknown): value is Readonly<Record<string, number>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= 16 &&
    entries.every(([code, count]) => /^[A-Z][A-Z0-9_]{0,31}$/.test(code) && isAmount(count));
}

/** Words for how much a machine has to do. */
export const LOADS = ["low", "medium", "high"] as const;

/** How one end of a run fared, and nothing besides. */
export function isEndReport(value: unknown): value is EndReport {
  if (typeof value !== "object" || value === null) return false;
  const { computedMs, waitedMs, storageMs, load, ...more } = value as Record<string, unknown>;
  return [computedMs, waitedMs, storageMs].every(isAmount) && Object.keys(more).length === 0 &&
    (load === undefined || isOneOf(load, LOADS));
}
