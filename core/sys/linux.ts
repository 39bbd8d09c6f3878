import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import type { StatTable } from "../entry/stats.ts";
import { Errno } from "./errno.ts";
import { Attributes } from "./linux/attributes.ts";
import { blockedCall } from "./linux/blocked_call.ts";
import * as c from "./linux/constants.ts";
import { statFilesystem } from "./linux/filesystem_status.ts";
import { identify } from "./linux/identity.ts";
import { locate } from "./linux/location.ts";
import { Libc } from "./linux/libc.ts";
import { takeListing } from "./linux/listing.ts";
import { mountIdentity } from "./linux/mount_identity.ts";
import { hangingMounts, isSameMount, mountTable, typeAt, typeOf } from "./linux/mounts.ts";
import { procIsWorkingDirectory, procSelf } from "./linux/proc.ts";
import { StatusBuffer } from "./linux/status.ts";
import { storageBytes, threadReadyNs, writtenBytes } from "./linux/threads.ts";
import type {
  BlockedCall,
  Capabilities,
  FilesystemStatus,
  Handle,
  Identity,
  Name,
  Result,
  Sys,
} from "./sys.ts";

const EMPTY: Name = new Uint8Array(1);
const HIGH = 2 ** 32;
/** How names are statted. */
const STAT_FLAGS = c.AT_SYMLINK_NOFOLLOW | c.AT_NO_AUTOMOUNT;
/** A path this long or longer is opened in steps: PATH_MAX is 4096 with its NUL. */
const PATH_STEP = 4000;
const SLASH = 47;
const DOT_BYTE = 46;
const encoder = new TextEncoder();

/**
 * Opens the linux backend: libc through FFI. One instance belongs to one thread.
 *
 * Throws when FFI is not permitted or libc.so.6 is not there.
 */
export function openLinux(): Sys {
  return new LinuxSys(Libc.take());
}

/** The `struct open_how` of openat2(2) for a directory beneath another. */
function howToOpen(resolve: number): Uint8Array<ArrayBuffer> {
  const how = new BigUint64Array(3);
  how[0] = BigInt(c.O_RDONLY | c.O_DIRECTORY | c.O_NOFOLLOW | c.O_CLOEXEC);
  how[2] = BigInt(
    c.RESOLVE_BENEATH | c.RESOLVE_NO_SYMLINKS | c.RESOLVE_NO_MAGICLINKS | resolve,
  );
  return new Uint8Array(how.buffer);
}

class LinuxSys implements Sys {
  readonly name = "linux";
  readonly capabilities: Capabilities = {
    timeStepNs: 1,
    xattrs: true,
    nodes: true,
    seekHoles: true,
    owners: true,
  };
  readonly #libc: Libc;
  #mountTable: string | undefined;
  readonly #errno: Int32Array;
  readonly #status = new StatusBuffer();
  readonly #attributes: Attributes;
  readonly #link = new Uint8Array(4096);
  readonly #path = new Uint8Array(PATH_STEP + 1);
  readonly #how = howToOpen(0);
  readonly #howOnMount = howToOpen(c.RESOLVE_NO_XDEV);
  readonly #times = new Int32Array(8);
  readonly #timesBytes = new Uint8Array(this.#times.buffer);
  #identity: Identity | undefined;
  /** openat2(2) is not to be had. */
  #walks = false;
  #isEnded = false;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#errno = libc.errno;
    this.#attributes = new Attributes(libc);
    this.#times[2] = c.UTIME_OMIT;
  }

  get identity(): Identity {
    return this.#identity ??= identify(this.#libc);
  }

  #done(result: number): Result {
    return result < 0 ? -(this.#errno[0] ?? Errno.EIO) : result;
  }

  openRoot(path: Name): Result {
    const flags = c.O_DIRECTORY | c.O_CLOEXEC;
    const result = this.#done(this.#libc.core.ffiOpenat(c.AT_FDCWD, path, flags | c.O_RDONLY, 0));
    // A directory that may be passed but not listed still leads to what is named in it.
    if (result !== -Errno.EACCES) return result;
    return this.#done(this.#libc.core.ffiOpenat(c.AT_FDCWD, path, flags | c.O_PATH, 0));
  }

  openBeneath(directory: Handle, path: Name, sameMount = false): Result {
    const end = this.#copyPath(path);
    if (end === 0) {
      const flags = c.O_RDONLY | c.O_DIRECTORY | c.O_CLOEXEC;
      return this.#done(this.#libc.core.ffiOpenat(directory, DOT, flags, 0));
    }
    if (end < PATH_STEP) return this.#resolve(directory, this.#path, sameMount);
    return this.#openInSteps(directory, path, end, sameMount);
  }

  /**
   * Copies a path as far as it fits, and gives its length: a small array that goes to C gets memory
   * of malloc's, which is collected with it, and paths are made for one call.
   */
  #copyPath(path: Name): number {
    if (path.length === 0 || path[0] === 0) return 0;
    const copy = this.#path;
    let end = 0;
    for (; end < path.length && path[end] !== 0; end++) if (end < PATH_STEP) copy[end] = path[end]!;
    copy[Math.min(end, PATH_STEP)] = 0;
    return end;
  }

  #resolve(directory: Handle, path: Name, sameMount: boolean): Result {
    if (this.#walks) return this.#walk(directory, path, sameMount);
    const how = sameMount ? this.#howOnMount : this.#how;
    const result = this.#done(
      this.#libc.walk.ffiOpenat2(c.SYS_OPENAT2, directory, path, how, how.length),
    );
    // Linux before 5.6 does not know the call; a container's seccomp profile may forbid it.
    if (result !== -Errno.ENOSYS && result !== -Errno.EPERM) return result;
    this.#walks = true;
    return this.#walk(directory, path, sameMount);
  }

  /** What openat2 does with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS, component by component. */
  #walk(directory: Handle, path: Name, sameMount: boolean): Result {
    const flags = c.O_RDONLY | c.O_DIRECTORY | c.O_NOFOLLOW | c.O_CLOEXEC;
    let end = path.indexOf(0);
    if (end < 0) end = path.length;
    if (path[0] === SLASH) return -Errno.EXDEV;
    let held = directory;
    for (let start = 0; start < end;) {
      let stop = path.indexOf(SLASH, start);
      if (stop < 0 || stop > end) stop = end;
      const component = path.slice(start, stop + 1);
      component[stop - start] = 0;
      const isParent = stop - start === 2 && component[0] === DOT_BYTE && component[1] === DOT_BYTE;
      let next = isParent
        ? -Errno.EXDEV
        : stop === start
        ? this.openBeneath(held, EMPTY)
        : this.#done(this.#libc.core.ffiOpenat(held, component, flags, 0));
      if (sameMount && next >= 0 && !isSameMount(this.#libc, held, next)) {
        this.#libc.core.ffiClose(next);
        next = -Errno.EXDEV;
      }
      if (held !== directory) this.#libc.core.ffiClose(held);
      if (next < 0) return next;
      held = next;
      start = stop + 1;
    }
    return held;
  }

  #openInSteps(directory: Handle, path: Name, end: number, sameMount: boolean): Result {
    let held = directory;
    for (let start = 0; start < end;) {
      let stop = Math.min(start + PATH_STEP, end);
      if (stop < end) stop = path.lastIndexOf(SLASH, stop);
      if (stop <= start) {
        if (held !== directory) this.#libc.core.ffiClose(held);
        return -Errno.ENAMETOOLONG;
      }
      const step = new Uint8Array(stop - start + 1);
      step.set(path.subarray(start, stop));
      const next = this.#resolve(held, step, sameMount);
      if (held !== directory) this.#libc.core.ffiClose(held);
      if (next < 0) return next;
      held = next;
      start = stop + 1;
    }
    return held;
  }

  openParent(directory: Handle): Result {
    const flags = c.O_DIRECTORY | c.O_PATH | c.O_CLOEXEC;
    return this.#done(this.#libc.core.ffiOpenat(directory, PARENT, flags, 0));
  }

  locate(directory: Handle): string | undefined {
    return locate(this.#libc, directory);
  }

  close(handle: Handle): Result {
    return this.#done(this.#libc.core.ffiClose(handle));
  }

  list(directory: Handle, names: NameTable): Result {
    for (;;) {
      names.clear();
      const filled = this.#libc.walk.ffiGetdents64(directory, names.bytes, names.bytes.length);
      if (filled <= 0) return this.#done(filled);
      if (takeListing(names, filled) > 0) return names.count;
    }
  }

  stat(directory: Handle, name: Name, table: StatTable, index: number): Result {
    const result = this.#libc.core.ffiStatx(
      directory,
      name,
      STAT_FLAGS,
      c.STATX_BASIC_STATS,
      this.#status.bytes,
    );
    if (result < 0) return this.#done(result);
    this.#status.store(table, index);
    return 0;
  }

  statNow(directory: Handle, name: Name, table: StatTable, index: number): Result {
    const flags = STAT_FLAGS | c.AT_STATX_FORCE_SYNC;
    const { bytes } = this.#status;
    const result = this.#libc.core.ffiStatx(directory, name, flags, c.STATX_BASIC_STATS, bytes);
    if (result < 0) return this.#done(result);
    this.#status.store(table, index);
    return 0;
  }

  statAll(
    directory: Handle,
    names: NameTable,
    from: number,
    to: number,
    table: StatTable,
    results: Int32Array,
    kinds?: Uint8Array,
  ): void {
    const { ffiStatx } = this.#libc.core;
    const status = this.#status;
    const { bytes } = status;
    for (let index = from; index < to; index++) {
      const ask = kinds !== undefined && kinds[index] === Kind.Directory ? c.AT_STATX_DONT_SYNC : 0;
      const flags = STAT_FLAGS | ask;
      const result = ffiStatx(directory, names.at(index), flags, c.STATX_BASIC_STATS, bytes);
      if (result < 0) results[index] = this.#done(result);
      else {
        results[index] = 0;
        status.store(table, index);
      }
    }
  }

  statHandle(handle: Handle, table: StatTable, index: number): Result {
    const result = this.#libc.core.ffiStatx(
      handle,
      EMPTY,
      c.AT_EMPTY_PATH,
      c.STATX_BASIC_STATS,
      this.#status.bytes,
    );
    if (result < 0) return this.#done(result);
    this.#status.store(table, index);
    return 0;
  }

  changeTime(handle: Handle, into: Float64Array): Result {
    const { bytes } = this.#status;
    const result = this.#libc.core.ffiStatx(handle, EMPTY, c.AT_EMPTY_PATH, c.STATX_CTIME, bytes);
    if (result < 0) return this.#done(result);
    this.#status.storeChangeTime(into);
    return 0;
  }

  readLink(directory: Handle, name: Name): Uint8Array<ArrayBuffer> | Result {
    const length = this.#libc.linkTarget.ffiReadlinkat(
      directory,
      name,
      this.#link,
      this.#link.length,
    );
    return length < 0 ? this.#done(length) : this.#link.slice(0, length);
  }

  openRead(directory: Handle, name: Name): Result {
    const flags = c.O_RDONLY | c.O_NOFOLLOW | c.O_NONBLOCK | c.O_CLOEXEC;
    return this.#done(this.#libc.core.ffiOpenat(directory, name, flags, 0));
  }

  openWrite(directory: Handle, name: Name): Result {
    const flags = c.O_RDWR | c.O_NOFOLLOW | c.O_NONBLOCK | c.O_CLOEXEC;
    return this.#done(this.#libc.core.ffiOpenat(directory, name, flags, 0));
  }

  create(directory: Handle, name: Name, mode: number): Result {
    const flags = c.O_RDWR | c.O_CREAT | c.O_EXCL | c.O_NOFOLLOW | c.O_CLOEXEC;
    return this.#done(this.#libc.core.ffiOpenat(directory, name, flags, mode));
  }

  createUnnamed(directory: Handle, mode: number): Result {
    const result = this.#done(
      this.#libc.core.ffiOpenat(directory, DOT, c.O_TMPFILE | c.O_RDWR | c.O_CLOEXEC, mode),
    );
    // A kernel or file system that does not know O_TMPFILE says EISDIR, ENOENT or EOPNOTSUPP.
    return result === -Errno.EISDIR || result === -Errno.ENOENT ? -Errno.EOPNOTSUPP : result;
  }

  publish(file: Handle, directory: Handle, name: Name): Result {
    const held = procSelf(`fd/${file}`);
    return this.#done(
      this.#libc.tree.ffiLinkat(c.AT_FDCWD, held, directory, name, c.AT_SYMLINK_FOLLOW),
    );
  }

  read(file: Handle, buffer: Uint8Array<ArrayBuffer>, length: number): Result {
    return this.#done(this.#libc.core.ffiRead(file, buffer, length));
  }

  write(file: Handle, buffer: Uint8Array<ArrayBuffer>, length: number): Result {
    return this.#done(this.#libc.write.ffiWrite(file, buffer, length));
  }

  equal(one: Uint8Array<ArrayBuffer>, other: Uint8Array<ArrayBuffer>, length: number): boolean {
    return this.#libc.memory.memcmp(one, other, length) === 0;
  }

  seek(file: Handle, offset: number): Result {
    return this.#seek(file, offset, c.SEEK_SET);
  }

  seekData(file: Handle, offset: number): Result {
    return this.#seek(file, offset, c.SEEK_DATA);
  }

  seekHole(file: Handle, offset: number): Result {
    return this.#seek(file, offset, c.SEEK_HOLE);
  }

  #seek(file: Handle, offset: number, whence: number): Result {
    return this.#done(Number(this.#libc.rare.lseek(file, BigInt(offset), whence)));
  }

  truncate(file: Handle, size: number): Result {
    return this.#done(this.#libc.rare.ftruncate(file, BigInt(size)));
  }

  punchHole(file: Handle, offset: number, length: number): Result {
    const { rare } = this.#libc;
    return this.#done(rare.fallocate(file, c.PUNCH_HOLE, BigInt(offset), BigInt(length)));
  }

  reflink(source: Handle, destination: Handle): Result {
    return this.#done(this.#libc.rare.ioctl(destination, c.FICLONE, source));
  }

  copyRange(source: Handle, destination: Handle, length: number): Result {
    return this.#done(this.#libc.rare.copy_file_range(source, null, destination, null, length, 0));
  }

  sendFile(source: Handle, destination: Handle, length: number): Result {
    return this.#done(this.#libc.send.ffiSendfile(destination, source, null, length));
  }

  tryLock(file: Handle): Result {
    return this.#done(this.#libc.tree.ffiFlock(file, c.LOCK_EX | c.LOCK_NB));
  }

  sync(handle: Handle): Result {
    return this.#done(this.#libc.rare.fsync(handle));
  }

  statFilesystem(handle: Handle): FilesystemStatus | Result {
    return statFilesystem(this.#libc, handle) ?? this.#done(-1);
  }

  identifyMount(handle: Handle): string | undefined {
    return mountIdentity(this.#libc, handle);
  }

  syncFilesystem(handle: Handle): Result {
    return this.#done(this.#libc.rare.syncfs(handle));
  }

  makeDirectory(directory: Handle, name: Name, mode: number): Result {
    return this.#done(this.#libc.directory.ffiMkdirat(directory, name, mode));
  }

  makeNode(directory: Handle, name: Name, mode: number, major: number, minor: number): Result {
    const [a, b] = [BigInt(major), BigInt(minor)];
    const device = (b & 0xffn) | (a & 0xfffn) << 8n | (b & ~0xffn) << 12n | (a & ~0xfffn) << 32n;
    return this.#done(this.#libc.rare.mknodat(directory, name, mode, device));
  }

  symlink(target: Name, directory: Handle, name: Name): Result {
    return this.#done(this.#libc.tree.ffiSymlinkat(target, directory, name));
  }

  link(from: Handle, fromName: Name, to: Handle, toName: Name): Result {
    return this.#done(this.#libc.tree.ffiLinkat(from, fromName, to, toName, 0));
  }

  rename(from: Handle, fromName: Name, to: Handle, toName: Name): Result {
    return this.#done(this.#libc.tree.ffiRenameat(from, fromName, to, toName));
  }

  renameExclusive(from: Handle, fromName: Name, to: Handle, toName: Name): Result {
    return this.#done(this.#libc.rare.renameat2(from, fromName, to, toName, c.RENAME_NOREPLACE));
  }

  unlink(directory: Handle, name: Name): Result {
    return this.#done(this.#libc.tree.ffiUnlinkat(directory, name, 0));
  }

  removeDirectory(directory: Handle, name: Name): Result {
    return this.#done(this.#libc.tree.ffiUnlinkat(directory, name, c.AT_REMOVEDIR));
  }

  setTimes(directory: Handle, name: Name, seconds: number, nanoseconds: number): Result {
    this.#setMtime(seconds, nanoseconds);
    return this.#done(
      this.#libc.tree.ffiUtimensat(directory, name, this.#timesBytes, c.AT_SYMLINK_NOFOLLOW),
    );
  }

  setTimesHandle(handle: Handle, seconds: number, nanoseconds: number): Result {
    this.#setMtime(seconds, nanoseconds);
    return this.#done(this.#libc.file.ffiFutimens(handle, this.#timesBytes));
  }

  setBothTimes(): void {
    this.#times[2] = c.UTIME_NOW;
  }

  /** Fills the second `struct timespec`; the first, the atime, says UTIME_OMIT or UTIME_NOW. */
  #setMtime(seconds: number, nanoseconds: number): void {
    this.#times[4] = seconds | 0;
    this.#times[5] = Math.floor(seconds / HIGH);
    this.#times[6] = nanoseconds;
  }

  setMode(directory: Handle, name: Name, mode: number): Result {
    if (procIsWorkingDirectory()) return this.#setModeInside(directory, name, mode);
    return this.#done(this.#libc.tree.ffiFchmodat(directory, name, mode, c.AT_SYMLINK_NOFOLLOW));
  }

  /** As glibc does it, whose fchmodat looks for /proc where inside a changed root there is none. */
  #setModeInside(directory: Handle, name: Name, mode: number): Result {
    const held = this.openPath(directory, name);
    if (held < 0) return held;
    const path = procSelf(`fd/${held}`);
    const result = this.#done(this.#libc.tree.ffiFchmodat(c.AT_FDCWD, path, mode, 0));
    this.close(held);
    return result;
  }

  setModeHandle(handle: Handle, mode: number): Result {
    return this.#done(this.#libc.directory.ffiFchmod(handle, mode));
  }

  setOwner(directory: Handle, name: Name, uid: number, gid: number): Result {
    return this.#done(
      this.#libc.tree.ffiFchownat(directory, name, uid | 0, gid | 0, c.AT_SYMLINK_NOFOLLOW),
    );
  }

  setOwnerHandle(handle: Handle, uid: number, gid: number): Result {
    return this.#done(this.#libc.tree.ffiFchown(handle, uid | 0, gid | 0));
  }

  openPath(directory: Handle, name: Name): Result {
    const flags = c.O_PATH | c.O_NOFOLLOW | c.O_CLOEXEC;
    return this.#done(this.#libc.core.ffiOpenat(directory, name, flags, 0));
  }

  listAttributes(handle: Handle, name?: Name): Uint8Array<ArrayBuffer> | Result {
    return this.#attributes.list(handle, name);
  }

  getAttribute(handle: Handle, attribute: Name, name?: Name): Uint8Array<ArrayBuffer> | Result {
    return this.#attributes.get(handle, attribute, name);
  }

  setAttribute(handle: Handle, attribute: Name, value: Uint8Array<ArrayBuffer>): Result {
    return this.#attributes.set(handle, attribute, value);
  }

  removeAttribute(handle: Handle, attribute: Name): Result {
    return this.#attributes.remove(handle, attribute);
  }

  end(): void {
    if (!this.#isEnded) this.#libc.give();
    this.#isEnded = true;
  }

  threadId(): number {
    return this.#libc.thread.gettid();
  }

  /** Linux makes new credentials for any call that may change them; this one says what holds anyway. */
  ownCredentials(): void {
    this.#libc.thread.prctl(c.PR_SET_KEEPCAPS, 0);
  }

  /** A thread's CPU clock has the id `~tid << 3 | 6` (CPUCLOCK_PERTHREAD | CPUCLOCK_SCHED, linux/posix-timers.h). */
  threadCpuNs(threadId: number): number {
    const time = new BigInt64Array(2);
    const clock = (~threadId << 3) | 6;
    if (this.#libc.thread.clock_gettime(clock, new Uint8Array(time.buffer)) < 0) return -1;
    return Number(time[0]) * 1e9 + Number(time[1]);
  }

  threadReadyNs(threadId: number): number {
    return threadReadyNs(this.#libc, threadId);
  }

  blockedCall(threadId: number): BlockedCall | undefined {
    return blockedCall(this.#libc, threadId);
  }

  storageBytes(): number {
    return storageBytes(this.#libc);
  }

  writtenBytes(): number {
    return writtenBytes(this.#libc);
  }

  filesystemType(place: Handle | Name): string | undefined {
    const table = this.#mountTable ??= mountTable(this.#libc);
    if (typeof place !== "number") return typeAt(table, place);
    return place < 0 ? undefined : typeOf(this.#libc, table, place);
  }

  hangingMounts(): readonly Name[] {
    // Kept for `filesystemType`: a run asks for both.
    return hangingMounts(this.#mountTable = mountTable(this.#libc));
  }
}

const PARENT: Name = encoder.encode("..\0");
const DOT: Name = encoder.encode(".\0");
