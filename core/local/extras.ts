import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { type NameLookup, NO_NAMES } from "../entry/name_index.ts";
import type { NameTable } from "../entry/names.ts";
import type { DirectoryFilter } from "../filter/mod.ts";
import { PackedNames } from "../entry/packed.ts";
import { joinPath, pathKey, splitPath } from "../entry/path.ts";
import { noteExtraDirectory } from "../deliver/put_off.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { isTemporary } from "../movers/temporary.ts";
import type { Task } from "../movers/task.ts";
import { OtherSpellings } from "./other_spellings.ts";
import { directoryFilter, listedKind, type Place } from "../scan/mod.ts";
import { Errno, type Handle, type Name, type Result } from "../sys/mod.ts";

const HERE = nameOf("");
const ITSELF = nameOf(".");

/**
 * Logs what the destination directory has and the source has not. Only called when the counts
 * of the two sides differ. Names that the filters leave out are not extras but nobody's
 * business, as with rsync.
 */
export function logExtras(
  context: MoverContext,
  place: Place,
  wanted: NameLookup,
): void {
  const { sys, there } = context;
  const { sourceIndex, path, destination } = place;
  const spellings = new OtherSpellings(context, destination, wanted);
  let found: boolean;
  let finishes = false;
  if (place.isListed) {
    const log = new ExtrasLog(context, sourceIndex, path, destination, wanted, spellings);
    log.take(there);
    found = log.finish();
    finishes = log.finishes;
  } else {
    const again = sys.openBeneath(destination, HERE);
    if (again < 0) {
      context.fail("destination", sourceIndex, path, HERE, "list", again);
      return;
    }
    found = logListed(context, sourceIndex, path, again, wanted, spellings);
    sys.close(again);
  }
  if (!found || context.job.dryRun) return;
  if (!finishes) context.log.unfinished.push({ source: sourceIndex, path });
  place.isPutOff = true;
}

/**
 * Works through a directory that only the destination has: logs its entries and itself, and puts
 * off its subdirectories as further tasks. What is mounted there is a failure, so that nothing is
 * deleted: it may be the source itself.
 */
export function processExtra(context: MoverContext, { source, path }: Task): void {
  const directory = openExtra(context, source, path);
  if (directory < 0) {
    if (directory === -Errno.EXDEV) {
      context.fail("destination", source, path, HERE, "remove", "MOUNT_POINT");
    } else context.fail("destination", source, path, HERE, "open", directory);
    return;
  }
  if (isBackup(context, source, directory, ITSELF, path)) context.log.kept.push({ source, path });
  else logListed(context, source, path, directory, NO_NAMES);
  context.sys.close(directory);
}

/**
 * Opens a directory if nothing is mounted on it, but for those who only look; above it something
 * may be.
 */
function openExtra(context: MoverContext, source: number, path: Name): Result {
  const { sys, job } = context;
  const [, root] = context.roots(source);
  const [above, name] = splitPath(path);
  const parent = sys.openBeneath(root, above);
  if (parent < 0) return parent;
  const directory = sys.openBeneath(parent, name, job.verb !== "check");
  sys.close(parent);
  return directory;
}

/** Lists a directory and logs its extras; whether there were any. */
function logListed(
  context: MoverContext,
  source: number,
  path: Name,
  directory: Handle,
  wanted: NameLookup,
  spellings?: OtherSpellings,
): boolean {
  const { sys, spare } = context;
  const log = new ExtrasLog(context, source, path, directory, wanted, spellings);
  for (;;) {
    const count = sys.list(directory, spare);
    if (count < 0) context.fail("destination", source, path, HERE, "list", count);
    if (count <= 0) return log.finish();
    if (wanted === NO_NAMES) context.count(Counter.DestinationEntries, count);
    log.take(spare);
  }
}

/** Gathers the extras of one directory. */
class ExtrasLog {
  readonly #filter: DirectoryFilter | undefined;
  readonly #extras = new PackedNames();
  #found = false;
  #directories = false;
  #kept = false;

  constructor(
    readonly context: MoverContext,
    readonly source: number,
    readonly path: Name,
    readonly directory: Handle,
    readonly wanted: NameLookup,
    readonly spellings: OtherSpellings | undefined,
  ) {
    this.#filter = directoryFilter(context, source, path);
  }

  /** Logs what of a table is extra. */
  take(names: NameTable): void {
    const { context, directory, wanted } = this;
    for (let index = 0; index < names.count; index++) {
      if (wanted.has(names, index)) continue;
      if (isTemporary(names, index)) continue;
      if (this.spellings?.has(names, index)) continue;
      const kind = listedKind(context, directory, names.at(index), names.kinds[index]!); // in the table
      const isDirectory = kind === Kind.Directory;
      if (!this.#accepts(names, index, isDirectory)) {
        this.#kept = true;
      } else if (isDirectory) this.#takeDirectory(names.at(index));
      else {
        this.#found = true;
        context.count(Counter.Extras);
        this.#extras.addFrom(names, index);
      }
    }
  }

  #takeDirectory(name: Name): void {
    const { context, source, path, directory } = this;
    const below = joinPath(path, name);
    if (isBackup(context, source, directory, name, below)) {
      this.#kept = true;
      return;
    }
    this.#found = true;
    this.#directories = true;
    noteExtraDirectory(context, source, below);
  }

  /** Whether filters do not leave it out. */
  #accepts({ bytes, offsets, lengths }: NameTable, index: number, isDirectory: boolean): boolean {
    return this.#filter?.accepts(bytes, offsets[index]!, lengths[index]!, isDirectory) ?? true;
  }

  /** Whether the deletion of what was gathered is all that is to be done in the directory. */
  get finishes(): boolean {
    return this.#extras.count > 0 && !this.#directories && this.wanted !== NO_NAMES;
  }

  /** Hands what was gathered to the run's log; whether there were extras. */
  finish(): boolean {
    const { context, source, path, wanted } = this;
    const extras = this.#extras;
    if (extras.count > 0) {
      context.log.extras.push({
        source,
        path,
        names: extras.finish(),
        count: extras.count,
        finishes: this.finishes,
      });
    }
    if (wanted === NO_NAMES && (this.#kept || holdsBackup(context, source, path))) {
      context.log.kept.push({ source, path });
    }
    return this.#found;
  }
}

/** Whether backups go to a directory beneath this one, which need not be there yet. */
function holdsBackup(context: MoverContext, source: number, path: Name): boolean {
  const { backupInside } = context.job;
  const inDestination = pathKey(joinPath(context.jobSource(source).prefix, path));
  return backupInside?.startsWith(`${inDestination}/`) === true;
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
