import { isSame, lookAt } from "./own_file.ts";

/** The history is cut when it grows larger: after about 3,000 runs. */
export const HISTORY_BYTES = 1 << 20;
/** What is left of it then: half, so that it is cut in one of 1,500 runs. */
const KEPT_BYTES = HISTORY_BYTES / 2;
const NEWLINE = 10;

/**
 * Puts a file with the newest lines in the history's place, in one step. Lines of a version that
 * is not known are kept as they are, what is no JSON is not. It does nothing while others have the
 * file open to add to it: one of them will do it.
 */
export function cutHistory(file: Deno.FsFile, path: string): void {
  if (!file.tryLockSync(true)) return;
  const held = file.statSync();
  const named = lookAt(path);
  if (named === undefined || !isSame(held, named)) return;
  const kept = tailOf(file, held.size, KEPT_BYTES).filter(isJson);
  const aside = `${path}.new`;
  // Left by somebody who was killed here: only one at a time gets this far.
  if (lookAt(aside) !== undefined) Deno.removeSync(aside);
  Deno.writeTextFileSync(aside, kept.map((line) => `${line}\n`).join(""), {
    createNew: true,
    mode: 0o600,
  });
  Deno.renameSync(aside, path);
}

/** The whole lines among the last `length` bytes of a file. */
export function tailOf(file: Deno.FsFile, size: number, length: number): string[] {
  const start = Math.max(size - length, 0);
  const bytes = new Uint8Array(Math.min(size, length));
  file.seekSync(start, Deno.SeekMode.Start);
  let used = 0;
  while (used < bytes.length) {
    const count = file.readSync(bytes.subarray(used));
    if (count === null) break;
    used += count;
  }
  const read = bytes.subarray(0, used);
  const whole = start === 0 ? read : read.subarray(read.indexOf(NEWLINE) + 1);
  return new TextDecoder().decode(whole).split("\n").filter((line) => line !== "");
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
