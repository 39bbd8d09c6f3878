/** Error numbers as Linux counts them; every backend speaks in these. */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTTY: 25,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  EMLINK: 31,
  EPIPE: 32,
  ERANGE: 34,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENODATA: 61,
  EOVERFLOW: 75,
  EILSEQ: 84,
  EOPNOTSUPP: 95,
  ECONNRESET: 104,
  ETIMEDOUT: 110,
  EINPROGRESS: 115,
  ESTALE: 116,
  EDQUOT: 122,
  ECANCELED: 125,
} as const;

/** The name of an errno, such as `"ENOSPC"`. */
export type ErrnoName = keyof typeof Errno;

const NAMES = new Map<number, ErrnoName>(
  (Object.entries(Errno) as [ErrnoName, number][]).map(([name, number]) => [number, name]),
);

const WORDS: Partial<Record<ErrnoName, string>> = {
  EPERM: "operation not permitted",
  ENOENT: "no such file or directory",
  EINTR: "interrupted",
  EIO: "input/output error",
  ENXIO: "no such device or address",
  E2BIG: "larger than can be sent",
  EBADF: "bad file descriptor",
  EAGAIN: "temporarily unavailable",
  ENOMEM: "out of memory",
  EACCES: "permission denied",
  EBUSY: "in use",
  EEXIST: "already exists",
  EXDEV: "on another file system",
  ENODEV: "no such device",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  EINVAL: "invalid argument",
  ENFILE: "too many open files in the system",
  EMFILE: "too many open files",
  ENOTTY: "not known to the file system",
  ETXTBSY: "a running program",
  EFBIG: "file too large for the file system",
  ENOSPC: "no space left on the device",
  EROFS: "read-only file system",
  EMLINK: "too many hard links",
  EPIPE: "the other end reads no more",
  ERANGE: "result too large",
  ENAMETOOLONG: "name too long",
  ENOSYS: "not supported by this system",
  ENOTEMPTY: "directory not empty",
  ELOOP: "is a symbolic link, or too many of them",
  ENODATA: "no such attribute",
  EOVERFLOW: "value too large",
  EILSEQ: "name cannot be written exactly on this system",
  EOPNOTSUPP: "not supported by the file system",
  ECONNRESET: "the other end has closed it",
  ETIMEDOUT: "nothing came back for too long",
  ESTALE: "stale file handle",
  EDQUOT: "disk quota exceeded",
  ECANCELED: "cancelled",
};

/** The name of an errno: `errnoName(28)` is `"ENOSPC"`, an unlisted one `"E999"`. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `E${errno}`;
}

/** An errno in words for people: `errnoWords(28)` is `"no space left on the device"`. */
export function errnoWords(errno: number): string {
  const name = NAMES.get(errno);
  return (name && WORDS[name]) ?? `system error ${errno}`;
}
