import { Errno } from "../errno.ts";
import type { Handle, Name, Result, Sys } from "../sys.ts";
import { failure } from "./errors.ts";
import type { Handles } from "./handles.ts";
import { pathOf } from "./names.ts";

/** Opening, reading and writing files. */
export function fileCalls(
  handles: Handles,
): Pick<
  Sys,
  "openRead" | "openWrite" | "create" | "read" | "write" | "seek" | "truncate" | "sync" | "tryLock"
> {
  const openRead = (directory: Handle, name: Name): Result => open(directory, name, false);
  const openWrite = (directory: Handle, name: Name): Result => open(directory, name, true);

  function open(directory: Handle, name: Name, write: boolean): Result {
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    try {
      const before = Deno.lstatSync(path);
      if (before.isSymlink) return -Errno.ELOOP;
      if (before.isDirectory) return -Errno.EISDIR;
      if (!before.isFile) return -Errno.ENXIO; // Deno would wait for a fifo's other end
      const file = Deno.openSync(path, { read: true, write });
      const after = file.statSync();
      if (after.isFile && after.dev === before.dev && after.ino === before.ino) {
        return handles.add({ kind: "file", path, file });
      }
      // Something else took the name in between: perhaps a link, which Deno followed.
      file.close();
      return -Errno.ELOOP;
    } catch (error) {
      return failure(error);
    }
  }

  function create(directory: Handle, name: Name, mode: number): Result {
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    try {
      // O_EXCL: a link at that name is not followed.
      const file = Deno.openSync(path, {
        read: true,
        write: true,
        createNew: true,
        mode: mode & 0o777,
      });
      if ((mode & 0o7000) !== 0) {
        const failed = addSpecialBits(path, file, mode);
        if (failed < 0) return failed;
      }
      return handles.add({ kind: "file", path, file });
    } catch (error) {
      return failure(error);
    }
  }

  function read(handle: Handle, buffer: Uint8Array<ArrayBuffer>, length: number): Result {
    const opened = handles.file(handle);
    if (typeof opened === "number") return opened;
    try {
      return opened.file.readSync(firstOf(buffer, length)) ?? 0;
    } catch (error) {
      return failure(error);
    }
  }

  function write(handle: Handle, buffer: Uint8Array<ArrayBuffer>, length: number): Result {
    const opened = handles.file(handle);
    if (typeof opened === "number") return opened;
    try {
      return opened.file.writeSync(firstOf(buffer, length));
    } catch (error) {
      return failure(error);
    }
  }

  function seek(handle: Handle, offset: number): Result {
    const opened = handles.file(handle);
    if (typeof opened === "number") return opened;
    try {
      return opened.file.seekSync(offset, Deno.SeekMode.Start);
    } catch (error) {
      return failure(error);
    }
  }

  function truncate(handle: Handle, size: number): Result {
    const opened = handles.file(handle);
    if (typeof opened === "number") return opened;
    if (size < 0) return -Errno.EINVAL; // Deno would take it for 0 and empty the file
    try {
      opened.file.truncateSync(size);
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function sync(handle: Handle): Result {
    const opened = handles.get(handle);
    if (typeof opened === "number") return opened;
    if (opened.kind === "directory") return syncDirectory(opened.path);
    try {
      opened.file.syncSync();
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function tryLock(handle: Handle): Result {
    const opened = handles.get(handle);
    if (typeof opened === "number") return opened;
    try {
      // Not everywhere can a directory be opened like a file: then it has no lock.
      const file = opened.kind === "file"
        ? opened.file
        : opened.lock ??= Deno.openSync(opened.path, { read: true });
      return file.tryLockSync(true) ? 0 : -Errno.EAGAIN;
    } catch (error) {
      return failure(error);
    }
  }

  return { openRead, openWrite, create, read, write, seek, truncate, sync, tryLock };
}

function firstOf(buffer: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return length === buffer.length ? buffer : buffer.subarray(0, length);
}

/** Deno keeps only `0o777` of a new file's mode; the rest, free of the umask, is added after. */
function addSpecialBits(path: string, file: Deno.FsFile, mode: number): Result {
  try {
    const made = file.statSync().mode ?? 0;
    Deno.chmodSync(path, (made & 0o7777) | (mode & 0o7000));
    return 0;
  } catch (error) {
    file.close();
    Deno.removeSync(path);
    return failure(error);
  }
}

/** Unix syncs a directory that is open for reading; Windows cannot open one like a file. */
function syncDirectory(path: string): Result {
  if (Deno.build.os === "windows") return -Errno.EOPNOTSUPP;
  try {
    using directory = Deno.openSync(path, { read: true });
    directory.syncSync();
    return 0;
  } catch (error) {
    return failure(error);
  }
}
