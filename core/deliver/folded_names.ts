import { nameOf } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { pathKey } from "../entry/path.ts";
import { foldName } from "../entry/spelling.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { oddTemporaryName } from "../movers/temporary.ts";
import { Need } from "../plan/need.ts";
import { accepts, directoryFilter, type Place } from "../scan/mod.ts";
import type { Handle, Name, Sys } from "../sys/mod.ts";
import { areApart, inodeAt, isThereNow, mayFold } from "./may_fold.ts";
import { setTimes } from "./metadata.ts";

const HERE = nameOf("");
/** A table for one name, made when first needed: it takes 100 KB. */
let single: NameTable | undefined;

/**
 * Refuses names of a compared batch that the destination's file system takes for others of the
 * source: of `README` and `readme` on exFAT only one can be there, and to write the second would
 * overwrite the first without a word. The one that is listed by its own spelling stays, else the
 * first in the order of bytes; the others are recorded as failures, so that nothing is deleted
 * either.
 *
 * Where names are not folded this costs at most one stat a batch: of a name that is there, spelled
 * otherwise. `first` is an entry that is there.
 */
export function refuseFolded(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  first: number,
): void {
  // What is moved may meet what was moved before, of which the source has no name any more.
  const isMove = context.job.verb === "move";
  if (!isMove && areApart(context, place, targets)) return;
  const { needs } = context;
  if (!mayFold(context, place, targets, first, needs)) return;
  const listed = listKeys(context.sys, place.destination);
  const aliases: number[] = [];
  for (let index = 0; index < targets.count; index++) {
    if (!takesPart(context, index) || listed.has(pathKey(targets.at(index)))) continue;
    if (isThereNow(context, place, targets, index, needs)) aliases.push(index);
  }
  if (aliases.length === 0) return;
  // What has been moved is at the destination alone: nothing takes its place by another name.
  const keepsAll = isMove && keepsSpelling(context, place);
  const taking: Name[] = [];
  for (let index = 0; index < targets.count; index++) {
    if (needs[index] !== Need.None) taking.push(targets.at(index));
  }
  const claims = new Claims(context, place, listed, taking, names);
  // All are judged before the first is refused: needs say which names take part.
  const refused = aliases.filter((index) => keepsAll || claims.isOthers(targets.at(index)));
  for (const index of refused) {
    needs[index] = Need.None;
    const { sourceIndex, path } = place;
    context.fail("destination", sourceIndex, path, targets.copy(index), "create", "NAME_TAKEN");
  }
}

/** Whether a name was compared: one that is left to a task of its own is asked about there. */
function takesPart({ needs }: MoverContext, index: number): boolean {
  return needs[index] !== Need.None && needs[index] !== Need.Later;
}

/**
 * Whether the destination lists names as they were written, so that one which is there by another
 * spelling came by that. Found out with a file of an odd name, which leaves the directory's time as
 * it was; taken for granted in a dry run, and where it cannot be found out.
 */
function keepsSpelling(context: MoverContext, place: Place): boolean {
  const { sys, job, own } = context;
  const { destination } = place;
  if (job.dryRun) return true;
  const statted = sys.statHandle(destination, own, Own.Other);
  const [seconds, nanoseconds] = [own.mtimeSeconds[Own.Other]!, own.mtimeNanoseconds[Own.Other]!];
  const name = oddTemporaryName(context);
  const file = sys.create(destination, name, 0o600);
  if (file < 0) return true;
  sys.tryLock(file); // so that no other run takes it for a leftover
  const isListed = listKeys(sys, destination).has(pathKey(name));
  const isRemoved = sys.unlink(destination, name) === 0;
  sys.close(file);
  place.touched = true; // in case that another mover does the same at this moment
  if (statted === 0) setTimes(context, place, destination, seconds, nanoseconds);
  return isListed || !isRemoved;
}

/** The same of one name that is there, for who has no batch: whether it is to be refused. */
export function isOthersName(context: MoverContext, place: Place, target: Name): boolean {
  if (!mayFold(context, place, alone(target), 0, new Uint8Array(1))) return false;
  const listed = listKeys(context.sys, place.destination);
  if (listed.has(pathKey(target))) return false;
  return new Claims(context, place, listed, [target], undefined).isOthers(target);
}

/**
 * Whether a name may be another's at the destination. A temporary that is there tells whether case
 * counts, once for a directory; names with letters beyond ASCII may be for other reasons.
 */
export function mayBeOthers(
  context: MoverContext,
  place: Place,
  temporary: Name,
  target: Name,
): boolean {
  place.folds ??= mayFold(context, place, alone(temporary), 0, new Uint8Array(1));
  return place.folds || target.some((byte) => byte >= 0x80);
}

/** A table of one name, of a kind that is not known; the next call takes it back. */
function alone(name: Name): NameTable {
  const names = single ??= new NameTable();
  names.clear();
  names.add(name, Kind.Unknown);
  return names;
}

/**
 * Whether what is in the way of a new name has another spelling: the destination takes both for
 * one. Asked when a name that was free is taken, so that others pay nothing.
 */
export function isSpelledOtherwise(context: MoverContext, place: Place, target: Name): boolean {
  const listed = listKeys(context.sys, place.destination);
  // What cannot be listed says nothing.
  if (listed.size === 0) return false;
  if (!listed.has(pathKey(target))) return true;
  // A file system may list all names in one case: then another name of the source tells.
  return new Claims(context, place, listed, [target], undefined).isAlsoOthers(target);
}

/** The names by which a directory has its entries. */
export function listKeys(sys: Sys, directory: Handle): ReadonlySet<string> {
  const listed = new Set<string>();
  const names = new NameTable();
  const again = sys.openBeneath(directory, HERE);
  while (again >= 0 && sys.list(again, names) > 0) {
    for (let index = 0; index < names.count; index++) listed.add(pathKey(names.at(index)));
  }
  if (again >= 0) sys.close(again);
  return listed;
}

/** All names that the sources have for one destination directory, by what they have in common. */
class Claims {
  readonly #byFold = new Map<string, Set<string>>();
  readonly #listedByFold = new Map<string, number>();

  constructor(
    readonly context: MoverContext,
    readonly place: Place,
    readonly listed: ReadonlySet<string>,
    targets: readonly Name[],
    /** The source's names whose needs have told whether they take part. */
    names: NameTable | undefined,
  ) {
    for (const target of targets) this.#add(target);
    for (const key of listed) {
      const fold = foldName(nameOfKey(key));
      this.#listedByFold.set(fold, (this.#listedByFold.get(fold) ?? 0) + 1);
    }
    this.#addOthers(names);
  }

  /**
   * Whether a name that is there, and not by its own spelling, is another's that the source has,
   * and that goes before it.
   */
  isOthers(name: Name): boolean {
    const own = pathKey(name);
    const others = this.#others(name);
    // It is there, and nothing like it is listed: another mover is just now taking its place.
    const isInFlux = !this.#listedByFold.has(foldName(name));
    return others.some((key) => isInFlux || this.listed.has(key) || key < own);
  }

  /** Whether a name that is there is at the same time another's that the source has. */
  isAlsoOthers(name: Name): boolean {
    return this.#others(name).length > 0;
  }

  /** The names of the source that are the same entry at the destination as one that is there. */
  #others(name: Name): string[] {
    const fold = foldName(name);
    const own = pathKey(name);
    const there = [...this.#byFold.get(fold) ?? []].map((key) => ({
      key,
      inode: inodeAt(this.context, this.place, nameOfKey(key)),
    })).filter(({ inode }) => inode !== undefined);
    // Each may have an entry of its own: the fold is coarser than that of the file system.
    if ((this.#listedByFold.get(fold) ?? 0) >= there.length) return [];
    const inode = there.find(({ key }) => key === own)?.inode;
    // Where inodes are numbered by names (FUSE), all differ and tell nothing.
    const tells = new Set(there.map((one) => one.inode)).size < there.length;
    return there.filter((one) => one.key !== own && (!tells || one.inode === inode))
      .map(({ key }) => key);
  }

  #add(name: Uint8Array): void {
    const fold = foldName(name);
    const keys = this.#byFold.get(fold);
    if (keys === undefined) this.#byFold.set(fold, new Set([pathKey(name)]));
    else keys.add(pathKey(name));
  }

  /** Names that are not in the batch: in its directory, and in those of other sources. */
  #addOthers(names: NameTable | undefined): void {
    const { context, place } = this;
    const { sources } = context.job;
    const isRoot = place.path[0] === 0;
    const [top] = pathKey(place.path).split("/");
    for (let source = 0; source < sources.length; source++) {
      const { only, as } = context.jobSource(source);
      if (only !== undefined) {
        if (isRoot) this.#add(as ?? only);
        if (isRoot || top !== pathKey(only)) continue;
      }
      const isOwn = source === place.sourceIndex;
      if (isOwn && place.source < 0) continue;
      const [root] = context.roots(source);
      const directory = root < 0 ? root : context.sys.openBeneath(root, place.path);
      if (directory < 0) continue;
      this.#addListed(source, directory, isOwn ? names : undefined);
      context.sys.close(directory);
    }
  }

  #addListed(source: number, directory: Handle, batch: NameTable | undefined): void {
    const { context, place } = this;
    const inBatch = new Set<string>();
    for (let index = 0; index < (batch?.count ?? 0); index++) {
      inBatch.add(pathKey(batch!.at(index)));
    }
    const filter = directoryFilter(context, source, place.path);
    const names = new NameTable();
    while (context.sys.list(directory, names) > 0) {
      for (let index = 0; index < names.count; index++) {
        if (inBatch.has(pathKey(names.at(index)))) continue; // its need has told
        const kind = names.kinds[index]!; // in the table
        if (accepts({ ...place, filter }, names, index, kind)) this.#add(names.at(index));
      }
    }
  }
}

function nameOfKey(key: string): Name {
  return Uint8Array.from(`${key}\0`, (character) => character.charCodeAt(0));
}
