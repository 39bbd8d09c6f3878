import type { NameTable } from "../entry/names.ts";
import type { StatTable } from "../entry/stats.ts";

/** A number that stands for an open directory or file. */
export type Handle = number;

/**
 * What a call gives: zero or more on success, the negated errno on failure.
 * Failures are values because a bad file never stops a run; see `errno.ts` for the words.
 */
export type Result = number;

/**
 * A name or path as bytes, ending at its first NUL (or at the end of the array for backends that
 * copy; the linux backend needs the NUL, so always put one).
 */
export type Name = Uint8Array<ArrayBuffer>;

/** Who runs this process, as far as ownership of files is concerned. */
export interface Identity {
  /** Effective user id. */
  readonly uid: number;
  /** Effective group id. */
  readonly gid: number;
  /** Supplementary groups, the effective one included. */
  readonly groups: ReadonlySet<number>;
  /** The file mode creation mask. */
  readonly umask: number;
}

/** How full a file system is. Bytes; exact up to 2^53. */
export interface FilesystemStatus {
  /** Its type as the kernel names it, such as `"ext4"`; `"unknown"` where it cannot be told. */
  readonly type: string;
  /** All that it can hold. */
  readonly size: number;
  /** What is free, with what is kept for root. */
  readonly free: number;
  /** What somebody without privileges can still write. */
  readonly available: number;
  /** Inodes; 0 where it does not count them. */
  readonly inodes: number;
  /** Inodes that are free. */
  readonly inodesFree: number;
  /** It cannot be written to through this mount. */
  readonly readOnly: boolean;
}

/** What a thread is doing in the kernel. */
export interface BlockedCall {
  /** As in `reading "/x"`. */
  readonly doing: string;
  /** What it is done to: a whole path as this process sees it, without NUL. */
  readonly path: Name;
  /** Where content goes, if it is copied. */
  readonly to?: Name;
}

/** What a backend can do; stages ask before they rely on it. */
export interface Capabilities {
  /** Finest step of the times that the backend reads and sets, in nanoseconds. */
  readonly timeStepNs: number;
  /** Extended attributes and ACLs. */
  readonly xattrs: boolean;
  /** Fifos, sockets and device nodes can be made. */
  readonly nodes: boolean;
  /** `seekData` and `seekHole` work; without them holes are found by looking for zeros. */
  readonly seekHoles: boolean;
  /** Owners can be set. */
  readonly owners: boolean;
}

/**
 * The floor: every system call that blit makes, as plain synchronous functions over handles.
 * Nothing here follows a symbolic link in the last component of a name, and nothing but
 * `openRoot` takes a path that leaves the directory it is relative to.
 *
 * Each call gives a {@linkcode Result}. Numbers above 2^53 do not occur.
 */
export interface Sys {
  /** Which backend this is. */
  readonly name: "linux" | "portable";
  /** What it can do. */
  readonly capabilities: Capabilities;
  /** Who runs it. */
  readonly identity: Identity;

  // Directories
  /** Opens a directory by a path the user gave (absolute or relative to the working directory), links followed. */
  openRoot(path: Name): Result;
  /**
   * Opens a directory by a relative path of one or more components beneath `directory`; no link in it is followed; "" reopens `directory` itself.
   * With `sameMount` it is -EXDEV where something is mounted on one of the components (the portable backend tells it by the device).
   */
  openBeneath(directory: Handle, path: Name, sameMount?: boolean): Result;
  /** Opens the directory above one. */
  openParent(directory: Handle): Result;
  /** Where a directory lies in its file system, mounts seen through; undefined if it cannot be told. */
  locate(directory: Handle): string | undefined;
  /**
   * The type of the file system that holds what is open, as the kernel names it; or what is at an
   * absolute path, which is not touched: links in it are not followed. Undefined if it cannot be told.
   */
  filesystemType(place: Handle | Name): string | undefined;
  /** How full the file system is that holds an open file or directory, or a negated errno. */
  statFilesystem(handle: Handle): FilesystemStatus | Result;
  /**
   * What tells the mount that holds an open file or directory from others, and from what is mounted
   * in its place later or with other options; undefined if it cannot be told.
   */
  identifyMount(handle: Handle): string | undefined;
  /** Closes a directory or a file. */
  close(handle: Handle): Result;
  /**
   * Reads the next names into `names` (replacing what it held) without `.` and `..`;
   * gives how many, 0 at the end. A directory handle is listed once.
   */
  list(directory: Handle, names: NameTable): Result;

  // What is there
  /** Stats a name, not following a link. */
  stat(directory: Handle, name: Name, table: StatTable, index: number): Result;
  /**
   * The same as the file system has it at this moment, whatever the kernel keeps in mind of it: FUSE
   * goes on taking for there what was removed by another spelling.
   */
  statNow(directory: Handle, name: Name, table: StatTable, index: number): Result;
  /**
   * Stats the names from `from` to before `to` of a table into the same rows of `table`, and puts
   * 0 or a negated errno for each into `results`. With `kinds`, what the kernel keeps in mind of
   * directories will do, so that the root of a mount that hangs can be told of. The hottest loop of
   * all: one for all callers, so that it alone is compiled.
   */
  statAll(
    directory: Handle,
    names: NameTable,
    from: number,
    to: number,
    table: StatTable,
    results: Int32Array,
    kinds?: Uint8Array,
  ): void;
  /** Stats an open file or directory. */
  statHandle(handle: Handle, table: StatTable, index: number): Result;
  /**
   * When an open file was last changed in any way (st_ctime): seconds since 1970 and nanoseconds,
   * as the first two numbers of `into`. Fails with EOPNOTSUPP where that is not kept, or
   * only in whole seconds.
   */
  changeTime(handle: Handle, into: Float64Array): Result;
  /** The target of a symbolic link, or a negated errno. */
  readLink(directory: Handle, name: Name): Uint8Array<ArrayBuffer> | Result;

  // Files
  /** Opens a regular file for reading; never blocks on a fifo. */
  openRead(directory: Handle, name: Name): Result;
  /** Opens a regular file that is there for reading and writing; never blocks on a fifo. */
  openWrite(directory: Handle, name: Name): Result;
  /** Creates a file that must not exist, for writing (and reading), with `mode & ~umask`. */
  create(directory: Handle, name: Name, mode: number): Result;
  /** Creates a file without a name in `directory` (O_TMPFILE), or fails with EOPNOTSUPP. */
  createUnnamed(directory: Handle, mode: number): Result;
  /** Gives an unnamed file its name, which must not exist. */
  publish(file: Handle, directory: Handle, name: Name): Result;
  /** Reads up to `length` bytes at the file's position into `buffer`; 0 at the end. */
  read(file: Handle, buffer: Uint8Array<ArrayBuffer>, length: number): Result;
  /** Writes up to `length` bytes of `buffer` at the file's position; gives how many went out. */
  write(file: Handle, buffer: Uint8Array<ArrayBuffer>, length: number): Result;
  /** Whether the first `length` bytes of two buffers are the same. */
  equal(
    one: Uint8Array<ArrayBuffer>,
    other: Uint8Array<ArrayBuffer>,
    length: number,
  ): boolean;
  /** Moves the file's position. */
  seek(file: Handle, offset: number): Result;
  /** Offset of the next data at or after `offset`; -ENXIO past the last. */
  seekData(file: Handle, offset: number): Result;
  /** Offset of the next hole at or after `offset`. */
  seekHole(file: Handle, offset: number): Result;
  /** Sets the size of a file open for writing. */
  truncate(file: Handle, size: number): Result;
  /**
   * Makes a range of a file a hole, which reads as zeros (FALLOC_FL_PUNCH_HOLE); its size stays.
   * Fails with EOPNOTSUPP where that cannot be.
   */
  punchHole(file: Handle, offset: number, length: number): Result;
  /** Shares the whole content of `source` with `destination` (FICLONE). */
  reflink(source: Handle, destination: Handle): Result;
  /** copy_file_range(2) at both files' positions, at most `length` (below 2 GiB) bytes. */
  copyRange(source: Handle, destination: Handle, length: number): Result;
  /** sendfile(2) at both files' positions, at most `length` (below 2 GiB) bytes. */
  sendFile(source: Handle, destination: Handle, length: number): Result;
  /**
   * Takes the exclusive lock on a file or directory without waiting, until it is closed or the process ends;
   * -EAGAIN when somebody else holds it.
   */
  tryLock(file: Handle): Result;
  /** fsync(2) of a file or a directory. */
  sync(handle: Handle): Result;
  /** Writes back the whole file system that holds `handle` (syncfs), or fails with ENOSYS. */
  syncFilesystem(handle: Handle): Result;

  // Names
  /** Makes a directory with `mode & ~umask`. */
  makeDirectory(directory: Handle, name: Name, mode: number): Result;
  /** Makes a fifo, socket or device node; `mode` holds kind and permissions. */
  makeNode(directory: Handle, name: Name, mode: number, major: number, minor: number): Result;
  /** Makes a symbolic link. */
  symlink(target: Name, directory: Handle, name: Name): Result;
  /** Makes a hard link to a name (not following it). */
  link(from: Handle, fromName: Name, to: Handle, toName: Name): Result;
  /** Renames, replacing what is there. */
  rename(from: Handle, fromName: Name, to: Handle, toName: Name): Result;
  /** Renames; -EEXIST when the new name is taken. */
  renameExclusive(from: Handle, fromName: Name, to: Handle, toName: Name): Result;
  /** Removes a name that is not a directory. */
  unlink(directory: Handle, name: Name): Result;
  /** Removes an empty directory. */
  removeDirectory(directory: Handle, name: Name): Result;

  // Metadata. The atime is left alone.
  /** Sets the mtime of a name, a link's own included. */
  setTimes(directory: Handle, name: Name, seconds: number, nanoseconds: number): Result;
  /** Sets the mtime of an open file or directory. */
  setTimesHandle(handle: Handle, seconds: number, nanoseconds: number): Result;
  /**
   * From now on the atime is set to the present whenever an mtime is set: some file systems (FUSE
   * by libfuse 2) take both times or, without a word, none.
   */
  setBothTimes(): void;
  /** Sets the permission bits of a name that is not a link. */
  setMode(directory: Handle, name: Name, mode: number): Result;
  /** Sets the permission bits of an open file or directory. */
  setModeHandle(handle: Handle, mode: number): Result;
  /** Sets owner and group (-1 leaves one as it is) of a name, a link's own included. */
  setOwner(directory: Handle, name: Name, uid: number, gid: number): Result;
  /** Sets owner and group of an open file or directory. */
  setOwnerHandle(handle: Handle, uid: number, gid: number): Result;

  // Extended attributes. The handle may come from openRead, create, openBeneath or openPath; with
  // a name they are those of an entry of the directory it holds, which is never followed.
  /** Opens a name of any kind only to reach its attributes; never blocks, never follows. */
  openPath(directory: Handle, name: Name): Result;
  /** Names of all attributes, each ending in NUL, or a negated errno. */
  listAttributes(handle: Handle, name?: Name): Uint8Array<ArrayBuffer> | Result;
  /** The value of one attribute, or a negated errno. */
  getAttribute(handle: Handle, attribute: Name, name?: Name): Uint8Array<ArrayBuffer> | Result;
  /** Sets one attribute. */
  setAttribute(handle: Handle, attribute: Name, value: Uint8Array<ArrayBuffer>): Result;
  /** Removes one attribute. */
  removeAttribute(handle: Handle, attribute: Name): Result;

  /** Gives back what the backend itself holds open; nothing may be called after it. */
  end(): void;

  // Threads
  /** The kernel's id of the calling thread, or 0 where there is none. */
  threadId(): number;
  /**
   * Gives the calling thread credentials of its own, the same as before, where the kernel counts
   * for each open file who uses them: threads that share them wait for each other's count.
   */
  ownCredentials(): void;
  /** CPU time a thread of this process has used, in nanoseconds, or -1 where it cannot be told. */
  threadCpuNs(threadId: number): number;
  /** Time it was ready to compute while others had the processors; 0 where it cannot be told. */
  threadReadyNs(threadId: number): number;
  /** What another thread of this process waits for in a file system; undefined if it does not, or it cannot be told. */
  blockedCall(threadId: number): BlockedCall | undefined;
  /** Bytes that this process has read from storage or given to it so far; 0 where it cannot be told. */
  storageBytes(): number;
  /** Bytes that any process of this machine has had put on disks so far; 0 where it cannot be told. */
  writtenBytes(): number;
  /** Where file systems are mounted of types whose calls may never return; paths without NUL. */
  hangingMounts(): readonly Name[];
}
