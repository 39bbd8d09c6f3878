import { displayPath } from "../entry/display.ts";
import { type DirectoryAt, makeDirectory, openAt, unreachable } from "../endpoint/directory_at.ts";
import { destinationAt } from "../endpoint/target.ts";
import type { Job } from "../movers/job.ts";
import { makeBackupRoot } from "../movers/make_alike.ts";
import type { Sys } from "../sys/mod.ts";
import { TransferError } from "./failure.ts";

/**
 * Makes the directories that a job begins with: the destination, and where backups go. Before it,
 * nothing is written, so that a run that is refused has touched nothing; a dry run makes none.
 *
 * @throws {TransferError} when one cannot be made
 */
export function makeDirectories(sys: Sys, job: Job): void {
  const [source] = job.sources; // all go to one directory
  const destination = source === undefined ? undefined : destinationAt(source);
  if (job.dryRun || source === undefined || destination === undefined) return;
  // What mode a new destination will have is not known yet; and it holds nothing to be kept.
  if (source.fresh) makeDirectory(sys, destination);
  else makeBackup(sys, job, destination);
}

/** One in the destination is made when something goes into it: it would change what is compared. */
function makeBackup(sys: Sys, job: Job, destination: DirectoryAt): void {
  const { backup, backupBeneath: beneath, backupLike } = job;
  if (backup === undefined || backupLike !== undefined) return;
  const original = openAt(sys, destination);
  const made = makeBackupRoot(sys, job, original);
  if (original >= 0) sys.close(original);
  if (made >= 0) {
    sys.close(made);
    return;
  }
  const at = { root: backup, ...(beneath === undefined ? {} : { beneath }) };
  const text = displayPath(beneath ?? backup);
  throw new TransferError(
    "backup-unusable",
    `Cannot create the backup directory "${text}": ${unreachable(at, made)}.`,
  );
}
