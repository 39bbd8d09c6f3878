import { Errno } from "../errno.ts";
import type { Handle, Result } from "../sys.ts";

/** An open directory. Deno holds none: it is a path, and what was there when it was opened. */
export interface OpenDirectory {
  readonly kind: "directory";
  readonly path: string;
  readonly dev: number;
  readonly ino: number | null;
  /** What is left to list, once listing has begun. */
  listing: Iterator<Deno.DirEntry> | undefined;
  /** An entry that was taken from `listing` but found no room. */
  waiting: Deno.DirEntry | undefined;
  /** What holds its lock. */
  lock: Deno.FsFile | undefined;
}

/** An open file, and the path it was opened by. */
export interface OpenFile {
  readonly kind: "file";
  readonly path: string;
  readonly file: Deno.FsFile;
}

/** The open directories and files of one backend; a handle is an index. */
export class Handles {
  readonly #open: (OpenDirectory | OpenFile | undefined)[] = [];
  readonly #free: Handle[] = [];

  /** Takes something open in. */
  add(opened: OpenDirectory | OpenFile): Handle {
    const handle = this.#free.pop() ?? this.#open.length;
    this.#open[handle] = opened;
    return handle;
  }

  /** Takes a directory in that `info` describes. */
  addDirectory(path: string, info: Deno.FileInfo): Handle {
    return this.add({
      kind: "directory",
      path,
      dev: info.dev,
      ino: info.ino,
      listing: undefined,
      waiting: undefined,
      lock: undefined,
    });
  }

  /** Forgets a handle and gives what it stood for. */
  remove(handle: Handle): OpenDirectory | OpenFile | undefined {
    const opened = this.#open[handle];
    if (opened !== undefined) {
      this.#open[handle] = undefined;
      this.#free.push(handle);
    }
    return opened;
  }

  /** What a handle stands for, or -EBADF. */
  get(handle: Handle): OpenDirectory | OpenFile | Result {
    return this.#open[handle] ?? -Errno.EBADF;
  }

  /** The directory a handle stands for, or a negated errno. */
  directory(handle: Handle): OpenDirectory | Result {
    const opened = this.get(handle);
    if (typeof opened === "number" || opened.kind === "directory") return opened;
    return -Errno.ENOTDIR;
  }

  /** The file a handle stands for, or a negated errno. */
  file(handle: Handle): OpenFile | Result {
    const opened = this.get(handle);
    if (typeof opened === "number" || opened.kind === "file") return opened;
    return -Errno.EISDIR;
  }
}
