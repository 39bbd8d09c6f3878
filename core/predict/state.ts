import { type Average, isAverage } from "./average.ts";
import { newSalt } from "./key.ts";

/** The version of the file; another one is not read, and made anew from the history. */
export const PREDICTIONS_VERSION = 1;

/** Averages by the key of a place, the one that was touched last at the end. */
export type Averages = Readonly<Record<string, Average>>;

/** What earlier runs have taught, without names (see `key.ts`). */
export interface Predictions {
  /** Mixed into each key. */
  readonly salt: string;
  /** Bytes a second on the data streams, by server and direction. */
  readonly links: Averages;
}

/** Kept of each kind at most: what was touched longest ago goes first. */
const KEPT = 64;

/** Nothing is known yet. */
export function noPredictions(): Predictions {
  return { salt: newSalt(), links: {} };
}

/** As it stands in the file. */
export function encodePredictions({ salt, links }: Predictions): string {
  return JSON.stringify({ version: PREDICTIONS_VERSION, salt, links }, shortNumbers) + "\n";
}

/**
 * What a file says; undefined for what is none of this version. Single averages that nobody could
 * have written are left out: whoever can write the file can write anything.
 */
export function decodePredictions(text: string): Predictions | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { version, salt, links } = value as Readonly<Record<string, unknown>>;
  if (version !== PREDICTIONS_VERSION) return undefined;
  if (typeof salt !== "string" || !/^[0-9a-f]{16}$/.test(salt)) return undefined;
  return { salt, links: averagesIn(links, /^[0-9a-f]{8}$/) };
}

/** With one average more, or in the place of an older one. */
export function withAverage(averages: Averages, key: string, average: Average): Averages {
  const { [key]: _old, ...others } = averages;
  const kept = Object.entries(others).sort(([, one], [, other]) => one.atMs - other.atMs)
    .slice(-(KEPT - 1));
  return { ...Object.fromEntries(kept), [key]: average };
}

function averagesIn(given: unknown, key: RegExp): Averages {
  if (typeof given !== "object" || given === null) return {};
  const entries = Object.entries(given).slice(-KEPT);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Average] => key.test(entry[0]) && isAverage(entry[1]))
      .map(([key, { value, spread, runs, atMs }]) => [key, { value, spread, runs, atMs }]),
  );
}

/** Six digits are more than is known. */
function shortNumbers(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(6))
    : value;
}
