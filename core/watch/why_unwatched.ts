import { displayPath } from "../entry/display.ts";
import { Errno, errnoWords, type Name, type Result } from "../sys/mod.ts";

/** All watches of this user are taken (ENOSPC, inotify_add_watch(2)). */
export const NO_WATCHES_LEFT: string =
  "This user has no watches left: each directory takes one, and " +
  "/proc/sys/fs/inotify/max_user_watches bounds them (docs/watch.md says how to raise it).";
/** A file's own watch needs the right to read it. */
export const UNREADABLE_LINK: string =
  "A file with several names cannot be watched, because it cannot be read.";

/** Why a directory of a tree cannot be watched, in a sentence. */
export function whyUnwatched(root: Name, directory: Name, result: Result): string {
  if (result === -Errno.ENOSPC) return NO_WATCHES_LEFT;
  const within = displayPath(directory);
  const path = `${displayPath(root)}${within === "" ? "" : `/${within}`}`;
  if (result === -Errno.EXDEV) {
    return `"${path}" is on another file system: a tree that spans several is not watched.`;
  }
  return `Cannot watch "${path}": ${errnoWords(-result)}.`;
}
