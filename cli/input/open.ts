import { Kind, nameOf, StatTable } from "../../core/entry/mod.ts";
import { Errno, type Handle, type Name, type Result, type Sys } from "../../core/sys/mod.ts";

const SLASH = 0x2f;
/** As many links in a row as Linux follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** Opens a regular file by its path and follows links, which the floor by itself never does. */
export function openFollowing(sys: Sys, path: Uint8Array): Handle | Result {
  let current = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    const { parent, name } = split(current);
    const directory = sys.openRoot(parent);
    if (directory < 0) return directory;
    const file = openRegular(sys, directory, name);
    const target = file < 0 ? sys.readLink(directory, name) : file;
    sys.close(directory);
    if (typeof target === "number") return file;
    current = target[0] === SLASH ? target : join(parent.subarray(0, -1), target);
  }
  return -Errno.ELOOP;
}

/** A fifo could be opened too, and would read as empty. */
function openRegular(sys: Sys, directory: Handle, name: Name): Handle | Result {
  const file = sys.openRead(directory, name);
  if (file < 0) return file;
  const stats = new StatTable(1);
  const result = sys.statHandle(file, stats, 0);
  if (result >= 0 && stats.kind(0) === Kind.File) return file;
  sys.close(file);
  return result < 0 ? result : -Errno.EINVAL;
}

/** Bytes with a NUL after them. */
export function terminated(bytes: Uint8Array): Name {
  const name = new Uint8Array(bytes.length + 1);
  name.set(bytes);
  return name;
}

/** A path in its directory and its last component, both with a NUL; trailing slashes dropped. */
function split(path: Uint8Array): { parent: Name; name: Name } {
  let end = path.indexOf(0) < 0 ? path.length : path.indexOf(0);
  while (end > 1 && path[end - 1] === SLASH) end--;
  const slash = path.subarray(0, end).lastIndexOf(SLASH);
  const name = terminated(path.subarray(slash + 1, end));
  return { parent: slash < 0 ? nameOf(".") : terminated(path.subarray(0, slash + 1)), name };
}

function join(directory: Uint8Array, path: Uint8Array): Uint8Array {
  const joined = new Uint8Array(directory.length + 1 + path.length);
  joined.set(directory);
  joined[directory.length] = SLASH;
  joined.set(path, directory.length + 1);
  return joined;
}
