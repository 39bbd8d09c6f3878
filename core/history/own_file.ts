import type { HistoryPlace } from "./location.ts";

/**
 * Whether the file is a regular one of this user's own, with no other name. Nobody else's is
 * touched, and no link followed: root with the HOME of another user must not write where that user
 * has pointed.
 */
export function isOwn(info: Deno.FileInfo): boolean {
  return isPlain(info) && isMine(info);
}

/** Whether it is a regular file with no other name. */
function isPlain(info: Deno.FileInfo): boolean {
  return info.isFile && (info.nlink === null || info.nlink === 1);
}

/** Whether two infos are of one file; where the system does not tell, they are. */
export function isSame(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

/**
 * Opens the history to add to it, and makes it where it is missing. Undefined if it, or the
 * directory that it would be made in, is not this user's; `"again"` if somebody else just makes it.
 */
export function openToAppend(place: HistoryPlace): Deno.FsFile | "again" | undefined {
  const info = lookAt(place.file);
  if (info === undefined) return create(place);
  if (!isOwn(info)) return undefined;
  // Not `create`: that would follow a link that has been put there meanwhile.
  return verified(Deno.openSync(place.file, { append: true, read: true }), info);
}

/**
 * Opens a history to read it; undefined if there is none, or it is not this user's and may not be
 * anybody's.
 */
export function openToRead(file: string, mayBeAnybodys = false): Deno.FsFile | undefined {
  const info = lookAt(file);
  if (info === undefined || !(mayBeAnybodys ? isPlain(info) : isOwn(info))) return undefined;
  return verified(Deno.openSync(file), info);
}

/** What is larger than this was not written as a state file. */
const STATE_BYTES = 64 * 1024;
/** What a writer that was killed has left is in the way no longer. */
const STALE_MS = 10_000;

/** The text of a small file of state; undefined where there is none, or it cannot be one. */
export function readState(path: string): string | undefined {
  const file = openToRead(path);
  if (file === undefined) return undefined;
  try {
    const bytes = new Uint8Array(Math.min(file.statSync().size, STATE_BYTES + 1));
    let used = 0;
    while (used < bytes.length) {
      const count = file.readSync(bytes.subarray(used));
      if (count === null) break;
      used += count;
    }
    return used > STATE_BYTES ? undefined : new TextDecoder().decode(bytes.subarray(0, used));
  } finally {
    file.close();
  }
}

/**
 * Where the next text of a state file is written before it takes its place, free but for somebody
 * who is just as fast; undefined where somebody else just writes it.
 */
export function asideOf(path: string): string | undefined {
  const aside = `${path}.new`;
  const left = lookAt(aside);
  if (left === undefined) return aside;
  if (Math.abs(Date.now() - (left.mtime?.getTime() ?? 0)) < STALE_MS) return undefined;
  Deno.removeSync(aside);
  return aside;
}

/** What is at a path, a link itself; undefined where nothing is. */
export function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Whether a state file may be replaced: nothing is there, or a file of this user's own, in a folder
 * of this user's, which is made where it is missing.
 */
export function isReplaceable(place: HistoryPlace, path: string): boolean {
  const there = lookAt(path);
  return there === undefined ? hasOwnFolder(place) : isOwn(there);
}

/** Makes the folder where it is missing; whether it is this user's, in a directory of this user's. */
function hasOwnFolder({ home, folder }: HistoryPlace): boolean {
  if (home !== undefined && !isMine(Deno.statSync(home))) return false;
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return isMine(Deno.statSync(folder));
}

function create(place: HistoryPlace): Deno.FsFile | "again" | undefined {
  if (!hasOwnFolder(place)) return undefined;
  try {
    // Exclusively: no link is followed.
    return Deno.openSync(place.file, { append: true, read: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return "again";
    throw error;
  }
}

function verified(file: Deno.FsFile, info: Deno.FileInfo): Deno.FsFile | undefined {
  if (isSame(file.statSync(), info)) return file;
  file.close();
  return undefined;
}

/** Whether it belongs to this user; where the system does not tell, it does. */
function isMine({ uid }: Deno.FileInfo): boolean {
  return uid === null || uid === Deno.uid();
}
