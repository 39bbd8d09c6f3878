import { after } from "../../timer.ts";
/** What may have come already when the time is up, and is read first. */
const GRACE_MS = 250;

/**
 * Calls back when the time is up. A process that was stopped or busy finds its timer due before it
 * has read what came in time, so it reads first.
 *
 * @returns gives the wait up
 */
export function afterPatience(ms: number, late: () => void): () => void {
  let timer = after(ms, () => {
    timer = after(GRACE_MS, late);
  });
  return () => timer.stop();
}
