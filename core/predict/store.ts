// Not by mod.ts: what reads and cuts the history is not for the way of every run.
import { historyPlace } from "../history/location.ts";
import { isMine, isOwn, lookAt, openToRead } from "../history/own_file.ts";
import type { Experience } from "./experience.ts";
import { decodeJob, decodePredictions, encodePredictions, type Predictions } from "./state.ts";

/** What is larger was not written here. */
const MOST_BYTES = 64 * 1024;
/** What a writer that was killed has left is in the way no longer. */
const STALE_MS = 10_000;

/** Where predictions are kept, beside the history; undefined where none is kept. */
export function predictionsFile(): string | undefined {
  return historyPlace()?.file.replace(/perf_local\.jsonl$/, "predictions.json");
}

/** What is kept; undefined where nothing is, or nothing that can be used. It never throws. */
export function readPredictions(): Predictions | undefined {
  const text = readText();
  return text === undefined ? undefined : decodePredictions(text);
}

/** What is kept of one job, whose key is made with a salt. It never throws. */
export function readJob(keyOf: (salt: string) => string): Experience | undefined {
  const text = readText();
  return text === undefined ? undefined : decodeJob(text, keyOf);
}

function readText(): string | undefined {
  try {
    const path = predictionsFile();
    const file = path === undefined ? undefined : openToRead(path);
    if (file === undefined) return undefined;
    try {
      const bytes = new Uint8Array(Math.min(file.statSync().size, MOST_BYTES + 1));
      let used = 0;
      while (used < bytes.length) {
        const count = file.readSync(bytes.subarray(used));
        if (count === null) break;
        used += count;
      }
      if (used > MOST_BYTES) return undefined;
      return new TextDecoder().decode(bytes.subarray(0, used));
    } finally {
      file.close();
    }
  } catch {
    // A right that is missing, a disk that does not read.
    return undefined;
  }
}

/**
 * Puts predictions in the place of what is there, in one step. It never throws: where somebody else
 * just does the same, or writing fails, it gives false, and what this run taught is lost.
 */
export function writePredictions(predictions: Predictions): boolean {
  try {
    const path = predictionsFile();
    if (path === undefined || !isReplaceable(path)) return false;
    const aside = `${path}.new`;
    const left = lookAt(aside);
    if (left !== undefined) {
      if (Math.abs(Date.now() - (left.mtime?.getTime() ?? 0)) < STALE_MS) return false;
      Deno.removeSync(aside);
    }
    try {
      Deno.writeTextFileSync(aside, encodePredictions(predictions), {
        createNew: true,
        mode: 0o600,
      });
      Deno.renameSync(aside, path);
      return true;
    } catch (error) {
      // Somebody else's, unless the name was free.
      if (!(error instanceof Deno.errors.AlreadyExists)) Deno.removeSync(aside);
      return false;
    }
  } catch {
    // A full disk, a right that is missing.
    return false;
  }
}

/** Nothing is there, or a file of this user's own, in a folder of this user's. */
function isReplaceable(path: string): boolean {
  const there = lookAt(path);
  if (there !== undefined) return isOwn(there);
  return isMine(Deno.statSync(path.replace(/[/\\][^/\\]*$/, "")));
}
