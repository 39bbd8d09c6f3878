import { aloneMs, type Experience, isBestOverOne } from "./experience.ts";
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

function experienceOf(job: JobName): Experience | undefined {
  return readJob((salt) => keyOf(salt, ...job));
}
