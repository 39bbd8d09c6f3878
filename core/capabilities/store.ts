// Not by mod.ts: what reads and cuts the history is not for the way of every run.
import { historyPlace } from "../history/location.ts";
import { asideOf, isReplaceable, readState } from "../history/own_file.ts";
import { decodeKnown, encodeKnown, type Known, noneKnown } from "./known.ts";

/** Where it is kept, beside the history; undefined where none is kept. */
export function mountsFile(): string | undefined {
  return historyPlace()?.file.replace(/perf_local\.jsonl$/, "mounts.json");
}

/** What is remembered; nothing where the file is missing or cannot be used. It never throws. */
export function readKnown(): Known {
  try {
    const path = mountsFile();
    return (path === undefined ? undefined : readFrom(path)) ?? noneKnown();
  } catch {
    // A right that is missing, a disk that does not read.
    return noneKnown();
  }
}

/**
 * Puts what `change` makes of what is remembered in its place, in one step. It never throws: where
 * somebody else just does the same, or writing fails, it is found out again another time.
 */
export function changeKnown(change: (known: Known) => Known): void {
  try {
    const place = historyPlace();
    const path = mountsFile();
    if (place === undefined || path === undefined || !isReplaceable(place, path)) return;
    const aside = asideOf(path);
    if (aside === undefined) return;
    // Exclusively: nobody reads and changes it at the same time.
    Deno.openSync(aside, { write: true, createNew: true, mode: 0o600 }).close();
    try {
      const known = readFrom(path);
      // A later blit's is left alone.
      if (known === undefined) return Deno.removeSync(aside);
      Deno.writeTextFileSync(aside, encodeKnown(change(known)));
      Deno.renameSync(aside, path);
    } catch {
      Deno.removeSync(aside);
    }
  } catch {
    // A full disk, a right that is missing, somebody who was faster.
  }
}

/** What a file says; undefined where a later blit has written it. */
function readFrom(path: string): Known | undefined {
  const text = readState(path);
  return text === undefined ? noneKnown() : decodeKnown(text);
}
