import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { type NameLookup, NO_NAMES } from "../entry/name_index.ts";
import type { NameTable } from "../entry/names.ts";
import type { DirectoryFilter } from "../filter/mod.ts";
import { PackedNames } from "../entry/packed.ts";
import { joinPath, pathKey } from "../entry/path.ts";
import { findExtraDirectories } from "../deliver/put_off.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { isTemporary } from "../movers/temporary.ts";
import type { OtherSpellings } from "./other_spellings.ts";
import { directoryFilter, listedKind } from "../scan/mod.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";

const HERE = nameOf("");

/**
 * Gathers the extras of one directory. Hot path; guarded by the mirror-changes scenario of
 * `deno task bench`.
 */
export class ExtrasLog {
  readonly #filter: DirectoryFilter | undefined;
  #extras: PackedNames | undefined;
  #directories: PackedNames | undefined;
  #kept = false;
  #failed = false;

  constructor(
    readonly context: MoverContext,
    readonly source: number,
    readonly path: Name,
    readonly directory: Handle,
    readonly wanted: NameLookup,
    readonly spellings?: OtherSpellings,
  ) {
    this.#filter = directoryFilter(context, source, path);
  }

  /**
   * Lists the directory, logs what of it is extra, and finishes; whether there were extras. With
   * `first`, what `Sys.list` has given, the first names are in the context's table `spare` already.
   */
  list(first?: Result): boolean {
    this.#takeAll(first);
    return this.finish();
  }

  /**
   * The same, but where there are only files, all of them extras: these are given, to be logged with
   * the directory.
   */
  listLeaf(first: Result): PackedNames | undefined {
    this.#takeAll(first);
    const isLeaf = this.#directories === undefined && !this.#kept && !this.#failed;
    if (isLeaf && this.#extras !== undefined) return this.#extras;
    this.finish();
    return undefined;
  }

  #takeAll(first: Result | undefined): void {
    const { context, source, path, directory } = this;
    const { sys, spare } = context;
    for (let count = first ?? sys.list(directory, spare);;) {
      if (count < 0) {
        this.#failed = true;
        context.fail("destination", source, path, HERE, "list", count);
      }
      if (count <= 0) return;
      if (this.#isExtra) context.count(Counter.DestinationEntries, count);
      this.take(spare);
      count = sys.list(directory, spare);
    }
  }

  /** Logs what of a table is extra. */
  take(names: NameTable): void {
    for (let index = 0; index < names.count; index++) {
      if (this.wanted.has(names, index)) continue;
      if (isTemporary(names, index)) continue;
      if (this.spellings?.has(names, index)) continue;
      const isDirectory = this.#isDirectory(names, index);
      if (!this.#accepts(names, index, isDirectory)) {
        this.#kept = true;
      } else if (!isDirectory) (this.#extras ??= new PackedNames()).addFrom(names, index);
      else if (this.#isBackup(names, index)) this.#kept = true;
      else (this.#directories ??= new PackedNames()).addFrom(names, index);
    }
  }

  /** The directory itself is one that only the destination has. */
  get #isExtra(): boolean {
    return this.wanted === NO_NAMES;
  }

  #isDirectory(names: NameTable, index: number): boolean {
    const listed = names.kinds[index]!; // in the table
    if (listed !== Kind.Unknown) return listed === Kind.Directory;
    return listedKind(this.context, this.directory, names.at(index), listed) === Kind.Directory;
  }

  #isBackup(names: NameTable, index: number): boolean {
    const { context, source, directory, path } = this;
    if (context.job.backup === undefined) return false;
    const name = names.at(index);
    return isBackup(context, source, directory, name, joinPath(path, name));
  }

  /** Whether filters do not leave it out. */
  #accepts({ bytes, offsets, lengths }: NameTable, index: number, isDirectory: boolean): boolean {
    return this.#filter?.accepts(bytes, offsets[index]!, lengths[index]!, isDirectory) ?? true;
  }

  /** Whether the deletion of what was gathered is all that is to be done in the directory. */
  get finishes(): boolean {
    return this.#extras !== undefined && this.#directories === undefined && !this.#isExtra;
  }

  /** Hands what was gathered to the run's log; whether there were extras. */
  finish(): boolean {
    const { context, source, path, finishes } = this;
    const extras = this.#extras;
    const directories = this.#directories;
    if (extras !== undefined) {
      const { count } = extras;
      context.count(Counter.Extras, count);
      context.log.extras.push({ source, path, names: extras.finish(), count, finishes });
    }
    if (directories !== undefined) {
      const { count } = directories;
      findExtraDirectories(context, { source, path, names: directories.finish(), count });
    }
    if (this.#isExtra && (this.#kept || holdsBackup(context, source, path))) {
      context.log.kept.push({ source, path });
    }
    return extras !== undefined || directories !== undefined;
  }
}

/** Whether backups go to a directory beneath this one, which need not be there yet. */
function holdsBackup(context: MoverContext, source: number, path: Name): boolean {
  const { backupInside } = context.job;
  if (backupInside === undefined) return false;
  const inDestination = pathKey(joinPath(context.jobSource(source).prefix, path));
  return backupInside.startsWith(`${inDestination}/`);
}

/** Whether a directory is where backups go, by its path or, through whatever link, by its inode. */
export function isBackup(
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
