import type { StatTable } from "../entry/stats.ts";
import { BUFFER_BYTES, type MoverContext, Own } from "../movers/context.ts";
import { temporaryName } from "../movers/temporary.ts";
import type { AttributeSource } from "../scan/origin.ts";
import type { Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";
import { backUp } from "./backup.ts";
import { isSpelledOtherwise, mayBeOthers } from "./folded_names.ts";
import { finishHandle } from "./metadata.ts";
import { destinationFault, type Fault, sourceFault } from "./outcome.ts";

/** Files up to this size are read whole into one buffer, with room to see that they have grown. */
export const SMALL_BYTES: number = BUFFER_BYTES - 1;

/** How often a file that changes while it is read is read again. */
const ATTEMPTS = 3;

/**
 * Copies one small file: openat, openat O_EXCL, sendfile, statx, futimens, close. A file that
 * exists is replaced through a temporary name. Row `index` of `table` is the source's stat and
 * is filled again if the file has changed since.
 * Hot path; guarded by the small-files scenario of `deno task bench`.
 */
export function copySmallFile(
  context: MoverContext,
  place: Place,
  name: Name,
  target: Name,
  table: StatTable,
  index: number,
  replaces: boolean,
): Fault | undefined {
  const file = context.sys.openRead(place.source, name);
  if (file < 0) return sourceFault("open", file);
  const fault = placeSmallFile(context, place, file, file, target, table, index, replaces);
  context.sys.close(file);
  return fault;
}

/**
 * Fills `out` with what `file` holds, as one state of it: that of row `index` of `table`, which is
 * filled again if the file has changed since. Both stand at their start.
 */
function fillFrom(
  context: MoverContext,
  file: Handle,
  out: Handle,
  table: StatTable,
  index: number,
): Fault | undefined {
  const { sys } = context;
  const size = table.size[index]!; // a row that the caller filled
  // The kernel moves small files, too, in 5 to 15 % less time than read(2) and write(2) take.
  const sent = sys.sendFile(file, out, size + 1);
  if (sent === size) {
    const result = sys.statHandle(file, context.own, Own.Check);
    if (result < 0) return sourceFault("read", result);
    if (isSteady(context, size, table, index)) return undefined;
  }
  if (sent > 0) {
    sys.seek(file, 0);
    sys.seek(out, 0);
    const emptied = sys.truncate(out, 0);
    if (emptied < 0) return destinationFault("write", emptied);
  }
  // It has changed, or the kernel cannot, or says not at which end it failed.
  return readAndWrite(context, file, out, table, index);
}

/** The same by way of the buffer. */
function readAndWrite(
  context: MoverContext,
  file: Handle,
  out: Handle,
  table: StatTable,
  index: number,
): Fault | undefined {
  const { sys, buffer } = context;
  const mode = table.mode[index]! & PERMISSIONS; // a row that the caller filled
  const length = readSteady(context, file, table, index);
  if (length < 0) return sourceFault("read", length === CHANGED ? "CHANGED" : length);
  const held = Math.min(length, table.size[index]!);
  const written = writeWhole(context, out, buffer, held);
  if (written < 0) return destinationFault("write", written);
  const modeNow = table.mode[index]! & PERMISSIONS;
  if (modeNow !== mode) sys.setModeHandle(out, modeNow);
  return length > held ? sourceFault("read", "GREW", true) : undefined;
}

/** Says that no steady state could be read; outside the range of errnos. */
const CHANGED = -100_000;

/** The bits of a mode that a file is made with. */
const PERMISSIONS = 0o777;

/**
 * Reads the file into the context's buffer and makes sure that what was read is one state of
 * it: size and mtime afterwards are those it was scanned with, or it is read again. A file that
 * keeps growing gives more than `table` says: what it says is then a state that was.
 */
function readSteady(
  context: MoverContext,
  file: Handle,
  table: StatTable,
  index: number,
): Result {
  const { sys, own } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) sys.seek(file, 0);
    const length = readWhole(context, file, table.size[index]!); // a row that the caller filled
    if (length < 0) return length;
    const result = sys.statHandle(file, own, Own.Check);
    if (result < 0) return result;
    if (isSteady(context, length, table, index)) return length;
    if (own.kind(Own.Check) !== table.kind(index) || own.size[Own.Check]! > SMALL_BYTES) break;
    const grew = length >= table.size[index]! && own.size[Own.Check]! >= length;
    if (attempt === ATTEMPTS - 1 && grew) return Math.max(length, table.size[index]! + 1);
    table.copyRow(index, own, Own.Check);
  }
  return CHANGED;
}

/** Whether a file of which `length` bytes were read, and which was asked about then, is as it was. */
function isSteady({ own }: MoverContext, length: number, table: StatTable, index: number): boolean {
  return own.size[Own.Check] === length &&
    own.mtimeSeconds[Own.Check] === table.mtimeSeconds[index] &&
    own.mtimeNanoseconds[Own.Check] === table.mtimeNanoseconds[index] &&
    own.kind(Own.Check) === table.kind(index);
}

function readWhole(context: MoverContext, file: Handle, size: number): Result {
  const { sys, buffer } = context;
  let got = sys.read(file, buffer, Math.min(size + 1, buffer.length));
  if (got === size || got < 0) return got;
  // Short or longer than expected: read on to the end.
  while (got < buffer.length) {
    const more = sys.read(file, buffer.subarray(got), buffer.length - got);
    if (more < 0) return more;
    if (more === 0) break;
    got += more;
  }
  return got;
}

/**
 * Puts a small file in its place, whole: with the content of a file that is open at its start, or
 * the first bytes of `content`, as many as row `index` of `table` says; with the metadata of that
 * row, which is filled again if an open file has changed since, and the attributes that `from`
 * gives.
 * Hot path; guarded by the small-files scenario of `deno task bench`.
 */
export function placeSmallFile(
  context: MoverContext,
  place: Place,
  content: Handle | Uint8Array<ArrayBuffer>,
  from: AttributeSource,
  target: Name,
  table: StatTable,
  index: number,
  replaces: boolean,
): Fault | undefined {
  const { sys } = context;
  const name = replaces || context.job.temporaries ? temporaryName(context) : target;
  const mode = table.mode[index]! & PERMISSIONS; // a row that the caller filled
  const out = sys.create(place.destination, name, mode);
  if (out < 0) {
    if (out !== -Errno.EEXIST || name !== target) return destinationFault("create", out);
    if (isSpelledOtherwise(context, place, target)) return destinationFault("create", "NAME_TAKEN");
    // Something has come to be there since: then it is replaced.
    return placeSmallFile(context, place, content, from, target, table, index, true);
  }
  place.touched = true;
  if (name !== target) sys.tryLock(out);
  const filled = typeof content === "number"
    ? fillFrom(context, content, out, table, index)
    : fillWith(context, content, table.size[index]!, out);
  let fault = filled?.delivered === false ? filled : undefined;
  let late: Fault | undefined;
  if (fault === undefined) {
    late = finishHandle(context, place, out, from, table, index) ?? filled;
    const synced = context.job.syncFiles ? sys.sync(out) : 0;
    if (synced < 0) fault = destinationFault("sync", synced);
  }
  const closed = sys.close(out);
  if (closed < 0) fault ??= destinationFault("write", closed);
  if (fault === undefined && name !== target) {
    fault = takePlace(context, place, name, target, replaces);
  }
  if (fault !== undefined) sys.unlink(place.destination, name);
  else context.payload(table.size[index]!);
  return fault ?? late;
}

function fillWith(
  context: MoverContext,
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
  out: Handle,
): Fault | undefined {
  const written = writeWhole(context, out, bytes, length);
  return written < 0 ? destinationFault("write", written) : undefined;
}

/**
 * Renames a finished temporary over what it replaces, or what has come to be there since; that is
 * backed up first if asked for.
 */
export function takePlace(
  context: MoverContext,
  place: Place,
  temporary: Name,
  target: Name,
  replaces: boolean,
): Fault | undefined {
  const { sys } = context;
  if (!replaces) {
    const result = takeFreePlace(context, place, temporary, target);
    if (result >= 0) return undefined;
    if (result !== -Errno.EEXIST) return destinationFault("create", result);
    if (isSpelledOtherwise(context, place, target)) return destinationFault("create", "NAME_TAKEN");
  }
  if (context.job.backup !== undefined) {
    const { sourceIndex, destination, path } = place;
    const result = backUp(context, sourceIndex, destination, path, target, true);
    if (result < 0 && result !== -Errno.ENOENT) return destinationFault("back up", result);
  }
  const result = sys.rename(place.destination, temporary, place.destination, target);
  return result < 0 ? destinationFault("replace", result) : undefined;
}

/** What says that a file system cannot rename without replacing (NFS, FUSE of libfuse 2). */
const CANNOT: ReadonlySet<number> = new Set([-Errno.EINVAL, -Errno.ENOSYS, -Errno.EOPNOTSUPP]);

/**
 * Renames a finished temporary to a name that nothing has; -EEXIST where something has, which may
 * have come at this moment, by another spelling and from another mover.
 */
function takeFreePlace(
  context: MoverContext,
  place: Place,
  temporary: Name,
  target: Name,
): Result {
  const { sys, own } = context;
  const { destination } = place;
  const renamed = sys.renameExclusive(destination, temporary, destination, target);
  if (!CANNOT.has(renamed)) return renamed;
  const isClaimed = mayBeOthers(context, place, temporary, target);
  if (isClaimed) {
    // An empty file holds the place for a moment: of two spellings only one can make it.
    const claim = sys.create(destination, target, 0o600);
    if (claim < 0) return claim;
    sys.close(claim);
  } else if (sys.stat(destination, target, own, Own.Other) >= 0) return -Errno.EEXIST;
  const result = sys.rename(destination, temporary, destination, target);
  if (result < 0 && isClaimed) sys.unlink(destination, target);
  return result;
}

/** Writes the first `length` bytes of `bytes` at the file's position; a negated errno on failure. */
export function writeWhole(
  context: MoverContext,
  file: Handle,
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
): Result {
  const { sys } = context;
  let done = length === 0 ? 0 : sys.write(file, bytes, length);
  if (done < 0) return done;
  while (done < length) {
    const more = sys.write(file, bytes.subarray(done), length - done);
    if (more < 0) return more;
    done += more;
  }
  return done;
}
