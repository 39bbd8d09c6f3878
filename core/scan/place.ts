import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import type { DirectoryFilter } from "../filter/mod.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { type Task, TaskFlag } from "../movers/task.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Name } from "../sys/mod.ts";
import type { Origin } from "./origin.ts";

const HERE: Name = new Uint8Array(1);
const DEFAULT_ACL = nameOf("system.posix_acl_default");
const DOT = nameOf(".");
const SETGID = 0o2000;
/** What an owner needs on a directory to work in it. */
const OWNER_ACCESS = 0o700;

/** A directory at both ends (or at the destination alone), held open while its entries are worked on. */
export interface Place {
  readonly sourceIndex: number;
  /** Relative to both roots, NUL-terminated. */
  readonly path: Name;
  /** -1 when the source is not here. */
  readonly source: Handle;
  /** What is asked in the place of `source`, where that is not here. */
  origin: Origin | undefined;
  /** -1 when it does not exist (dry run). */
  readonly destination: Handle;
  /** The destination directory is known to be empty, or is absent. */
  fresh: boolean;
  /** The mode that a new file is created with may be changed by a default ACL; see `hasDefaultAcl`. */
  defaultAcl: boolean | undefined;
  /** The destination directory takes names for one that differ in case; undefined until asked. */
  folds: boolean | undefined;
  /** Owner and group that new files get here. */
  readonly uid: number;
  readonly gid: number;
  /** Which names take part; undefined when all do. */
  readonly filter: DirectoryFilter | undefined;
  /** The destination directory's mode keeps its owner, who is not root, from working in it. */
  locked: boolean;
  /** Permission bits that the destination directory has. */
  readonly mode: number;
  /** Its device may not take times, and nobody has looked whether it does. */
  timesUnsure: boolean;
  /** Something was written here, so that the directory's own time must be set. */
  touched: boolean;
  /** The context's table `there` holds all that the destination directory did when it was opened. */
  isListed: boolean;
  /** The directory's own metadata has been put off to the end of the run. */
  isPutOff: boolean;
  /** Directories in it that are on both sides are not gone into. */
  isShallow: boolean;
  /**
   * Whoever brings an entry here, or finds it complete, removes what runs with `resume` have left of
   * it. False where the destination directory has been listed and holds no such partials.
   */
  mayHavePartials: boolean;
  /** When its batch was begun, if that may be cut; else `Infinity`. */
  since: number;
}

/** How a destination directory is, before anything is done in it. */
export interface DestinationState {
  /** It does not exist (dry run). */
  readonly absent: boolean;
  /** It has just been made and is empty. */
  readonly fresh: boolean;
}

/**
 * Opens a task's directory at both ends and stats both into the context's `own` table.
 * Gives undefined after recording the failure.
 */
export function openPlace(context: MoverContext, task: Task): Place | undefined {
  const { sys } = context;
  const [root] = context.roots(task.source);
  const isOutside = isAroundSource(context, task.source, task.path);
  const source = openAt(context, root, task.path, isOutside);
  if (source < 0) {
    context.fail("source", task.source, task.path, HERE, "open", source);
    return undefined;
  }
  sys.statHandle(source, context.own, Own.Source);
  if (!isOutside && context.isDestinationRoot(task.source, context.own, Own.Source)) {
    sys.close(source);
    context.fail("source", task.source, task.path, HERE, "list", "DESTINATION_INSIDE");
    return undefined;
  }
  const absent = (task.flags & TaskFlag.Absent) !== 0;
  const fresh = (task.flags & TaskFlag.Fresh) !== 0;
  const place = openHalf(context, task.source, task.path, source, absent, fresh);
  if (place === undefined) {
    sys.close(source);
    return undefined;
  }
  place.isShallow = (task.flags & TaskFlag.Shallow) !== 0;
  // Whoever has put off what it has found did not say whether there are any.
  const mayHave = (task.flags & (TaskFlag.Partials | TaskFlag.Links)) !== 0;
  if (mayHave && context.job.resume !== undefined) place.mayHavePartials = true;
  return place;
}

/**
 * Opens only the destination directory of a place whose source is not here, and stats it into the
 * context's `own` table. Gives undefined after recording the failure. Whoever delivers to it sets
 * `origin`, and fills row `Own.Source` where the directory's own metadata is dealt with.
 */
export function openDestination(
  context: MoverContext,
  sourceIndex: number,
  path: Name,
  state: DestinationState,
): Place | undefined {
  return openHalf(context, sourceIndex, path, -1, state.absent, state.fresh);
}

function openHalf(
  context: MoverContext,
  sourceIndex: number,
  path: Name,
  source: Handle,
  absent: boolean,
  fresh: boolean,
): Place | undefined {
  const { sys, own } = context;
  const isOutside = isAroundSource(context, sourceIndex, path);
  let destination = -1;
  if (!absent) {
    const [, root] = context.roots(sourceIndex);
    destination = openAt(context, root, path, isOutside);
    if (destination < 0) {
      context.fail("destination", sourceIndex, path, HERE, "open", destination);
      return undefined;
    }
    sys.statHandle(destination, own, Own.Destination);
  }
  const mode = absent ? 0 : (own.mode[Own.Destination] ?? 0) & 0o7777;
  const setgid = (mode & SETGID) !== 0;
  return {
    sourceIndex,
    path,
    source,
    origin: undefined,
    destination,
    fresh: absent || fresh,
    defaultAcl: undefined,
    folds: undefined,
    uid: sys.identity.uid,
    gid: setgid ? own.gid[Own.Destination] ?? 0 : sys.identity.gid,
    filter: directoryFilter(context, sourceIndex, path),
    locked: !absent && !isOutside && !context.job.dryRun && sys.identity.uid !== 0 &&
      (mode & OWNER_ACCESS) !== OWNER_ACCESS,
    mode,
    timesUnsure: !absent && !context.sureTimes.has(own.device(Own.Destination)),
    touched: false,
    isListed: false,
    isPutOff: false,
    isShallow: false,
    mayHavePartials: isOutside,
    since: Infinity,
  };
}

/** Whether a directory is the one around a source that is named as a whole: no part of the transfer. */
export function isAroundSource(context: MoverContext, source: number, path: Name): boolean {
  return (path[0] ?? 0) === 0 && context.jobSource(source).only !== undefined;
}

/**
 * Opens a directory beneath a root. The one around a source that is named as a whole is never
 * listed, so it need not be readable: many a /home is not.
 */
function openAt(context: MoverContext, root: Handle, path: Name, isOutside: boolean): Handle {
  const { sys } = context;
  if (root < 0) return root;
  const opened = sys.openBeneath(root, path);
  return opened === -Errno.EACCES && isOutside ? sys.openPath(root, DOT) : opened;
}

/**
 * Makes a destination directory that its owner may not write to (0555, say) writable before
 * something is put into it; its mode is set again when it is finished. Root needs no such thing.
 */
export function unlockPlace(context: MoverContext, place: Place): void {
  if (!place.locked) return;
  place.locked = false;
  const result = context.sys.setModeHandle(place.destination, place.mode | OWNER_ACCESS);
  if (result === 0) place.touched = true; // who may not, hears it from what follows
}

/** The same for a directory that something is to be removed from. */
export function unlockDirectory(context: MoverContext, directory: Handle): void {
  const { sys, own, job } = context;
  if (sys.identity.uid === 0 || job.dryRun) return;
  if (sys.statHandle(directory, own, Own.Other) < 0) return;
  const mode = own.mode[Own.Other]! & 0o7777; // just filled
  if ((mode & OWNER_ACCESS) === OWNER_ACCESS) return;
  sys.setModeHandle(directory, mode | OWNER_ACCESS); // who may not, hears it from what follows
}

/** Whether the destination directory has a default ACL; asked once, when the first file is made. */
export function hasDefaultAcl(context: MoverContext, place: Place): boolean {
  const { sys } = context;
  return place.defaultAcl ??= sys.capabilities.xattrs && place.destination >= 0 &&
    typeof sys.getAttribute(place.destination, DEFAULT_ACL) !== "number";
}

/** Closes what `openPlace` or `openDestination` opened. */
export function closePlace(context: MoverContext, place: Place): void {
  if (place.source >= 0) context.sys.close(place.source);
  if (place.destination >= 0) context.sys.close(place.destination);
}

/** The filter of a directory given relative to the roots, or undefined when all names take part. */
export function directoryFilter(
  context: MoverContext,
  source: number,
  path: Name,
): DirectoryFilter | undefined {
  if (!context.filter?.hasRules) return undefined;
  const inTransfer = joinPath(filterPrefix(context, source), path);
  return context.filter.directory(trimNul(inTransfer));
}

/**
 * Filters see paths from the transfer's root: below a source that is named without a trailing
 * slash they begin with its name, as rsync's do.
 */
function filterPrefix(context: MoverContext, source: number): Name {
  const { prefix, only } = context.jobSource(source);
  return only === undefined ? prefix : HERE;
}

/** The kind of an entry as the listing told it, or as stat tells it where the listing did not. */
export function listedKind(
  context: MoverContext,
  directory: Handle,
  name: Name,
  listed: number,
): number {
  if (listed !== Kind.Unknown) return listed;
  const result = context.sys.stat(directory, name, context.own, Own.Other);
  return result < 0 ? Kind.Unknown : context.own.kind(Own.Other);
}

/** Whether a failed look-up says that there is nothing of that name. */
export function isAbsent(result: number): boolean {
  return result === -Errno.ENOENT;
}
