import { type Average, averaged, isAverage } from "./average.ts";

/**
 * How long one job has taken, in milliseconds of the whole run: with the main thread alone (between
 * machines, over one data stream), and with help. Which of the two is faster is not computed but
 * tried.
 */
export interface Experience {
  readonly alone?: Average;
  readonly helped?: Average;
}

/** How a run goes about its work. */
export type Route = "alone" | "helped";

/** A job on this machine that takes longer with help is not tried without. */
const SMALL_MS = 120;
/** The same between machines, where starting alone takes longer than many a job here. */
const SMALL_REMOTE_MS = 250;
/** A single run may have been disturbed: each way is judged by so many. */
const TRIES = 2;
/** What is as fast with help is done without: it takes less of the machine. */
const AS_FAST = 1.03;
/** The other way is tried again in one of so many runs, */
const AGAIN = 16;
/** or so many, where it was slower by more than this factor. */
const AGAIN_FAR = 64;
const FAR = 1.3;
/** What is older is not known any more. */
const KNOWN_MS = 60 * 24 * 3600 * 1000;

/**
 * For how many milliseconds the main thread goes without help that the work in sight would deserve;
 * 0 for not at all. It is half as long again as the job is expected to take: what has grown beyond
 * that gets its help then, and has lost little.
 */
export function aloneMs(experience: Experience | undefined, nowMs: number): number {
  if (!isBestAlone(experience, nowMs, SMALL_MS)) return 0;
  const expected = (experience?.alone ?? experience?.helped)?.value ?? 0;
  return Math.min(expected, SMALL_MS) * 1.5 + 10;
}

/** Whether a job between machines goes best over one data stream, with one mover at each end. */
export function isBestOverOne(experience: Experience | undefined, nowMs: number): boolean {
  return isBestAlone(experience, nowMs, SMALL_REMOTE_MS);
}

function isBestAlone(
  experience: Experience | undefined,
  nowMs: number,
  smallMs: number,
): boolean {
  const helped = known(experience?.helped, nowMs);
  const alone = known(experience?.alone, nowMs);
  // Without a run that had help, the usual rules have not called for any.
  if (helped === undefined || helped.value > smallMs) return false;
  if (alone === undefined || alone.runs < TRIES) return true;
  if (helped.runs < TRIES) return false;
  const ratio = alone.value / helped.value;
  const isFaster = ratio <= AS_FAST;
  const isClose = ratio < FAR && ratio > 1 / FAR;
  const isTried = (alone.runs + helped.runs) % (isClose ? AGAIN : AGAIN_FAR) === 0;
  return isFaster !== isTried;
}

/** What is known of a job after a run of it; undefined for nothing yet. */
export function experienced(
  before: Experience | undefined,
  route: Route,
  ms: number,
  nowMs: number,
): Experience | undefined {
  const average = averaged(before?.[route], ms, nowMs);
  return average === undefined ? before : { ...before, [route]: average };
}

/** So many runs by one way say how long it takes. */
const WELL_KNOWN = 6;
/** Within this factor a run says nothing new of them. */
const NOTHING_NEW = 1.25;

/**
 * How long a job takes by a route, where a run that took so long says nothing new of it: learning
 * takes 2 ms, which such a run can do without.
 */
export function wellKnownMs(
  experience: Experience | undefined,
  route: Route,
  ms: number,
): number | undefined {
  const average = experience?.[route];
  if (average === undefined || average.runs < WELL_KNOWN) return undefined;
  const ratio = ms / average.value;
  return ratio < NOTHING_NEW && ratio > 1 / NOTHING_NEW ? average.value : undefined;
}

/** Whether something that was read is an experience. */
export function isExperience(given: unknown): given is Experience {
  if (typeof given !== "object" || given === null) return false;
  const { alone, helped } = given as Readonly<Record<string, unknown>>;
  const isGood = (average: unknown): boolean => average === undefined || isAverage(average);
  return isGood(alone) && isGood(helped) && (alone !== undefined || helped !== undefined);
}

/** When the last run ended: milliseconds since 1970. */
export function lastOf({ alone, helped }: Experience): number {
  return Math.max(alone?.atMs ?? 0, helped?.atMs ?? 0);
}

/** Neither too old nor from the future. */
function known(average: Average | undefined, nowMs: number): Average | undefined {
  return average !== undefined && Math.abs(nowMs - average.atMs) < KNOWN_MS ? average : undefined;
}
