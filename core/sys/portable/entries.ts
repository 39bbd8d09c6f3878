import { Kind } from "../../entry/kind.ts";
import type { NameTable } from "../../entry/names.ts";
import type { StatTable } from "../../entry/stats.ts";
import { Errno } from "../errno.ts";
import type { Handle, Name, Result, Sys } from "../sys.ts";
import { failure } from "./errors.ts";
import type { Handles } from "./handles.ts";
import { join, pathOf, textOf } from "./names.ts";
import { storeStatus } from "./status.ts";

const encoder = new TextEncoder();
const windows = Deno.build.os === "windows";

/** Failures of link(2) that mean "not here" or "not for this kind": rename without a link then. */
const NO_LINKS: ReadonlySet<number> = new Set([
  Errno.EPERM,
  Errno.EACCES,
  Errno.EMLINK,
  Errno.ENOSYS,
  Errno.EOPNOTSUPP,
].map((errno) => -errno));

/** What a directory holds: told, made, renamed and removed by name. */
export function entryCalls(handles: Handles): Pick<
  Sys,
  | "stat"
  | "statNow"
  | "statAll"
  | "readLink"
  | "makeDirectory"
  | "symlink"
  | "link"
  | "rename"
  | "renameExclusive"
  | "unlink"
  | "removeDirectory"
> {
  function stat(directory: Handle, name: Name, table: StatTable, index: number): Result {
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    try {
      return storeStatus(Deno.lstatSync(path), table, index);
    } catch (error) {
      return failure(error);
    }
  }

  /** Opening a file asks the file system; of anything else Deno tells what the kernel has in mind. */
  function statNow(directory: Handle, name: Name, table: StatTable, index: number): Result {
    const result = stat(directory, name, table, index);
    if (result < 0 || table.kind(index) !== Kind.File) return result;
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    try {
      Deno.openSync(path).close();
    } catch (error) {
      if (failure(error) === -Errno.ENOENT) return -Errno.ENOENT;
    }
    return result;
  }

  function statAll(
    directory: Handle,
    names: NameTable,
    from: number,
    to: number,
    table: StatTable,
    results: Int32Array,
  ): void {
    for (let index = from; index < to; index++) {
      results[index] = stat(directory, names.at(index), table, index);
    }
  }

  function readLink(directory: Handle, name: Name): Uint8Array<ArrayBuffer> | Result {
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    try {
      // Unlike readDir, this throws where the bytes are not UTF-8: what it gives is exact.
      return encoder.encode(Deno.readLinkSync(path));
    } catch (error) {
      return failure(error);
    }
  }

  function makeDirectory(directory: Handle, name: Name, mode: number): Result {
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    try {
      Deno.mkdirSync(path, { mode: mode & 0o777 });
      // Deno drops the sticky bit, which mkdir(2) takes; setgid comes from the parent.
      if ((mode & 0o1000) !== 0) {
        Deno.chmodSync(path, ((Deno.lstatSync(path).mode ?? 0) & 0o7777) | 0o1000);
      }
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function symlink(target: Name, directory: Handle, name: Name): Result {
    const held = handles.directory(directory);
    if (typeof held === "number") return held;
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    const text = textOf(target);
    if (typeof text === "number") return text;
    try {
      if (windows) Deno.symlinkSync(text, path, { type: linkType(held.path, text) });
      else Deno.symlinkSync(text, path);
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function link(from: Handle, fromName: Name, to: Handle, toName: Name): Result {
    const source = pathOf(handles, from, fromName);
    if (typeof source === "number") return source;
    const path = pathOf(handles, to, toName);
    if (typeof path === "number") return path;
    return tryLink(source, path);
  }

  function rename(from: Handle, fromName: Name, to: Handle, toName: Name): Result {
    const source = pathOf(handles, from, fromName);
    if (typeof source === "number") return source;
    const path = pathOf(handles, to, toName);
    if (typeof path === "number") return path;
    try {
      Deno.renameSync(source, path);
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function renameExclusive(from: Handle, fromName: Name, to: Handle, toName: Name): Result {
    const source = pathOf(handles, from, fromName);
    if (typeof source === "number") return source;
    const path = pathOf(handles, to, toName);
    if (typeof path === "number") return path;
    try {
      if (!Deno.lstatSync(source).isDirectory) {
        const linked = tryLink(source, path);
        if (linked === 0) return finishRename(source, path);
        if (!NO_LINKS.has(linked)) return linked;
      }
      // Directories, and file systems without hard links: a name taken between the two calls
      // is replaced if it is a file, and refused if it is a directory that holds something.
      if (isThere(path)) return -Errno.EEXIST;
      Deno.renameSync(source, path);
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function unlink(directory: Handle, name: Name): Result {
    return remove(directory, name, false);
  }

  function removeDirectory(directory: Handle, name: Name): Result {
    return remove(directory, name, true);
  }

  /** Another directory may have taken the place of the one that was opened: nothing of it goes. */
  function remove(directory: Handle, name: Name, isDirectory: boolean): Result {
    const held = handles.directory(directory);
    if (typeof held === "number") return held;
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    try {
      const { dev, ino } = Deno.lstatSync(held.path);
      if (dev !== held.dev || ino !== held.ino) return -Errno.ESTALE;
    } catch (error) {
      return failure(error);
    }
    return removeKind(path, isDirectory);
  }

  return {
    stat,
    statNow,
    statAll,
    readLink,
    makeDirectory,
    symlink,
    link,
    rename,
    renameExclusive,
    unlink,
    removeDirectory,
  };
}

/** link(2), which does not follow a link at `source`. */
function tryLink(source: string, path: string): Result {
  try {
    Deno.linkSync(source, path);
    return 0;
  } catch (error) {
    return failure(error);
  }
}

/** Takes the old name away once the new one is linked; on failure the new one goes again. */
function finishRename(source: string, path: string): Result {
  try {
    Deno.removeSync(source);
    return 0;
  } catch (error) {
    Deno.removeSync(path);
    return failure(error);
  }
}

/**
 * Removes a directory or what is not one. `Deno.removeSync` takes either (and so does Deno's
 * `unlinkSync` of `node:fs`), so the kind is looked at first.
 */
function removeKind(path: string, directory: boolean): Result {
  try {
    if (Deno.lstatSync(path).isDirectory !== directory) {
      return directory ? -Errno.ENOTDIR : -Errno.EISDIR;
    }
    Deno.removeSync(path);
    return 0;
  } catch (error) {
    return failure(error);
  }
}

/** Throws what Deno throws, except that the name is not there. */
function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (failure(error) === -Errno.ENOENT) return false;
    throw error;
  }
}

/** Windows must be told what a link leads to; one that dangles is made as a file's. */
function linkType(directory: string, target: string): "file" | "dir" {
  const absolute = /^([a-z]:|[\\/])/i.test(target);
  try {
    return Deno.statSync(absolute ? target : join(directory, target)).isDirectory ? "dir" : "file";
  } catch {
    return "file";
  }
}
