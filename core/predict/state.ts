import { type Average, isAverage } from "./average.ts";
import { type Experience, isExperience, lastOf } from "./experience.ts";
import { newSalt } from "./key.ts";
import { isLine, type Line } from "./line.ts";

/** The version of the file; another one is not read, and made anew from the history. */
export const PREDICTIONS_VERSION = 1;

/** Something by its key, as plain data. */
export type ByKey<Value> = Readonly<Record<string, Value>>;

/** What is known of runs of one kind, whatever they were between. */
export interface Kind {
  /** Milliseconds of the whole run by what there was to do; see `amountOf`. */
  readonly time: Line;
  /** Milliseconds until moving could begin, of local runs. */
  readonly plan?: Average;
}

/** What earlier runs have taught, without names (see `key.ts`). */
export interface Predictions {
  /** Mixed into each key. */
  readonly salt: string;
  /** Jobs by the key of their name. */
  readonly jobs: ByKey<Experience>;
  /** Kinds of runs by their signature, such as `copy local many small ext4>xfs`. */
  readonly kinds: ByKey<Kind>;
  /** Bytes a second on the data streams, by the key of server and direction. */
  readonly links: ByKey<Average>;
}

/** Kept of each at most: what was used longest ago goes first. */
const KEPT = 64;
const KEY = /^[0-9a-f]{8}$/;
const SIGNATURE = /^[a-z]{4,6} [a-z ]{5,40} [\w.?-]{1,32}>[\w.?-]{1,32}$/;

/** Nothing is known yet. */
export function noPredictions(): Predictions {
  return { salt: newSalt(), jobs: {}, kinds: {}, links: {} };
}

/** As it stands in the file. */
export function encodePredictions(predictions: Predictions): string {
  return JSON.stringify({ version: PREDICTIONS_VERSION, ...predictions }, shortNumbers) + "\n";
}

/**
 * What a file says; undefined for what is none of this version. What nobody could have written is
 * left out: whoever can write the file can write anything.
 */
export function decodePredictions(text: string): Predictions | undefined {
  const read = parse(text);
  if (read === undefined) return undefined;
  const { salt, jobs, kinds, links } = read;
  return {
    salt,
    jobs: goodIn(jobs, KEY, isExperience),
    kinds: goodIn(kinds, SIGNATURE, isKind),
    links: goodIn(links, KEY, isAverage),
  };
}

/** What a file says of one job, whose key is made with its salt: the rest is not looked at. */
export function decodeJob(text: string, keyOf: (salt: string) => string): Experience | undefined {
  const read = parse(text);
  if (read === undefined || typeof read.jobs !== "object" || read.jobs === null) return undefined;
  const { [keyOf(read.salt)]: job } = read.jobs as Readonly<Record<string, unknown>>;
  return isExperience(job) ? job : undefined;
}

function parse(
  text: string,
): { readonly salt: string } & Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const read = value as Readonly<Record<string, unknown>>;
  const { version, salt } = read;
  if (version !== PREDICTIONS_VERSION) return undefined;
  return typeof salt === "string" && /^[0-9a-f]{16}$/.test(salt) ? { ...read, salt } : undefined;
}

/** With one thing more, or in the place of an older one; `lastOf` says when one was used last. */
function added<Value>(
  things: ByKey<Value>,
  key: string,
  thing: Value,
  lastOf: (thing: Value) => number,
): ByKey<Value> {
  const { [key]: _old, ...others } = things;
  const kept = Object.entries(others).sort(([, one], [, other]) => lastOf(one) - lastOf(other))
    .slice(-(KEPT - 1));
  return { ...Object.fromEntries(kept), [key]: thing };
}

/** With what is known of a job. */
export function withJob(predictions: Predictions, key: string, job: Experience): Predictions {
  return { ...predictions, jobs: added(predictions.jobs, key, job, lastOf) };
}

/** With what is known of a kind of runs. */
export function withKind(predictions: Predictions, key: string, kind: Kind): Predictions {
  return { ...predictions, kinds: added(predictions.kinds, key, kind, ({ time }) => time.atMs) };
}

/** With what is known of a link. */
export function withLink(predictions: Predictions, key: string, rate: Average): Predictions {
  return { ...predictions, links: added(predictions.links, key, rate, ({ atMs }) => atMs) };
}

function isKind(given: unknown): given is Kind {
  if (typeof given !== "object" || given === null) return false;
  const { time, plan } = given as Readonly<Record<string, unknown>>;
  return isLine(time) && (plan === undefined || isAverage(plan));
}

function goodIn<Value>(
  given: unknown,
  key: RegExp,
  isGood: (thing: unknown) => thing is Value,
): ByKey<Value> {
  if (typeof given !== "object" || given === null) return {};
  const good = Object.entries(given).slice(-KEPT)
    .filter((entry): entry is [string, Value] => key.test(entry[0]) && isGood(entry[1]));
  return Object.fromEntries(good);
}

/** Six digits are more than is known. */
function shortNumbers(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(6))
    : value;
}
