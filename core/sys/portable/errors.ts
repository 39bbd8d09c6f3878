import { Errno, type ErrnoName } from "../errno.ts";
import type { Result } from "../sys.ts";

/**
 * Deno's error classes, for the errors that carry no `code`. Classes that a code always
 * accompanies on one system may come bare on another.
 */
const CLASSES: Readonly<Record<string, ErrnoName>> = {
  NotFound: "ENOENT",
  PermissionDenied: "EACCES",
  NotCapable: "EACCES", // Deno's own permissions: --allow-read, --allow-write
  AlreadyExists: "EEXIST",
  NotADirectory: "ENOTDIR",
  IsADirectory: "EISDIR",
  FilesystemLoop: "ELOOP",
  BadResource: "EBADF",
  Busy: "EBUSY",
  Interrupted: "EINTR",
  WouldBlock: "EAGAIN",
  // A name or link target that is not UTF-8: "File name or path ... is not valid UTF-8".
  InvalidData: "EILSEQ",
  NotSupported: "EOPNOTSUPP",
  WriteZero: "EIO",
  UnexpectedEof: "EIO",
  TypeError: "EINVAL",
  RangeError: "EINVAL",
};

/** Errors that Rust's standard library knows no class for and Deno no code, by Windows' number. */
const WINDOWS: Readonly<Record<string, ErrnoName>> = {
  "19": "EROFS", // ERROR_WRITE_PROTECT
  "32": "EBUSY", // ERROR_SHARING_VIOLATION
  "39": "ENOSPC", // ERROR_HANDLE_DISK_FULL
  "112": "ENOSPC", // ERROR_DISK_FULL
  "123": "EILSEQ", // ERROR_INVALID_NAME
  "206": "ENAMETOOLONG", // ERROR_FILENAME_EXCED_RANGE
  "223": "EFBIG", // ERROR_FILE_TOO_LARGE
  "1142": "EMLINK", // ERROR_TOO_MANY_LINKS
  "1314": "EPERM", // ERROR_PRIVILEGE_NOT_HELD
};

/** The same for macOS (sys/errno.h), where the numbers past 34 are not Linux's. */
const DARWIN: Readonly<Record<string, ErrnoName>> = {
  "27": "EFBIG",
  "31": "EMLINK",
  "45": "EOPNOTSUPP",
  "69": "EDQUOT",
  "70": "ESTALE",
  "84": "EOVERFLOW",
  "92": "EILSEQ",
  "102": "EOPNOTSUPP",
};

/**
 * What Deno threw, as the negated errno that {@linkcode Sys} calls give: by its `code`, else by
 * its class, else by the system's number in the message, else EIO.
 */
export function failure(thrown: unknown): Result {
  if (!(thrown instanceof Error)) return -Errno.EIO;
  const code = "code" in thrown ? thrown.code : undefined;
  if (typeof code === "string" && Object.hasOwn(Errno, code)) return -Errno[code as ErrnoName];
  const fromClass = CLASSES[thrown.name];
  if (fromClass !== undefined) return -Errno[fromClass];
  // Rust writes the number before the path, so that the first match is never part of a name.
  const number = /\(os error (\d+)\)/.exec(thrown.message)?.[1];
  return number === undefined ? -Errno.EIO : -ofSystem(number);
}

function ofSystem(number: string): number {
  if (Deno.build.os === "linux" || Deno.build.os === "android") return Number(number);
  const name = (Deno.build.os === "windows" ? WINDOWS : DARWIN)[number];
  return name === undefined ? Errno.EIO : Errno[name];
}
