import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { pathKey } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { Errno, type Handle, type Sys } from "../sys/mod.ts";

/** Something is no directory, or no longer there: whoever did that is heard of. */
export const GONE: ReadonlySet<number> = new Set([-Errno.ENOENT, -Errno.ENOTDIR, -Errno.ELOOP]);

/** One directory: all names in it, and which kind each has. */
export interface ListedDirectory {
  readonly handle: Handle;
  /** Names that are no directories, one character a byte. */
  readonly others: readonly string[];
}

/**
 * Lists a directory and all below it, one after the other, by paths beneath a root with one
 * character a byte. Whether it could all be listed.
 */
export function walkDirectories(
  sys: Sys,
  root: Handle,
  first: string,
  onDirectory: (path: string, directory: ListedDirectory) => void,
): boolean {
  const names = new NameTable();
  const stats = new StatTable(1);
  const waiting = [first];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const handle = sys.openBeneath(root, nameOf(path), true);
    if (handle < 0 && GONE.has(handle)) continue;
    if (handle < 0) return false;
    const others: string[] = [];
    let count = sys.list(handle, names);
    for (; count > 0; count = sys.list(handle, names)) {
      for (let index = 0; index < count; index++) {
        let kind = names.kinds[index] ?? Kind.Unknown;
        if (kind === Kind.Unknown && sys.stat(handle, names.at(index), stats, 0) === 0) {
          kind = stats.kind(0);
        }
        const name = pathKey(names.copy(index));
        if (kind !== Kind.Directory) others.push(name);
        else waiting.push(path === "" ? name : `${path}/${name}`);
      }
    }
    if (count === 0) onDirectory(path, { handle, others });
    sys.close(handle);
    if (count < 0) return false;
  }
  return true;
}

/** A path of one character a byte, NUL-terminated. */
export function nameOf(path: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(path + "\0", (character) => character.charCodeAt(0));
}
