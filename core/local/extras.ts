import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import type { NameTable } from "../entry/names.ts";
import { PackedNames } from "../entry/packed.ts";
import { joinPath, pathKey } from "../entry/path.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { isTemporary, removeLeftOver } from "../movers/temporary.ts";
import { type Task, task, TaskKind } from "../movers/task.ts";
import { directoryFilter, listedKind, type Place } from "../scan/mod.ts";
import type { Handle, Name } from "../sys/mod.ts";

const HERE = nameOf("");

/** Adds the names of a table to a set, as keys. */
export function addNames(names: NameTable, set: Set<string>): void {
  for (let index = 0; index < names.count; index++) set.add(pathKey(names.at(index)));
}

/**
 * Logs what the destination directory has and the source has not. Only called when the counts
 * of the two sides differ. Names that the filters leave out are not extras but nobody's
 * business, as with rsync.
 */
export function logExtras(
  context: MoverContext,
  place: Place,
  wanted: ReadonlySet<string>,
): void {
  const { sys } = context;
  const again = sys.openBeneath(place.destination, HERE);
  if (again < 0) {
    const { sourceIndex, path } = place;
    context.fail("destination", sourceIndex, path, HERE, "list", again);
    return;
  }
  logListed(context, place.sourceIndex, place.path, again, wanted);
  sys.close(again);
}

/**
 * Works through a directory that only the destination has: logs its entries and itself, and puts
 * off its subdirectories as further tasks.
 */
export function processExtra(context: MoverContext, extra: Task): void {
  const { sys } = context;
  const [, root] = context.roots(extra.source);
  const directory = sys.openBeneath(root, extra.path);
  if (directory < 0) {
    context.fail("destination", extra.source, extra.path, HERE, "open", directory);
    return;
  }
  logListed(context, extra.source, extra.path, directory, NOTHING);
  sys.close(directory);
}

const NOTHING: ReadonlySet<string> = new Set();

function logListed(
  context: MoverContext,
  source: number,
  path: Name,
  directory: Handle,
  wanted: ReadonlySet<string>,
): void {
  const { sys, spare, job } = context;
  const filter = directoryFilter(context, source, path);
  const extras = new PackedNames();
  const whole = wanted === NOTHING;
  let found = false;
  let kept = false;
  for (;;) {
    const count = sys.list(directory, spare);
    if (count < 0) context.fail("destination", source, path, HERE, "list", count);
    if (count <= 0) break;
    if (whole) context.count(Counter.DestinationEntries, count);
    for (let index = 0; index < count; index++) {
      if (wanted.has(pathKey(spare.at(index)))) continue;
      if (isTemporary(spare, index)) {
        if (whole && !job.dryRun) removeLeftOver(context, directory, spare.at(index));
        continue;
      }
      const kind = listedKind(context, directory, spare.at(index), spare.kinds[index]!);
      const isDirectory = kind === Kind.Directory;
      const offset = spare.offsets[index]!; // in the table, as above
      if (filter && !filter.accepts(spare.bytes, offset, spare.lengths[index]!, isDirectory)) {
        kept = true;
        continue;
      }
      const below = joinPath(path, spare.copy(index));
      if (isDirectory && isBackup(context, source, directory, spare.at(index), below)) {
        kept = true;
        continue;
      }
      context.count(Counter.Extras);
      found = true;
      if (!isDirectory) {
        extras.addFrom(spare, index);
        continue;
      }
      context.log.extraDirectories.push({ source, path: below });
      context.stack.push(task(TaskKind.Extra, source, below));
    }
  }
  if (extras.count > 0) {
    context.log.extras.push({ source, path, names: extras.finish(), count: extras.count });
  }
  if (kept && whole) context.log.kept.push({ source, path });
  if (found && !whole && !job.dryRun) context.log.unfinished.push({ source, path });
}

/** Whether a directory is where backups go, by its path or, through whatever link, by its inode. */
function isBackup(
  context: MoverContext,
  source: number,
  directory: Handle,
  name: Name,
  path: Name,
): boolean {
  const { sys, own, job } = context;
  if (job.backup === undefined) return false;
  const inDestination = pathKey(joinPath(context.jobSource(source).prefix, path));
  if (job.backupInside === inDestination) return true;
  return sys.stat(directory, name, own, Own.Other) === 0 && context.isBackupRoot(own, Own.Other);
}
