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

/** What is at a path, a link itself; undefined where nothing is. */
export function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function create({ home, folder, file }: HistoryPlace): Deno.FsFile | "again" | undefined {
  if (home !== undefined && !isMine(Deno.statSync(home))) return undefined;
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isMine(Deno.statSync(folder))) return undefined;
  try {
    // Exclusively: no link is followed.
    return Deno.openSync(file, { append: true, read: true, createNew: true, mode: 0o600 });
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
export function isMine({ uid }: Deno.FileInfo): boolean {
  return uid === null || uid === Deno.uid();
}
