/**
 * A resident watcher of two trees: it proves that a mirror of them would find nothing to do, or
 * mirrors whenever something changes. What it promises is in docs/watch.md. `asking` is what a
 * mirror loads to ask it. Imports transfer; begin with `resident.ts`.
 *
 * @module
 */
import { type PathLike, refuseRemote } from "../endpoint/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { sweep } from "../transfer/sweep.ts";
import { backupPath } from "./asking/backup.ts";
import { type Pair, pairOf } from "./asking/pair.ts";
import { questionOf } from "./asking/protocol.ts";
import { listenFor } from "./listener.ts";
import { Resident } from "./resident.ts";
import type { WatchOptions } from "./types.ts";

export type { WatchedBy } from "./watcher.ts";
export type { WatchEvent, WatchOptions, WatchState } from "./types.ts";

/**
 * Watches two trees on this machine, and answers mirrors of them, until the signal.
 *
 * @throws {TransferError} when they cannot be watched, or no longer
 */
export async function watch(
  source: PathLike,
  destination: PathLike,
  options: WatchOptions = {},
): Promise<void> {
  for (const side of [source, destination]) await refuseRemote(side, "watch");
  const pair = await findPair(source, destination, options);
  const { mirror = false, xattrs = false, acls = false } = options;
  // Sweeps have the destination itself for theirs, from which it may be elsewhere.
  const backupDir = mirror && options.backupDir !== undefined
    ? { backupDir: backupPath(pair, source, options.backupDir) }
    : {};
  const kept = questionOf(pair, source, { xattrs, acls, ...backupDir });
  if (kept === undefined) throw new Error("These options can be kept.");
  const resident = new Resident(pair, kept, { ...options, ...backupDir });
  try {
    // Before the watches, which take a while: nobody sets them in vain.
    await using listener = await listenFor(pair, (question) => resident.answer(question));
    await resident.begin();
    const { by, directories } = resident;
    options.onEvent?.({
      type: "watching",
      by,
      ...(directories === undefined ? {} : { directories }),
      socket: listener.socket,
    });
    await resident.run();
  } finally {
    resident.end();
  }
}

/** The two directories. A mirror makes the destination where it is missing, or says what is wrong. */
async function findPair(
  source: PathLike,
  destination: PathLike,
  { mirror = false }: WatchOptions,
): Promise<Pair> {
  const there = pairOf(source, destination);
  if (there !== undefined) return there;
  await sweep(source, destination, { dryRun: !mirror });
  const made = pairOf(source, destination);
  if (made !== undefined) return made;
  throw new TransferError(
    "watch-operands",
    `Two directories can be watched, and "${source}" and "${destination}" do not name two: ` +
      "each must be there, and be a directory.",
    "usage",
  );
}
