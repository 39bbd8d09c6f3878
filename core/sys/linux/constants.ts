/**
 * Flags of Linux system calls. Most are the same on every architecture; the open flags that are
 * not are chosen by `Deno.build.arch` (asm-generic/fcntl.h against arch/arm64's own).
 */
const arm = Deno.build.arch === "aarch64";

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NONBLOCK = 0o4000;
export const O_DIRECTORY: number = arm ? 0o40000 : 0o200000;
export const O_NOFOLLOW: number = arm ? 0o100000 : 0o400000;
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
export const O_TMPFILE: number = 0o20000000 | O_DIRECTORY;

export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_NO_AUTOMOUNT = 0x800;
export const AT_STATX_FORCE_SYNC = 0x2000;
export const AT_STATX_DONT_SYNC = 0x4000;
export const AT_EMPTY_PATH = 0x1000;

export const RENAME_NOREPLACE = 1;
export const SEEK_SET = 0;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

export const LOCK_EX = 2;
export const LOCK_NB = 4;

/** `mode` of fallocate(2): FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE. */
export const PUNCH_HOLE = 3;

/** `FICLONE` of linux/fs.h: _IOW(0x94, 9, int). */
export const FICLONE = 0x40049409;

/** System calls that have another number on each architecture (see `system_calls.ts`). */
export const SYS_READ: number = arm ? 63 : 0;
export const SYS_WRITE: number = arm ? 64 : 1;
export const SYS_CLOSE: number = arm ? 57 : 3;
export const SYS_OPENAT: number = arm ? 56 : 257;

/** openat2(2) has this number on every architecture; libc has no wrapper for it. */
export const SYS_OPENAT2 = 437;
export const SYS_GETXATTRAT = 464;
export const SYS_LISTXATTRAT = 465;
export const RESOLVE_NO_XDEV = 0x01;
export const RESOLVE_NO_MAGICLINKS = 0x02;
export const RESOLVE_NO_SYMLINKS = 0x04;
export const RESOLVE_BENEATH = 0x08;

/** `f_flags` of statfs(2): mounted read-only. */
export const ST_RDONLY = 1;

/** `tv_nsec` of utimensat(2) that leaves a time as it is. */
export const UTIME_OMIT: number = (1 << 30) - 2;

/** The one that stands for the present. */
export const UTIME_NOW: number = (1 << 30) - 1;

/** `option` of prctl(2): whether a thread keeps its capabilities when its users change. */
export const PR_SET_KEEPCAPS = 8;

/** The time of the last change alone, of statx(2). */
export const STATX_CTIME = 0x80;

/** The id of the mount, of statx(2): one that may come again, and one that does not. */
export const STATX_MNT_ID = 0x1000;
export const STATX_MNT_ID_UNIQUE = 0x4000;

/** What a stat table needs of statx(2): all of STATX_BASIC_STATS. */
export const STATX_BASIC_STATS = 0x7ff;
