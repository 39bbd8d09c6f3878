/**
 * The calls that may be made for every entry, each in a function of its own that does nothing else.
 *
 * V8 goes straight to C only from what its last compiler has made, where a call costs a tenth of
 * what it does elsewhere. That compiler takes 10 ms for a function that loops over a directory, and
 * half a millisecond for one of these. So it is told to take these alone, which it knows by how
 * their names begin (docs/decisions/0024).
 */
import { SYS_CLOSE, SYS_OPENAT, SYS_READ, SYS_WRITE } from "./constants.ts";
import type {
  AttributeLibc,
  CoreLibc,
  DirectoryLibc,
  FileLibc,
  LinkTargetLibc,
  NamedAttributeLibc,
  PathAttributeLibc,
  SendLibc,
  TreeLibc,
  WalkLibc,
  WriteLibc,
} from "./symbols.ts";

/** The functions of a library under the names that they have here: `ffiStatx` for `statx`. */
type Calls<Library> = {
  readonly [Key in keyof Library & string as `ffi${Capitalize<Key>}`]: Library[Key];
};

/** The same for functions that take the number of the call they stand for before all else. */
type NumberedCalls<Library> = {
  readonly [Key in keyof Library & string as `ffi${Capitalize<Key>}`]: Library[Key] extends
    (number: number, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;
};

/** The functions that every run calls. */
export type CoreCalls =
  & Calls<Pick<CoreLibc, "statx">>
  & NumberedCalls<Omit<CoreLibc, "statx" | "__errno_location">>;
/** The functions that walking needs. */
export type WalkCalls = Calls<WalkLibc>;
/** The function that writes what is in memory. */
export type WriteCalls = NumberedCalls<WriteLibc>;
/** The function that moves bytes from one file to another. */
export type SendCalls = Calls<SendLibc>;
/** The functions that making files needs. */
export type FileCalls = Calls<FileLibc>;
/** The functions that making directories needs. */
export type DirectoryCalls = Calls<DirectoryLibc>;
/** The functions about extended attributes. */
export type AttributeCalls = Calls<AttributeLibc>;
/** The functions about those of a directory's entries. */
export type NamedAttributeCalls = Calls<NamedAttributeLibc>;
/** The functions about those of what a path leads to. */
export type PathAttributeCalls = Calls<PathAttributeLibc>;
/** The function that reads where a link points. */
export type LinkTargetCalls = Calls<LinkTargetLibc>;
/** The functions that changing trees needs. */
export type TreeCalls = Calls<TreeLibc>;

export function coreCalls(libc: CoreLibc): CoreCalls {
  return {
    ffiOpenat: (directory, name, flags, mode) =>
      libc.openat(SYS_OPENAT, directory, name, flags, mode),
    ffiClose: (handle) => libc.close(SYS_CLOSE, handle),
    ffiStatx: (directory, name, flags, mask, into) =>
      libc.statx(directory, name, flags, mask, into),
    ffiRead: (file, into, length) => libc.read(SYS_READ, file, into, length),
  };
}

export function walkCalls(libc: WalkLibc): WalkCalls {
  return {
    ffiOpenat2: (number, directory, name, how, size) =>
      libc.openat2(number, directory, name, how, size),
    ffiGetdents64: (directory, into, length) => libc.getdents64(directory, into, length),
  };
}

export function writeCalls(libc: WriteLibc): WriteCalls {
  return { ffiWrite: (file, bytes, length) => libc.write(SYS_WRITE, file, bytes, length) };
}

export function sendCalls(libc: SendLibc): SendCalls {
  return { ffiSendfile: (to, from, offset, length) => libc.sendfile(to, from, offset, length) };
}

export function fileCalls(libc: FileLibc): FileCalls {
  return {
    ffiFutimens: (handle, times) => libc.futimens(handle, times),
    ffiFgetxattr: (handle, name, into, length) => libc.fgetxattr(handle, name, into, length),
  };
}

export function directoryCalls(libc: DirectoryLibc): DirectoryCalls {
  return {
    ffiMkdirat: (directory, name, mode) => libc.mkdirat(directory, name, mode),
    ffiFchmod: (handle, mode) => libc.fchmod(handle, mode),
  };
}

export function attributeCalls(libc: AttributeLibc): AttributeCalls {
  return {
    ffiFlistxattr: (handle, into, length) => libc.flistxattr(handle, into, length),
    ffiFsetxattr: (handle, name, value, length, flags) =>
      libc.fsetxattr(handle, name, value, length, flags),
  };
}

export function namedAttributeCalls(libc: NamedAttributeLibc): NamedAttributeCalls {
  return {
    ffiListxattrat: (number, directory, name, flags, into, length) =>
      libc.listxattrat(number, directory, name, flags, into, length),
    ffiGetxattrat: (number, directory, name, flags, attribute, args, size) =>
      libc.getxattrat(number, directory, name, flags, attribute, args, size),
  };
}

export function pathAttributeCalls(libc: PathAttributeLibc): PathAttributeCalls {
  return {
    ffiLlistxattr: (path, into, length) => libc.llistxattr(path, into, length),
    ffiLgetxattr: (path, name, into, length) => libc.lgetxattr(path, name, into, length),
  };
}

export function linkTargetCalls(libc: LinkTargetLibc): LinkTargetCalls {
  return {
    ffiReadlinkat: (directory, name, into, length) =>
      libc.readlinkat(directory, name, into, length),
  };
}

export function treeCalls(libc: TreeLibc): TreeCalls {
  return {
    ffiSymlinkat: (target, directory, name) => libc.symlinkat(target, directory, name),
    ffiLinkat: (from, fromName, to, toName, flags) =>
      libc.linkat(from, fromName, to, toName, flags),
    ffiRenameat: (from, fromName, to, toName) => libc.renameat(from, fromName, to, toName),
    ffiUnlinkat: (directory, name, flags) => libc.unlinkat(directory, name, flags),
    ffiUtimensat: (directory, name, times, flags) => libc.utimensat(directory, name, times, flags),
    ffiFchmodat: (directory, name, mode, flags) => libc.fchmodat(directory, name, mode, flags),
    ffiFchownat: (directory, name, uid, gid, flags) =>
      libc.fchownat(directory, name, uid, gid, flags),
    ffiFchown: (handle, uid, gid) => libc.fchown(handle, uid, gid),
    ffiFlock: (file, how) => libc.flock(file, how),
  };
}
