import { aloneMs, type Experience, isBestOverOne, type Route, wellKnownMs } from "./experience.ts";
import type { JobName } from "./job_name.ts";
import { keyOf } from "./key.ts";
import { readJob } from "./store.ts";

/**
 * For how many milliseconds a job on this machine goes best without help, by what it took before; 0
 * where nothing is known. It reads a small file and never throws.
 */
export function expectedAloneMs(job: JobName): number {
  return aloneMs(experienceOf(job), Date.now());
}

/** Whether a job between machines goes best over one data stream; it reads as much. */
export function expectsOneStream(job: JobName): boolean {
  return isBestOverOne(experienceOf(job), Date.now());
}

/** One in so many runs of which nothing new is to be learnt is learnt from all the same. */
const LEARNT_AGAIN = 4;

/**
 * What a run had been expected to take, if it says so little new that it need not be learnt from;
 * `chance` is from 0 to 1.
 */
export function expectedAsEver(
  job: JobName,
  route: Route,
  ms: number,
  chance: number = Math.random(),
): number | undefined {
  return chance * LEARNT_AGAIN < 1 ? undefined : wellKnownMs(experienceOf(job), route, ms);
}

function experienceOf(job: JobName): Experience | undefined {
  return readJob((salt) => keyOf(salt, ...job));
}
