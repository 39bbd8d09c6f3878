import { displayPath, nameOf } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { unpackNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import { Counter } from "../movers/counters.ts";
import type { LoggedEntries, RunLog } from "../movers/run_log.ts";
import { failBlocked, namesOf, partBlocked } from "./blocked.ts";
import { Holders } from "./emptiable.ts";
import { countOf, emptiableExtras, removalLevels } from "./extra_directories.ts";
import { deleteTasks, leafTasks } from "./phase_tasks.ts";
import type { FinishingRun } from "./finishing_run.ts";

/** Deletion of more than half of the destination is guarded from this many extras on. */
const GUARDED = 100;
/** Paths shown in the question. */
const SAMPLES = 10;
const NONE = new Holders([]);

/**
 * Deletes the extras of a mirror, or moves them into the backup directory: only after everything
 * else has succeeded, within the guards, and if the caller confirms. What was not logged as an
 * extra is never touched: a directory in which something new has appeared stays. Then delivers what
 * extras were in the way of.
 */
export async function removeExtras(run: FinishingRun, log: RunLog): Promise<void> {
  const holders = new Holders(log.kept);
  const directories = emptiableExtras(log.extraDirectories, holders);
  const held = countOf(log.extraDirectories) - countOf(directories);
  const count = run.total(Counter.Extras) - held;
  // To a check it is a difference, whatever keeps a mirror from mending it.
  const isCheck = run.context.job.verb === "check";
  const { clearable, kept } = partBlocked(log, isCheck ? NONE : holders);
  if (count > 0 && !await mayDelete(run, log, directories, count)) {
    run.leaveExtras(count);
    for (const extras of log.extras) if (extras.finishes) log.unfinished.push(extras);
    failBlocked(run, clearable, "DIRECTORY_LEFT");
  } else {
    await run.inBatches("delete", deleteTasks(log.extras), log);
    await run.inBatches("delete", leafTasks(log.leaves), log);
    for (const level of removalLevels(run.context.job, directories)) {
      await run.inBatches("delete", level, log);
    }
    await run.deliverBlocked(clearable, log);
  }
  failBlocked(run, kept, "DIRECTORY_KEPT");
}

async function mayDelete(
  run: FinishingRun,
  log: RunLog,
  directories: readonly LoggedEntries[],
  count: number,
): Promise<boolean> {
  const { options, failureCount, context: { job } } = run;
  if (job.verb === "check") return true; // nothing is deleted
  const entries = run.total(Counter.DestinationEntries);
  const left = count === 1 ? "1 extra entry is" : `${count} extra entries are`;
  if (failureCount > 0) {
    const why = failureCount === 1 ? "a failure" : `${failureCount} failures`;
    run.warn("deletion-skipped", `Because of ${why} ${left} left at the destination.`);
    return false;
  }
  const empty = run.total(Counter.Scanned) === 0;
  if (!options.forceDelete && (empty || (count > GUARDED && count > entries / 2))) {
    const going = count === 1 ? "An entry" : `${count} entries`;
    const reason = empty
      ? "the source is empty"
      : `that is more than half of the destination's ${entries} entries`;
    run.warn(
      "deletion-guarded",
      `${going} would be deleted, and ${reason}: ${left} left. ` +
        "Say --force-delete (forceDelete) if that is meant.",
    );
    return false;
  }
  if (options.dryRun && options.confirm !== undefined) return true;
  const samples = sampleExtras(run, log, directories);
  const agreed = options.confirm !== undefined && await options.confirm({
    count,
    destinationEntries: entries,
    samples,
    ...(job.backup === undefined ? {} : { backupDir: displayPath(job.backup) }),
  });
  run.throwIfStopped();
  if (!agreed) {
    run.warn("deletion-unconfirmed", `Deletion was not confirmed: ${left} left.`);
  }
  return agreed;
}

function sampleExtras(
  run: FinishingRun,
  log: RunLog,
  directories: readonly LoggedEntries[],
): string[] {
  const samples: string[] = [];
  for (const sample of extraTexts(run, log, directories)) {
    samples.push(sample);
    if (samples.length === SAMPLES) break;
  }
  return samples;
}

/** What would go: files first, then directories with what is in them. */
function* extraTexts(
  run: FinishingRun,
  log: RunLog,
  directories: readonly LoggedEntries[],
): Generator<string> {
  for (const { source, path, names } of log.extras) {
    for (const name of namesOf(names)) yield text(run, source, joinPath(path, name));
  }
  const table = new NameTable();
  for (const { source, path, names } of log.leaves) {
    unpackNames(names, 0, table); // a record has fewer than a table holds
    let inside = path;
    for (let index = 0; index < table.count; index++) {
      const isDirectory = table.kinds[index] === Kind.Directory;
      const own = joinPath(isDirectory ? path : inside, table.at(index));
      if (isDirectory) inside = own;
      yield text(run, source, own) + (isDirectory ? "/" : "");
    }
  }
  for (const { source, path, names } of directories) {
    for (const name of namesOf(names)) yield `${text(run, source, joinPath(path, name))}/`;
  }
}

function text(run: FinishingRun, source: number, path: Uint8Array): string {
  const prefix = run.context.job.sources[source]?.prefix ?? nameOf("");
  return displayPath(joinPath(prefix, path));
}
