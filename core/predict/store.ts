// Not by mod.ts: what reads and cuts the history is not for the way of every run.
import { historyPlace } from "../history/location.ts";
import { asideOf, isReplaceable, readState } from "../history/own_file.ts";
import type { Experience } from "./experience.ts";
import { decodeJob, decodePredictions, encodePredictions, type Predictions } from "./state.ts";

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
    return path === undefined ? undefined : readState(path);
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
    const place = historyPlace();
    const path = predictionsFile();
    if (place === undefined || path === undefined || !isReplaceable(place, path)) return false;
    const aside = asideOf(path);
    if (aside === undefined) return false;
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
